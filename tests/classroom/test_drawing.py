"""Who has which paper: drawn once, kept, and what somebody writes into the roster or the table wins."""

from collections import Counter
from datetime import timedelta

import pytest
from classroom_examples import NINE, SLUG, new_forge
from toy_exam import EVENING, SIGNS, SITTINGS, ToyExam

from genweek.classroom import drawing
from genweek.course.day import CourseError
from genweek.course.roster import Student
from genweek.course.schedule import Schedule

SECRET = b"a secret"


def student(login: str, **more) -> Student:
    return Student(login, login.title(), f"{login}@uni.example", **more)


@pytest.fixture
def exam(tmp_path, monkeypatch) -> ToyExam:
    new_forge(tmp_path)
    return ToyExam(tmp_path, monkeypatch, dict.fromkeys(SIGNS, tmp_path))


def shared(exam: ToyExam, *students: Student, forge=None, secret: bytes = SECRET) -> drawing.Seats:
    day = exam.day()
    return drawing.seats(day, Schedule.of(day), students, exam.folder / SLUG, forge, lambda: secret)


def keep(exam: ToyExam, found: drawing.Seats) -> None:
    found.keeping(exam.folder / SLUG).act()


def table(exam: ToyExam, *rows: str) -> None:
    (exam.folder / SLUG).mkdir(exist_ok=True)
    (exam.folder / SLUG / "papers.csv").write_text("\n".join(["login,sitting,paper", *rows]) + "\n")


def test_the_draw_depends_on_the_secret_and_the_login_alone(exam):
    class_ = [student(f"s{number}") for number in range(40)]
    first, again = shared(exam, *class_), shared(exam, *reversed(class_))
    assert first.by_login == again.by_login
    assert first.by_login != shared(exam, *class_, secret=b"another").by_login


def test_every_paper_is_as_likely_as_the_others(exam):
    """400 draws of two: 100 from the middle is ten standard deviations, so this never fails by chance."""
    counts = Counter(shared(exam, *(student(f"s{number}") for number in range(400))).by_login.values())
    assert all(100 < count < 300 for count in counts.values()) and len(counts) == 2


def test_the_table_wins_over_the_draw_and_the_roster_over_both(exam):
    ann = student("ann")
    drawn = shared(exam, ann).paper(ann)
    other = "birch" if drawn == "amber" else "amber"
    table(exam, f"ann,noon,{other}")
    assert shared(exam, ann).paper(ann) == other
    asked = student("ann", papers={SLUG: drawn})
    assert shared(exam, asked).paper(asked) == drawn


def test_what_a_repository_holds_stands_for_a_table_that_is_lost(exam):
    class Forge:
        def __init__(self, paper: str):
            self.paper = paper

        repos = staticmethod(lambda: [f"{SLUG}-ann"])
        now = staticmethod(lambda: NINE)

        def template(self, name: str) -> str:
            return f"{SLUG}--{self.paper}"

    for paper in SIGNS:
        assert shared(exam, student("ann"), forge=Forge(paper)).paper(student("ann")) == paper


def test_a_renamed_student_keeps_the_paper_and_the_table_the_new_login(exam):
    for paper in SIGNS:
        table(exam, f"ann,noon,{paper}")
        anna = student("anna", was=("ann",))
        found = shared(exam, anna)
        assert found.paper(anna) == paper
        keep(exam, found)
        assert exam.papers == {"anna": paper}


def test_who_writes_again_gets_another_paper_and_the_first_stays_on_record(exam, tmp_path):
    forge = new_forge(tmp_path)
    forge.set_clock(EVENING - timedelta(hours=1))
    for had, other in (("amber", "birch"), ("birch", "amber")):
        table(exam, f"ann,noon,{had}")
        ann = student("ann", sittings={SLUG: "evening"})
        found = shared(exam, ann, forge=forge)
        assert found.paper(ann) == other
        assert found.table == {("ann", "noon"): had, ("ann", "evening"): other}


def test_who_is_moved_before_anything_has_begun_keeps_the_paper(exam, tmp_path):
    forge = new_forge(tmp_path)
    forge.set_clock(NINE - timedelta(hours=1))
    for had in SIGNS:
        table(exam, f"ann,noon,{had}")
        ann = student("ann", sittings={SLUG: "evening"})
        assert shared(exam, ann, forge=forge).paper(ann) == had


def test_without_the_secret_nothing_is_drawn(exam):
    day, ann = exam.day(), student("ann")
    assert drawing.seats(day, Schedule.of(day), [ann], exam.folder / SLUG).paper(ann) == ""


def test_a_lab_has_no_papers(exam):
    exam.facts.sittings = []
    exam.facts.schedule = exam.facts.schedule.__class__(release=NINE, due=EVENING, solutions=EVENING)
    ann = student("ann")
    assert shared(exam, ann).by_paper([ann]) == {"": [ann]}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["ann,noon,ambr"], "line 2: toy has no paper 'ambr'. Did you mean 'amber'?"),
        (["ann,noon,amber", "ann,noon,birch"], "line 3: ann has a row of this sitting already"),
        (["ann,amber"], "line 2: it has 2 fields"),
    ],
)
def test_a_wrong_row_of_the_table_is_named(exam, rows, said):
    table(exam, *rows)
    with pytest.raises(CourseError) as refusal:
        shared(exam, student("ann"))
    assert said in str(refusal.value)


def test_a_sitting_of_a_paper_that_is_not_there_is_refused(exam):
    exam.facts.sittings = [SITTINGS[0].__class__(id="noon", opens=NINE, due=EVENING, papers=["ambr"])]
    with pytest.raises(CourseError, match="the sitting 'noon' draws among 'ambr', and there is no such paper. Did you mean"):
        shared(exam, student("ann"))
