"""The pool of the written exam is whole, and asks nothing that the students have seen in Thursday's review."""

import re
from dataclasses import dataclass
from functools import cache

import pytest

from genweek.course import day
from genweek.course.course_file import read_course
from genweek.course.day import ROOT
from genweek.making.masters import Master

POOL = ROOT / "solutions_private" / "day4_exam" / "theory.md"
REVIEW = ROOT / "solutions_private" / "day3_discrete"
FAMILIES = {"VAE", "hierarchy", "continuous", "discrete"}
ENTRY = re.compile(
    r"^### (?P<number>\d+) · (?P<family>\w+) · (?P<connecting>connecting · )?(?P<topic>.+)\n\n"
    r"\*\*Question\.\*\* (?P<question>(?s:.+?))\n\n"
    r"\*\*In other words\.\*\* (?P<reworded>(?s:.+?))\n\n"
    r"(?P<rubric>(?:(?:- |  ).+\n)+)",
    re.M,
)
# Share of common words above which two questions count as one. The pool's second wordings share 0.22 to 0.57 with the
# first; the nearest question of Notebook 6 shares 0.14, and so do the two nearest questions of the pool.
SAME = 0.18
STEM = 5  # letters: "reveals" and "revealed" are one word
COMMON = re.findall(
    r"\w+",
    "the and what which for with that this from how are does not its each write you one two why when into them than then "
    "has have been can would there between where such say says give show find",
)


def words(text: str) -> frozenset[str]:
    """What a question is about: the stems of its words, without formulas and without the words of any question."""
    found = re.findall(r"[a-z]{3,}", re.sub(r"\\[a-z]+", " ", text.lower()))
    return frozenset(word[:STEM] for word in found if word not in COMMON)


def overlap(one: str, other: str) -> float:
    """The share of the words of both that both have (Jaccard)."""
    ones, others = words(one), words(other)
    return len(ones & others) / max(1, len(ones | others))


@dataclass(frozen=True)
class Question:
    number: int
    family: str
    connecting: bool
    topic: str
    wordings: tuple[str, str]
    points: list[int]


@cache
def pool() -> list[Question]:
    return [
        Question(
            int(entry["number"]),
            entry["family"],
            bool(entry["connecting"]),
            entry["topic"],
            (entry["question"], entry["reworded"]),
            [int(points) for points in re.findall(r"^- \[(\d)\] ", entry["rubric"], re.M)],
        )
        for entry in ENTRY.finditer(POOL.read_text(encoding="utf-8"))
    ]


@cache
def lesson(stem: str) -> str:
    cells = Master(REVIEW / f"{stem}.py").solved.cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def seen_before() -> dict[str, str]:
    """The five questions of Notebook 6 and its examples for Friday, by the names that the pool's last table has for them."""
    text = lesson("nb6_review")
    asked = text.partition("## Section A")[2].partition("## Section B")[0]
    examples = text.partition("**Example questions**")[2].partition("**One more thing")[0]
    pieces = [piece for piece in re.split(r"\*Your answer.*", asked) if piece.strip()]
    items = re.split(r"^\d+\. ", examples, flags=re.M)[1:]
    named = {f"A{number}": piece for number, piece in enumerate(pieces, 1)}
    return named | {f"example {number}": item for number, item in enumerate(items, 1)}


def asked_anywhere() -> list[str]:
    """Every sentence with a question mark in Notebook 6 and in the mock exams, except the shortest."""
    texts = [re.sub(r"\s+", " ", lesson(stem)) for stem in ("nb6_review", "mock1_sheet", "mock2_sheet")]
    sentences = [sentence for text in texts for sentence in re.findall(r"[^.?!]*\?", text)]
    return [sentence for sentence in sentences if len(words(sentence)) > 3]


def test_there_are_twelve_questions_with_a_rubric_each():
    assert [question.number for question in pool()] == list(range(1, 13))
    assert {question.family for question in pool()} == FAMILIES
    assert [question.number for question in pool() if question.points != [2, 2, 1]] == []


def test_the_sample_paper_has_one_of_each_family_and_two_that_connect():
    (listed,) = re.findall(r"^## A sample paper: (.+)$", POOL.read_text(encoding="utf-8"), re.M)
    paper = [pool()[int(number) - 1] for number in listed.split(", ")]
    connecting = [question for question in paper if question.connecting]
    assert len(paper) == 6 and len(connecting) == 2
    assert {question.family for question in paper if not question.connecting} == FAMILIES


def test_the_sample_paper_asks_the_pool_s_questions_word_for_word_in_75_minutes():
    text = POOL.with_name("theory_sample.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^## A sample paper: (.+)$", POOL.read_text(encoding="utf-8"), re.M)
    by_number = {question.number: question for question in pool()}
    asked = re.findall(r"^\*\*\d\.\*\* \(5 points\) ((?s:.+?))\n(?:\n|\Z)", text, re.M)
    assert asked == [by_number[int(number)].wordings[0] for number in listed.split(", ")]
    assert "75 minutes, six questions of five points each, 30 points" in text and 6 * 12 + 3 == 75


@pytest.mark.parametrize("question", pool() if POOL.exists() else [], ids=lambda question: str(question.number))
def test_no_question_of_the_pool_has_been_seen(question):
    others = [wording for other in pool() if other != question for wording in other.wordings]
    for known in [*seen_before().values(), *asked_anywhere(), *others]:
        assert max(overlap(wording, known) for wording in question.wordings) < SAME, known


@pytest.mark.parametrize("question", pool() if POOL.exists() else [], ids=lambda question: str(question.number))
def test_the_same_question_in_other_words_would_be_noticed(question):
    assert overlap(*question.wordings) > SAME


def test_every_question_of_the_review_is_compared_and_has_a_topic_of_its_own():
    table = POOL.read_text(encoding="utf-8").partition("## What Notebook 6 asks")[2]
    rows = dict(re.findall(r"^\| (A\d|example \d+) \| (.+?) \|", table, re.M))
    assert rows.keys() == seen_before().keys() and len(rows) == 15
    topics = [*rows.values(), *(question.topic for question in pool())]
    assert len(set(topics)) == len(topics)


def test_a_pool_without_an_exam_makes_no_assignment(tmp_path, monkeypatch):
    for name in ("assignments/day1_vae/assignment.toml", "solutions_private/day4_exam/theory.md"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(day, "ROOT", tmp_path)
    assert day.all_slugs() == ["day1_vae"]
    with pytest.raises(day.CourseError, match="There is no assignment 'day4_exam'"):
        day.known_slug("day4_exam")


def test_the_pool_stands_where_the_exam_does():
    assert read_course().exam == POOL.parent.name
