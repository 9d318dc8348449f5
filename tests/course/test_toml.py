"""What a person writes into a TOML file of the course is understood or refused with file, line and key."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograding.reports.escape import visible
from genweek.course import course_file, day
from genweek.course.course_file import read_course
from genweek.course.day import ROOT, CourseError, Day, Facts, days, known_slug
from genweek.course.toml import read

ASSIGNMENT = """title = "Tuesday"
kind = "lab"
notebooks = ["nb1_vanilla_vae"]
data = ["mnist5k.npz"]

[schedule]
release = 2026-11-24T08:00:00
due = 2026-11-26T23:59:00
solutions = 2026-11-28T09:00:00
"""
COURSE = """title = "A week"
time_zone = "UTC"
planned = ["day5_exam"]

[weights]
day1_vae = 33.3
day2_diffusion = 33.4
exam = 33.3

[exam]
assignment = "day5_exam"
practical = 60
theory = 40
"""
CONDITIONS = "\n[exam.conditions]\n"


def said_of(path, text: str, reader) -> str:
    path.write_text(text)
    with pytest.raises(CourseError) as refusal:
        reader(path)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("due = 2026-11-26T23:59:00", "due = 2026-11-26 23:59", "line 8: `due = 2026-11-26 23:59` is not valid TOML"),
        ("due = 2026-11-26T23:59:00", "due = 26.11.2026", "Write a date and a time, as 2026-11-24T09:00:00."),
        ("due = 2026-11-26T23:59:00", "due = 2026-11-26", "line 8: [schedule] due must be a date and a time"),
        ("due = 2026-11-26T23:59:00", "due = 5", "[schedule] due must be a date and a time"),
        ("due = 2026-11-26T23:59:00", 'due = "noon"', "[schedule] due must be a date and a time"),
        ("release =", "open = 2026-11-24T08:00:00\nrelease =", "'open' is not a key of [schedule]. Did you mean 'opens'?"),
        ('title = "Tuesday"\n', "", "the file has no 'title', which it needs"),
        ('title = "Tuesday"', "title = 2", "line 1: title must be a text in quotes, not 2"),
        ('title = "Tuesday"', "title = Tuesday", "A text stands in quotes."),
        ('title = "Tuesday"', 'titel = "Tuesday"', "'titel' is not a key of the file. Did you mean 'title'?"),
        ('"lab"', '"labb"', "line 2: kind must be 'lab' or 'exam' or 'rehearsal', not 'labb'"),
        ('["nb1_vanilla_vae"]', "[]", "line 3: notebooks must be a list with something in it"),
        ('["nb1_vanilla_vae"]', '"nb1_vanilla_vae"', "line 3: notebooks must be a list, not 'nb1_vanilla_vae'"),
        ('["nb1_vanilla_vae"]', "[1]", "notebooks must be a text in quotes"),
        ("[schedule]", "[shedule]", "line 6: 'shedule' is not a key of the file. Did you mean 'schedule'?"),
        ("[schedule]", "[schedule", "is not valid TOML"),
    ],
)
def test_a_wrong_assignment_is_one_sentence(tmp_path, old, new, said):
    assert old in ASSIGNMENT
    found = said_of(tmp_path / "assignment.toml", ASSIGNMENT.replace(old, new), lambda path: read(path, Facts))
    assert "assignment.toml" in found
    assert said in found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("time_zone", "timezone", "line 2: 'timezone' is not a key of the file. Did you mean 'time_zone'?"),
        ('"UTC"', "2", "line 2: time_zone must be a text in quotes, not 2"),
        ('"UTC"', '"Europe/Berlni"', "there is no time zone 'Europe/Berlni'"),
        ('"UTC"', '""', "there is no time zone ''"),
        ('"UTC"', '"../x"', "there is no time zone '../x'"),
        (
            "day1_vae",
            "day1_vea",
            "line 6: [weights] names 'day1_vea', and there is no such assignment. Did you mean 'day1_vae'?",
        ),
        (
            "day1_vae",
            "lectures",
            "line 6: [weights] names 'lectures', and there is no such assignment. There are: day0_check",
        ),
        ("day1_vae", "lectures", "If it is still to be written, add it to `planned`."),
        ('"day5_exam"]', '"dya5_exma"]', "line 11: [exam] names 'day5_exam', and there is no such assignment."),
        ('= "day5_exam"', '= "dya5_exma"', "line 11: [exam] names 'dya5_exma', and there is no such assignment. Did you"),
        ('= "day5_exam"', '= "portfolio"', "line 11: [exam] names 'portfolio', and there is no such assignment. There are"),
        ("exam = 33.3", "day5_exam = 33.3", "line 5: [weights] and [exam] must both say something of the exam, or none"),
        ("exam = 33.3", "exam = 30\ntheory = 3.3", "line 9: [weights] has 'theory', and the exam that it is a part of"),
        ("[weights]", "[weights]\nday1_vae = 5", "is not valid TOML"),
        ("[exam]", '[columns]\nday1_vae = ""\n\n[exam]', "line 11: [columns] day1_vae must have something in its quotes"),
        ("[exam]", '[columns]\nday1_vae = "x"\ntheory = "x"\n\n[exam]', "line 10: two of the [columns] are called 'x'"),
        ("[exam]", '[columns]\nlectures = "x"\n\n[exam]', "[columns] names 'lectures'"),
        ('title = "A week"', 'title = ""', "line 1: title must have something in its quotes, not ''"),
        ("33.3\nday2", '"33"\nday2', "line 6: [weights] day1_vae must be a number from 0 on, not '33'"),
        ("33.3\nday2", "-33.3\nday2", "[weights] day1_vae must be a number from 0 on, not -33.3"),
        ("33.3\nday2", "34\nday2", "the [weights] must sum to 100, not to 100.7"),
        ("practical = 60", "practical = 50", "practical and theory in [exam] must sum to 100, not to 90"),
        ("practical", "pratical", "line 12: 'pratical' is not a key of [exam]. Did you mean 'practical'?"),
        ("[exam]", '[columns]\nday1_vea = "x"\n\n[exam]', "[columns] names 'day1_vea'"),
        ("theory = 40", f"theory = 40\n{CONDITIONS}notes = true", "line 16: 'notes' is not a key of [exam.conditions]."),
        (
            "theory = 40",
            f"theory = 40\n{CONDITIONS}notes = true",
            "Its keys are course_notebooks, documentation, own_notes, net",
        ),
        (
            "theory = 40",
            f"theory = 40\n{CONDITIONS}own_notes = 1",
            "line 16: [exam.conditions] own_notes must be true or false",
        ),
        ("theory = 40", f'theory = 40\n{CONDITIONS}network = "all"', "network must be 'forge' or 'none', not 'all'"),
        ("theory = 40", "theory = 40\ngrace_minutes = 100", "grace_minutes must be a whole number from 0 to 60, not 100"),
        ("theory = 40", "theory = 40\ngrace_minutes = -1", "grace_minutes must be a whole number from 0 to 60, not -1"),
    ],
)
def test_a_wrong_course_is_one_sentence(tmp_path, old, new, said):
    assert old in COURSE
    assert said in said_of(tmp_path / "course.toml", COURSE.replace(old, new), read_course)


@st.composite
def slips(draw, text: str) -> str:
    """The text with a stretch of it replaced by what fingers and editors leave there."""
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, min(begin + 20, len(text))))
    token = st.sampled_from(
        ['"', "'", "[", "]", "=", "\n", ".", "{", "}", "#", "nan", "inf", "2026-11-24", "true", "[[x]]\n", "é"]
    )
    return text[:begin] + "".join(draw(st.lists(token | st.text(max_size=3), max_size=3))) + text[end:]


@settings(deadline=None)
@given(text=slips(ASSIGNMENT) | slips(COURSE), reader=st.sampled_from([lambda path: read(path, Facts), read_course]))
def test_whatever_stands_in_a_file_it_is_read_or_one_sentence_names_the_file(tmp_path_factory, text, reader):
    path = tmp_path_factory.getbasetemp() / "slips.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        reader(path)
    except CourseError as refusal:
        assert "slips.toml" in str(refusal) and visible(str(refusal)) == str(refusal) and "\n" not in str(refusal)


def test_three_thirds_written_with_one_digit_are_a_whole(tmp_path):
    path = tmp_path / "course.toml"
    path.write_text(COURSE)
    assert read_course(path).weights["theory"] == pytest.approx(33.3 * 0.4)


@pytest.mark.parametrize("text", ["day1_vae", "day1_vae/", "./day1_vae", "assignments/day1_vae/", "starter/day1_vae"])
def test_an_assignment_has_one_spelling(text):
    assert known_slug(text) == Day.load(text).slug == "day1_vae"


@pytest.mark.parametrize(("text", "near"), [("day1_vea", "Did you mean 'day1_vae'?"), ("Day1_VAE", "'day1_vae'"), ("", "")])
def test_an_assignment_that_does_not_exist_is_refused(text, near):
    with pytest.raises(CourseError, match="There is no assignment") as refusal:
        days([text])
    assert near in str(refusal.value)


@pytest.fixture
def broken_course(tmp_path, monkeypatch):
    """A course whose second day cannot be read."""
    for slug in ("day1_vae", "day2_diffusion"):
        shutil.copytree(ROOT / "assignments" / slug, tmp_path / "assignments" / slug)
        shutil.copytree(ROOT / "solutions_private" / slug, tmp_path / "solutions_private" / slug)
    (tmp_path / "assignments/common/genlab/data").mkdir(parents=True)
    (tmp_path / "assignments/common/genlab/data/mnist5k.npz").touch()
    (tmp_path / "assignments/day1_vae/assignment.toml").write_text(ASSIGNMENT.replace("title", "titel"))
    monkeypatch.setattr(day, "ROOT", tmp_path)
    return tmp_path


def test_one_bad_day_never_stops_the_others(broken_course):
    done = []
    with pytest.raises(CourseError, match="Did you mean 'title'"):
        done.extend(one.slug for one in days([]))
    assert done == ["day2_diffusion"]


@pytest.mark.parametrize("key", ["notebooks", "data"])
def test_a_file_that_is_named_and_not_there_is_named(broken_course, key):
    text = ASSIGNMENT.replace("nb1_vanilla_vae", "nb1_vanila_vae") if key == "notebooks" else ASSIGNMENT
    text = text.replace("mnist5k", "mnist5000") if key == "data" else text
    (broken_course / "assignments/day1_vae/assignment.toml").write_text(text)
    with pytest.raises(CourseError, match=f"{key} names .*, which is not there. Did you mean"):
        Day.load("day1_vae")


def test_the_files_of_this_course_are_read():
    assert course_file.read_course().title
    assert [one.slug for one in days([])] == day.all_slugs()
