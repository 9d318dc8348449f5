"""What two submissions share beyond the course's own words: a copy is found under any names, and judged by nobody."""

import ast
import json
import random
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
import similar
from classroom_examples import ALICE, BOB, NINE, Clone, new_forge

from autograding.judge.assignment import Assignment
from autograding.reports.scorecard import Assignment as Card
from genweek.classroom.afterwards.collecting import COLLECTED, NO_PUSH
from genweek.classroom.afterwards.pushes import Step, steps
from genweek.classroom.afterwards.tables import write_table
from genweek.classroom.similarity import own
from genweek.course.day import CourseError, Day
from genweek.demo.pupils import Work, solved_cells
from genweek.making.masters import Master
from genweek.making.variants import alternatives, of_the_week
from genweek.regrading.submissions import Submission

pytest.importorskip("copydetect", reason="copydetect is not installed")
from genweek.classroom.similarity import page, pairs

DAY = Day.load("day1_vae")
STEP = "nb1.train_step"
ORIGINAL = """def train_step(model, optimizer, x):
    total = torch.zeros(())
    for image in x.split(1):
        recon, mu, log_var = model(image)
        total = total + vae_loss(recon, image, mu, log_var) * len(image)
    average = total / len(x)
    optimizer.zero_grad(set_to_none=True)
    average.backward()
    optimizer.step()
    return float(average.detach())
"""


def disguised(text: str) -> str:
    """Under other names, without comments, laid out anew."""
    tree = ast.parse(text)
    names = {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    names |= {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Name) and one.id in names:
            one.id = f"my_{one.id}"
        elif isinstance(one, ast.arg):
            one.arg = f"my_{one.arg}"
    return ast.unparse(tree)


@cache
def known() -> frozenset[int]:
    return pairs.runs(own.known_texts(DAY))


def ranked(**texts: str):
    """texts: by login, the answers to one exercise."""
    return pairs.ranked({login: {STEP: text} for login, text in texts.items()}, dict.fromkeys(texts, known()), [STEP])


def logins(found) -> list[tuple[str, str]]:
    return [pair.logins for pair in found]


@pytest.fixture
def handed_in(tmp_path):
    """Hands in the starter of day 1 with an edit; what is read of it."""

    def handed_in(edit) -> dict[str, str]:
        folder = tmp_path / "day1_vae-alice"
        shutil.copytree(DAY.starter, folder, dirs_exist_ok=True)
        edit(Work(folder, DAY))
        return own.own_texts(Submission("alice", folder), Assignment.load(DAY.starter))

    return handed_in


def test_of_the_starter_nothing_is_a_students_own(handed_in):
    assert handed_in(lambda work: None) == {}


def test_an_answer_comes_with_the_helpers_that_it_calls_and_nothing_else(handed_in):
    helper = "def half(x):\n    # my own\n    return x / 2\n\n\n"
    answer = ORIGINAL.replace("total / len(x)", "half(2 * total) / len(x)")

    def edit(work):
        work.solve("kl_divergence")
        work.write("nb1_vanilla_vae", "train_step", answer)
        work.replace("nb1_vanilla_vae", "def train_step(", helper + "def train_step(")

    found = handed_in(edit)
    assert set(found) == {STEP, "nb1.kl_divergence"}
    assert found[STEP] == helper.strip() + "\n\n" + answer.strip()


def test_work_in_the_script_alone_is_read_as_well(handed_in):
    found = handed_in(Work.write_scripts)
    assert set(found) == {id for stem in DAY.notebooks for id in Master(DAY.masters / f"{stem}.py").exercises}


def test_a_file_that_cannot_be_read_hides_no_other(handed_in):
    def edit(work):
        work.solve()
        for half in (".ipynb", ".py"):
            (work.folder / f"nb1_vanilla_vae{half}").write_text("{")

    assert {id.partition(".")[0] for id in handed_in(edit)} == {"nb2"}


def test_a_copy_under_other_names_is_found_and_an_independent_answer_is_not():
    other = "def train_step(m, o, x):\n    o.zero_grad()\n    l = vae_loss(*m(x)[:1], x, *m(x)[1:])\n    l.backward()\n"
    found = ranked(ada=ORIGINAL, ben=disguised(ORIGINAL), kim=other)
    assert logins(found)[0] == ("ada", "ben")
    assert found[0].shared[0].share > 0.95
    assert all(pair.weight < found[0].weight / 10 for pair in found[1:])


@pytest.mark.parametrize("kind", ["solution", "another right answer", "starter"])
def test_what_the_course_wrote_is_nobodys(kind):
    master = Master(DAY.masters / "nb1_vanilla_vae.py")
    text = {
        "solution": solved_cells(master)["train_step"],
        "another right answer": next(one.function for one in alternatives(DAY) if one.task_id == STEP),
        "starter": master.starter_sources["train_step"],
    }[kind]
    assert ranked(ada=text, ben=disguised(text)) == []


def test_what_many_have_is_nobodys():
    two = {"ada": ORIGINAL, "ben": ORIGINAL}
    assert logins(ranked(**two)) == [("ada", "ben")]
    assert ranked(**two, **{f"student{number}": ORIGINAL for number in range(pairs.COMMON)}) == []


def test_an_answer_of_two_lines_is_not_compared():
    lines = own.lines_of_answers(DAY)
    assert lines["nb1.kl_divergence"] <= own.SHORT < lines[STEP]
    assert pairs.ranked({"ada": {STEP: ORIGINAL}, "ben": {STEP: ORIGINAL}}, {}, ["nb1.Decoder.forward"]) == []


@pytest.mark.parametrize("slug", ["day1_vae", pytest.param("day2_diffusion", marks=pytest.mark.slow)])
def test_a_whole_copy_stands_before_all_who_wrote_alone(slug):
    """Six write alone, each another known right answer to every exercise, which is then not known; one copies."""
    day, draw = Day.load(slug), random.Random(1)
    compared = [id for id, lines in own.lines_of_answers(day).items() if lines > own.SHORT]
    answers = {id: [one.function for one in alternatives(day) if one.task_id == id] for id in compared}
    klass: dict[str, dict[str, str]] = {f"s{number}": {} for number in range(6)}
    for id, texts in answers.items():
        for login, text in zip(klass, draw.sample(texts, min(6, len(texts))), strict=False):
            klass[login][id] = text
    klass["copy"] = {id: disguised(text) for id, text in klass["s0"].items()}
    known = [cell for stem in day.notebooks for cell in solved_cells(Master(day.masters / f"{stem}.py")).values()]
    first, *others = pairs.ranked(klass, dict.fromkeys(klass, pairs.runs(known)), compared)
    assert first.logins == ("copy", "s0")
    assert others and first.weight > 2 * others[0].weight


def test_an_answer_that_fits_another_paper_is_listed_and_one_that_fits_the_own_is_not():
    mine = solved_cells(Master(DAY.masters / "nb1_vanilla_vae.py"))["train_step"]
    own_texts = {"ada": {STEP: disguised(ORIGINAL)}, "ben": {STEP: mine}, "kim": {STEP: ORIGINAL}}
    right = {"amber": {STEP: [mine]}, "birch": {STEP: [mine, ORIGINAL]}}
    papers = {"ada": "amber", "ben": "amber", "kim": "birch"}
    course = {"amber": known(), "birch": known() | pairs.runs([ORIGINAL])}
    found = pairs.elsewhere(own_texts, {login: course[paper] for login, paper in papers.items()}, papers, right, [STEP])
    assert [(one.login, one.paper) for one in found] == [("ada", "birch")] and found[0].amount > 50
    html = page.render(DAY, [], 1, {"ada": ALICE}, papers, {}, [STEP], [], found)
    assert "as on birch" in html and "my_total" in html


def test_of_an_exam_the_own_paper_and_the_week_are_known_and_other_papers_are_not():
    """Who hands in the week's answer shares nothing; who hands in a neighbour's does."""
    amber, birch = (Day.load("day4_exam").on(paper) for paper in ("amber", "birch"))
    known = pairs.runs(own.known_texts(amber))
    assert all(pairs.runs([one.function]) <= known for one in of_the_week(amber))
    other = own.right_answers(birch)["examA.p_sample"][0]
    assert pairs.runs([own.right_answers(amber)["examA.p_sample"][0]]) <= known and not pairs.runs([other]) <= known


def test_what_is_marked_is_what_is_shared():
    mine = ORIGINAL.replace("total / len(x)", "total.div(len(x)).mean().squeeze()")
    (pair,) = ranked(ada=ORIGINAL, ben=mine)
    for text, pieces in zip((ORIGINAL, mine), pair.shared[0].texts, strict=True):
        assert "".join(piece for piece, _ in pieces) == text
    marked = "".join(piece for piece, shared in pair.shared[0].texts[1] if shared)
    assert "x.split(1)" in marked and "squeeze" not in marked


def rendered(found, history=(), left_out=()) -> str:
    students = {ALICE.login: ALICE, BOB.login: BOB}
    histories = {login: list(history) for login in students}
    return page.render(DAY, found, 1, students, {ALICE.login: "amber", BOB.login: ""}, histories, [STEP], left_out)


def test_the_page_shows_both_texts_and_both_histories_and_judges_nobody():
    (pair,) = ranked(**{ALICE.login: ORIGINAL, BOB.login: disguised(ORIGINAL) + "# <b>mine\u202e</b>\n"})
    html = rendered([pair, pair], [Step("c0ffee00", NINE, "12 / 100", (STEP,), rewrote=True)], ["nb1.sample_z"])
    assert html.count("<pre") == 2 and html.count("c0ffee0") == 2 and html.count("12 / 100") == 2
    assert "2 pairs share something" in html and "the first 1" in html and "my_total" in html
    assert "(alice, on amber)" in html and "(bob-b)" in html
    assert "<b>" not in html and "\u202e" not in html
    said = re.sub(r"<pre.*?</pre>", "", html, flags=re.S).lower()
    assert not re.search(r"plagiar|cheat|guilt|suspici|fraud|copied|copies|offen[cs]e|caught|%", said.partition("<body>")[2])


def test_a_page_of_nothing_says_so():
    assert "0 pairs share something" in rendered([])


def test_the_verb_writes_the_page_of_what_was_collected(tmp_path, monkeypatch, capsys):
    out, forge = tmp_path / "day1_vae", new_forge(tmp_path)
    rows = [("alice", "day1_vae-alice", COLLECTED), ("bob-b", "day1_vae-bob-b", COLLECTED), ("eve", "", NO_PUSH)]
    write_table(out / "collection.csv", ("student", "repository", "status"), rows)
    for login, text in (("alice", ORIGINAL), ("bob-b", disguised(ORIGINAL))):
        folder = out / "submissions" / f"day1_vae-{login}"
        shutil.copytree(DAY.starter, folder)
        Work(folder, DAY).write("nb1_vanilla_vae", "train_step", text)
        forge.create(f"day1_vae-{login}")
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nalice,Alice,a@uni.example\nbob-b,Bob,b@uni.example\neve,Eve,e@uni.example\n")
    options = ["day1_vae", "--roster", roster, "--forge", forge.folder, "--work", tmp_path]
    monkeypatch.setattr(sys, "argv", ["similar.py", *map(str, options)])
    assert similar.main() == 0
    assert "2 submissions" in capsys.readouterr().out
    html = (out / "similar.html").read_text(encoding="utf-8")
    assert "Alice" in html and "my_total" in html and "0 pushes" in html


def test_nothing_collected_is_a_sentence(tmp_path, monkeypatch):
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nalice,Alice,a@uni.example\n")
    monkeypatch.setattr(sys, "argv", ["similar.py", "day1_vae", "--roster", str(roster), "--work", str(tmp_path)])
    with pytest.raises(CourseError, match="Nothing is collected in .*. First: scripts/collect.py "):
        similar.main()


def test_a_history_says_what_passed_when(toy, tmp_path):
    forge = new_forge(tmp_path)
    forge.create("toy-alice")
    forge.grant("toy-alice", "alice", "write")
    clone = Clone(forge, "toy-alice", tmp_path / "alice")
    told = [1, 2, None]
    for number, score in enumerate(told):
        commit = clone.write(str(number), "notes.txt")
        clone.push()
        if score is not None:
            _post(forge, commit, score)
    found = steps(forge, "toy-alice", Card("toy", "A toy", 2))
    assert [step.points for step in found] == ["1 / 2", "2 / 2", ""]
    assert [step.passed for step in found] == [(), ("nb1.words",), ()]


def _post(forge, commit: str, score: int) -> None:
    tests = [
        {"name": f"test_{n}", "status": "pass" if n <= score else "fail", "points": int(n <= score), "max_points": 1}
        for n in (1, 2)
    ]
    task = {"id": "nb1.words", "score": score, "max_score": 2, "tests": tests}
    facts = {"schema": "genweek/scores/v1", "commit": commit, "score": score, "max_score": 2, "tasks": [task]}
    path: Path = forge.run_folder("toy-alice", commit) / "artifact" / "scores.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts))
