"""What students wrote to the written questions is found wherever they wrote it, and shown without harm and names."""

import json
import re
import shutil

import nbformat
import pytest
from classroom_examples import ALICE, BOB

from genweek.classroom.afterwards.answers import write_pages
from genweek.classroom.afterwards.collecting import COLLECTED, NO_PUSH
from genweek.classroom.afterwards.tables import write_table
from genweek.classroom.afterwards.written import HandedOut, answers_in, written
from genweek.course.day import Day, all_slugs
from genweek.making.questions import questions_of

DAY = Day.load("day3_discrete")
STEM = "nb6_review"
MARK = "*Your answer (nb6.A2):* …"
WORDS = "It would drift away: 47 nats."


def starter(stem=STEM, day=DAY):
    return {suffix: (day.starter / f"{stem}{suffix}").read_text(encoding="utf-8") for suffix in (".ipynb", ".py")}


TEXTS = starter()
HANDED_OUT = HandedOut.of(STEM, TEXTS)


def cells_of(text=TEXTS[".ipynb"]):
    return nbformat.reads(text, 4).cells


def place_of(cells, id="nb6.A2"):
    return next(n for n, cell in enumerate(cells) if f"({id}):" in cell.source)


def notebook(change, id="nb6.A2"):
    """The starter's notebook, changed at a question's cell. change: of the cells, in place, from the cell's number."""
    whole = nbformat.reads(TEXTS[".ipynb"], 4)
    change(whole.cells, place_of(whole.cells, id))
    return nbformat.writes(whole)


def said(**halves):
    """The answers of a submission. halves: ipynb, py; a half that is not named is as it was handed out."""
    texts = TEXTS | {f".{suffix}": text for suffix, text in halves.items()}
    return {id: list(found.values()) for id, found in written(STEM, HANDED_OUT, texts).answers.items() if found}


def edited(old, new, id="nb6.A2"):
    def change(cells, at):
        assert old in cells[at].source
        cells[at].source = cells[at].source.replace(old, new)

    return notebook(change, id)


@pytest.mark.parametrize("slug", all_slugs())
def test_what_was_handed_out_is_no_answer_and_every_question_is_known(slug):
    day, ids = Day.load(slug).on_each()[0], []
    for stem in day.notebooks:
        handed_out = HandedOut.of(stem, starter(stem, day))
        ids += handed_out.ids
        assert not any(written(stem, handed_out, starter(stem, day)).answers.values())
    assert ids == [question.id for question in questions_of(day)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MARK, f"*Your answer (nb6.A2):* {WORDS}"),
        (MARK, f"*Your answer (nb6.A2):* …\n\n{WORDS}"),
        (MARK, f"**Your answer:**  {WORDS}"),
        (MARK, WORDS),
        ("**A2. The KL term.**", f"{WORDS}\n\n**A2. The KL term.**"),
    ],
)
def test_an_answer_is_found_wherever_in_its_cell_it_stands(old, new):
    assert said(ipynb=edited(old, new)) == {"nb6.A2": [WORDS]}


def test_an_answer_in_the_script_alone_is_found():
    script = TEXTS[".py"].replace(f"# {MARK}", f"# *Your answer (nb6.A2):* It would\n# drift away.\n#\n# {WORDS}")
    assert said(py=script) == {"nb6.A2": [f"It would\ndrift away.\n\n{WORDS}"]}


def test_new_cells_below_belong_to_the_question_up_to_the_lesson():
    def change(cells, at):
        cells.insert(at + 1, nbformat.v4.new_markdown_cell(WORDS))
        cells.insert(at + 2, nbformat.v4.new_raw_cell("And more."))

    assert said(ipynb=notebook(change)) == {"nb6.A2": [f"{WORDS}\n\nAnd more."]}


def test_where_the_question_was_deleted_the_text_in_its_place_is_the_answer():
    def change(cells, at):
        cells[at].source = WORDS

    assert said(ipynb=notebook(change, "nb6.A1")) == {"nb6.A1": [WORDS]}


def test_a_cell_that_was_made_code_or_merged_with_others_keeps_its_answers():
    def change(cells, at):
        cells[at].source = cells[at].source.replace("…", WORDS)
        cells[at + 1].source = cells[at + 1].source.replace("…", "How many steps.")
        cells[at].source += "\n\n" + cells.pop(at + 1).source
        cells[at].cell_type = "raw"

    assert said(ipynb=notebook(change)) == {"nb6.A2": [WORDS], "nb6.A3": ["How many steps."]}


def test_a_filled_table_is_an_answer_with_all_its_rows():
    row = "| What is optimised? | | | | |"
    filled = "| What is optimised? | ELBO | ELBO | noise | tokens |"
    (answer,) = said(ipynb=edited(row, filled, "nb6.A1"))["nb6.A1"]
    assert answer.startswith("| | VAE |") and filled in answer and row not in answer and "Fill the table" not in answer


def test_a_guess_and_an_edited_lesson_are_no_answers():
    def change(cells, at):
        cells[0].source += "\nMy own note."
        cells.insert(1, nbformat.v4.new_markdown_cell("A note of mine."))

    assert said(ipynb=notebook(change)) == {}


def test_halves_that_differ_are_both_kept_and_equal_ones_once():
    script = TEXTS[".py"].replace(f"# {MARK}", f"# *Your answer (nb6.A2):* {WORDS}")
    assert said(ipynb=edited(MARK, f"*Your answer (nb6.A2):* {WORDS}"), py=script) == {"nb6.A2": [WORDS]}
    assert said(ipynb=edited(MARK, "*Your answer (nb6.A2):* Other."), py=script) == {"nb6.A2": ["Other.", WORDS]}


def test_a_copy_counts_where_neither_half_has_an_answer():
    copy = {"nb6_review-Copy1.ipynb": edited(MARK, f"*Your answer (nb6.A2):* {WORDS}")}
    assert written(STEM, HANDED_OUT, TEXTS | copy).answers["nb6.A2"] == {"nb6_review-Copy1.ipynb": WORDS}
    own = copy | {".ipynb": edited(MARK, "*Your answer (nb6.A2):* Mine.")}
    assert written(STEM, HANDED_OUT, TEXTS | own).answers["nb6.A2"] == {f"{STEM}.ipynb": "Mine."}


def test_a_half_that_cannot_be_read_is_told_and_the_other_is_read():
    script = TEXTS[".py"].replace(f"# {MARK}", f"# *Your answer (nb6.A2):* {WORDS}")
    found = written(STEM, HANDED_OUT, {".ipynb": "{", ".py": script})
    assert found.answers["nb6.A2"] == {f"{STEM}.py": WORDS} and "cannot be read" in found.faults[0]


def test_a_notebook_handed_out_before_its_questions_had_ids_is_read_by_its_words():
    old = {name: re.sub(r"Your answer \(nb6.\w+\):", "Your answer:", text) for name, text in TEXTS.items()}
    old[".ipynb"] = old[".ipynb"].replace("*Your answer:* …", f"*Your answer:* {WORDS}", 2)
    assert list(filter(None, written(STEM, HANDED_OUT, old).answers.values())) == [{f"{STEM}.ipynb": WORDS}] * 2


def test_long_hostile_lines_are_read_in_linear_time():
    line = "> *_ " * 200_000 + "your answer (" * 10_000
    assert answers_in([[*cells_of()[place_of(cells_of())].source.split("\n"), line]], HANDED_OUT)["nb6.A2"]


# ---- The pages ----


@pytest.fixture
def pages(tmp_path):
    """Write the pages of a class of two: Alice's notebook is given, Bob pushed nothing. The text of each page."""

    def pages(texts, names=False):
        folder = tmp_path / "submissions" / "day3_discrete-alice"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        rows = [("alice", folder.name, COLLECTED), ("bob-b", "day3_discrete-bob-b", NO_PUSH)]
        write_table(tmp_path / "collection.csv", ("student", "repository", "status"), rows)
        index = write_pages(DAY, [ALICE, BOB], tmp_path, names)
        return {path.name: path.read_text(encoding="utf-8") for path in index.parent.iterdir()}

    return pages


def test_there_is_a_page_for_each_question_and_the_unanswered_are_counted(pages):
    found = pages({f"{STEM}.ipynb": edited(MARK, f"*Your answer (nb6.A2):* {WORDS}")})
    assert found.keys() == {"index.html", *(f"{question.id}.html" for question in questions_of(DAY))}
    assert WORDS in found["nb6.A2.html"] and "1 of 2 students answered, 1 did not" in found["nb6.A2.html"]
    assert "0 of 2 students answered, 2 did not" in found["nb6.ai_use.html"]


def test_names_stand_there_only_when_asked_for(pages):
    answers = [edited(MARK, f"*Your answer (nb6.A2):* {words}") for words in (WORDS, "Other.")]
    copies = {f"nb6_alice{n}.ipynb": text for n, text in enumerate(answers)}
    texts = copies | {f"{STEM}.ipynb": TEXTS[".ipynb"], "nb5_discrete_diffusion.ipynb": "{", "nb6_of_alice.ipynb": "{"}
    plain = "".join(pages(texts).values())
    assert "2 of the files could not be read" in plain and not re.search("alice|Alice|bob|Böhm", plain)
    named = pages(texts, names=True)
    assert "Alice Ng (alice)" in named["nb6.A2.html"] and "in nb6_alice1.ipynb" in named["nb6.A2.html"]
    assert "nb6_of_alice.ipynb cannot be read" in named["index.html"]
    assert "Alice" not in "".join(pages(texts).values())


def test_hostile_text_is_shown_and_does_nothing(pages):
    hostile = "</p><script>alert(1)</script> ![x](http://evil/x.png) \u202eabc\x1b[31m {{ names }}\ud800"
    text = json.loads(edited(MARK, f"*Your answer (nb6.A2):* {WORDS}"))
    text["cells"][place_of(cells_of())]["source"] = f"*Your answer (nb6.A2):* {hostile}"
    page = pages({f"{STEM}.ipynb": json.dumps(text)})["nb6.A2.html"]
    assert "&lt;script&gt;" in page and "⟨U+202E⟩abc" in page and "{{ names }}" in page and "⟨U+D800⟩" in page
    assert "<script" not in page and "<img" not in page and "\x1b" not in page
    assert "default-src 'none'" in page


def test_lists_and_lines_are_shown_as_typed_and_nothing_is_swallowed(pages):
    typed = "one\ntwo\n\n- **a**\n- <!-- b -->\n\n[x]: http://evil.example"
    page = pages({f"{STEM}.ipynb": edited(MARK, f"*Your answer (nb6.A2):*\n{typed}")})["nb6.A2.html"]
    assert "one<br />\ntwo" in page and "<li><strong>a</strong></li>" in page
    assert "&lt;!-- b --&gt;" in page and "[x]: http://evil.example" in page and '<a href="http' not in page


def test_a_second_run_leaves_no_page_of_the_first(pages, tmp_path):
    pages({})
    (tmp_path / "answers" / "nb9.old.html").write_text("old")
    assert "nb9.old.html" not in pages({})
