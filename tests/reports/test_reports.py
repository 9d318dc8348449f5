"""The reports: one score, and the same one in each of them."""

import io
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import jsonschema
import pytest
from classroom50_schema import RESULT_V1
from report_examples import HALF, everything, outcome, scores, task

from autograding.reports import card
from autograding.reports.receivers import classroom, classroom50, html, status, summary, terminal
from autograding.reports.scorecard import Assignment

pytest_plugins = ["report_fixtures"]


def test_the_table_leads_with_the_tutor_s_sentence(read):
    lines = terminal.render(read(HALF)).splitlines()
    start = next(n for n, line in enumerate(lines) if "About test_c" in line)
    assert [line.strip() for line in lines[start : start + 3]] == [
        "✗ About test_c. (not yet, 3/30)",
        "→ The one half is missing.",
        "It returned 4.2.",
    ]
    assert "About test_a" not in "\n".join(lines)
    assert lines[-2:] == ["Next: Mend nb1.kl, then run its check cell, or", "    python -m autograding nb1.kl"]


def test_what_fails_comes_before_what_nobody_has_begun(read):
    left, begun = (task(f"nb1.{status}", outcome("t", status, 0, 1, "why")) for status in ("todo", "fail"))
    assert read(scores(left, begun)).next_step().command == "python -m autograding nb1.fail"
    assert read(scores(left)).next_step() == (
        "Begin nb1.todo, then run its check cell, or",
        "python -m autograding nb1.todo",
    )


def test_the_next_command_can_be_copied_from_every_report(read):
    card = read(scores(task("nb1." + "long_" * 12, outcome("t", "fail", 0, 1, "why"))))
    command = card.next_step().command
    assert f"    {command}" in terminal.render(card, terminal.Style(40)).splitlines()
    assert f"<code>{command}</code>" in html.render(card) and f"<pre>{command}</pre>" in summary.render(card)


def test_a_sentence_that_holds_for_a_whole_task_is_said_once(read):
    same = [outcome(f"test_{n}", "timeout", 0, 5, "No answer within 10 s.") for n in range(4)]
    assert terminal.render(read(scores(task("nb1.a", *same)))).count("No answer within 10 s.") == 1


def test_a_file_that_cannot_be_read_is_said_once_and_before_all_that_follows_from_it(read):
    cause = "nb1.ipynb cannot be read: it is not a Jupyter notebook."
    lost = [
        outcome(f"t{n}", "error", 0, 5, f"[a] could not be called: {cause}") | {"absent": "unreadable"} for n in range(2)
    ]
    mine = outcome("t", "fail", 0, 5, "Returned 3.")
    one = read(scores(task("nb1.a", lost[0]), task("nb1.b", lost[1]), task("nb2.c", mine), warnings=[cause, "Another."]))
    for text in (terminal.render(one, terminal.Style(200)), unescape(summary.render(one))):
        assert text.count("cannot be read: it is") == 1 and text.count("Next:") == 1 and text.count("Another.") == 1
        assert text.index("cannot be read: it is") < text.index("nb1.a") and "could not be called" not in text
        assert "Repair the file that cannot be read" in text and "Returned 3." in text and "Mend" not in text


def exam(points: int) -> dict:
    provided = task("examA.q_sample", outcome("t", "pass" if points == 20 else "fail", points, 20))
    return scores(provided, assignment="day4_exam", max_score=20, later=80)


def test_a_push_of_an_exam_says_that_most_points_come_later(read):
    half = read(exam(12), Assignment("day4_exam", "The exam", 20))
    for report in (terminal.render(half), summary.render(half), html.render(half), card.render(half)):
        assert "12 / 20" in report and "80 more are graded after the exam." in report
    assert status.payload(half)["description"] == "autograding — 12/20, 80 more are graded after the exam"
    passed = everything(read(exam(20), Assignment("day4_exam", "The exam", 20)))
    assert "Nothing is left" not in passed and "They look at little, and 80 more are graded after the exam" in passed


def test_nobody_is_told_of_later_points_where_there_are_none(read):
    part = read(exam(12)).only(["examA.q_sample"])
    assert "after the exam" not in everything(read(HALF)) + everything(replace(part, partial=True))


@pytest.mark.parametrize("before", range(30))
def test_a_command_in_a_sentence_is_never_broken(before):
    said = terminal.Style(50).wrap(f"{'x ' * before}`git log -- nb1.ipynb` lists its earlier versions.", 4)
    assert "`git log -- nb1.ipynb`" in said and max(map(len, said.splitlines())) <= 50


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_table_fits_the_terminal(read, width):
    wide = scores(task("nb1." + "长" * 60, *[outcome(f"t{n}", "fail", 0, 1, "word " * 90 + "x" * 300) for n in range(70)]))
    for content in (HALF, wide):
        *lines, _ = terminal.render(read(content), terminal.Style(width)).splitlines()  # but for the command
        assert max(map(terminal.columns, lines)) <= width


def test_a_bar_is_full_only_for_full_points(read):
    nearly = read(
        scores(task("a", outcome("t", points=99, max_points=100)), task("b", outcome("t", points=9, max_points=9)))
    )
    first, second = [line for line in terminal.render(nearly).splitlines() if "░" in line or "█" in line]
    assert "░" in first and "░" not in second


class Terminal(io.StringIO):
    def __init__(self, encoding: str, tty: bool):
        super().__init__()
        self._encoding, self.isatty = encoding, lambda: tty

    encoding = property(lambda self: self._encoding)


def test_colour_is_for_terminals_that_want_it(read, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    styles = [terminal.Style.of(Terminal("utf-8", tty)) for tty in (True, False)]
    assert ["\x1b[" in terminal.render(read(HALF), style) for style in styles] == [True, False]
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.Style.of(Terminal("utf-8", True)).colour


def test_a_terminal_without_unicode_gets_ascii_marks(read):
    style = terminal.Style.of(Terminal("cp1252", False))
    plain = scores(task("a", outcome("t", "fail", 1, 2, "m", "s")))
    assert terminal.render(read(plain), style).isascii()


def test_the_table_is_safe_in_a_log(read):
    text = terminal.render(read(HALF))
    assert not re.search(r"^\s*::|##\[|\x1b|\u202e", text, re.MULTILINE)


def test_a_name_or_a_fold_does_not_make_a_command(read):
    folded = [outcome(f"t{n}", "fail", 0, 1, "x" * n + " ::error::x") for n in range(60, 110)]
    text = terminal.render(read(scores(task("::error::x", *folded))))
    assert "error::x" in text and not re.search(r"^\s*::", text, re.MULTILINE)


def test_a_huge_message_is_cut_where_one_sees_it(read):
    card = read(scores(task("a", outcome("t", "fail", 0, 1, "x" * 5_000_000))))
    for text in (terminal.render(card), summary.render(card), html.render(card)):
        assert re.search(r"… [\d,]+ more characters", text)
        assert len(text) < 40_000


def test_the_two_notices_are_the_service_s_own(read):
    assert classroom.notices(read(HALF)) == (
        "::notice title=Autograding complete::Points 33/100\n"
        '::notice title=Autograding report::{"totalPoints":33,"maxPoints":100}'
    )


@pytest.mark.parametrize(
    "env",
    [
        {},
        {
            "CLASSROOM": "gen",
            "ASSIGNMENT": "day1",
            "SUBMISSION_TAG": "submit/2026-x",
            "OWNER": "ada",
            "COMMIT_URL": "c",
            "RELEASE_URL": "r",
            "REVIEW_URL": "v",
            "ASSIGNMENT_TYPE": "group",
        },
    ],
)
@pytest.mark.parametrize("content", [HALF, b"", scores(graded_at="yesterday", commit=None)], ids=["half", "broken", "empty"])
def test_classroom_50_accepts_the_result(read, content, env):
    result = classroom50.result(read(content), env)
    jsonschema.validate(result, RESULT_V1)
    assert all(one["score"] <= one["max-score"] for one in (result, *result["tests"]))
    if env:
        assert (result["owner"], result["assignment"], result["review"]) == ("ada", "day1", "v")


def test_classroom_50_gets_the_tutor_s_sentence_first(read):
    tests = classroom50.result(read(HALF), {})["tests"]
    assert tests[2] == {
        "test-name": "nb1.kl: About test_c.",
        "passed": False,
        "score": 3,
        "max-score": 30,
        "message": "The one half is missing.\nIt returned 4.2.",
    }


def test_the_summary_s_table_has_one_row_per_task(read):
    rows = [line for line in summary.render(read(HALF)).splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 4 + 1 and {row.count("|") for row in rows} == {4}
    assert rows[-1] == "| **Total** | **33 / 100** | |"


def test_the_summary_holds_no_html_image_or_link_of_a_student(read):
    text = summary.render(read(HALF))
    assert set(re.findall(r"<[^>]*>", text)) == {"<pre>", "</pre>"}
    outside = re.sub(r"<pre>.*</pre>", "", text)
    assert not re.search(r"!\[|\]\(|https?:|www\.|`|\u202e", outside)


def test_a_summary_stays_below_github_s_limit(read):
    tasks = [task(f"nb1.t{n}", *[outcome(f"t{k}", "fail", 0, 1, "<" * 3000) for k in range(10)]) for n in range(60)]
    text = summary.render(read(scores(*tasks)))
    assert len(text.encode()) < 1_000_000 and text.endswith("artifact.\n")


class Page(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.tags, self.attributes, self.pre, self.inside = set(), [], [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        self.inside = tag
        if tag == "pre":
            self.pre.append("")

    def handle_data(self, data):
        if self.inside == "pre":
            self.pre[-1] += data

    def handle_endtag(self, tag):
        self.inside = None


def test_the_page_stands_alone_and_runs_nothing(read):
    page = Page(html.render(read(HALF)))
    assert not page.tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert all(value.startswith("#task-") for name, value in page.attributes if name == "href")


def test_the_page_shows_a_student_s_text_as_text(read):
    shown = "".join(Page(html.render(read(HALF))).pre)
    assert "</pre></details><h1>100/100</h1><script>alert(1)</script>" in shown


@pytest.mark.parametrize("content", [HALF, b"", scores(), scores(task("a"))], ids=["half", "broken", "no tasks", "no tests"])
def test_every_report_names_the_same_score(read, content):
    card = read(content)
    text = everything(card)
    for spelling in (f"{card.score} / 100 points", f"of {card.max_score}", f"Points {card.score}/100"):
        assert spelling in text
    assert text.count("not a JSON file") == (3 if card.problem else 0)
