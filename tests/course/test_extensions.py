"""No column that somebody meant for an extension passes for another one, and no number of minutes for a smaller one."""

import pytest

from genweek.course.extensions import COLUMN, MOST, UNASKED, in_words, minutes, problem_of_column

DAYS = ["day1_vae", "day2_diffusion", "day4_exam"]
OURS = {COLUMN, *(f"{COLUMN}_{slug}" for slug in DAYS)}


def slips(word: str) -> set[str]:
    """What comes of one letter too few, too many, wrong, or of two that changed places; and of other separators."""
    parts = [(word[:n], word[n:]) for n in range(len(word))]
    made = {head + tail[1:] for head, tail in parts}
    made |= {head + letter + tail for head, tail in parts for letter in "es_ "}
    made |= {head + letter + tail[1:] for head, tail in parts for letter in "ao "}
    made |= {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    return made | {word.replace("_", between) for between in " -."} | {word.upper(), word.title()}


def test_a_column_of_ours_is_no_problem():
    assert [problem_of_column(column, DAYS) for column in sorted(OURS)] == [""] * len(OURS)


@pytest.mark.parametrize("column", sorted(OURS))
def test_no_slip_in_its_name_costs_anybody_an_extension(column):
    accepted = {slip for slip in slips(column) - OURS if not problem_of_column(slip, DAYS)}
    assert not accepted


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ("extension_minutes_day1", "extension_minutes_day1_vae"),
        ("extension_minutes_day4_exma", "extension_minutes_day4_exam"),
        ("extension_minutes_exam", "extension_minutes_day4_exam"),
        ("exam extension", "extension_minutes_day4_exam"),
        ("ext_min_day4_exam", "extension_minutes_day4_exam"),
        ("day4_exam", "extension_minutes_day4_exam"),
        ("extra_minutes", COLUMN),
        ("extra time", COLUMN),
        ("extension", COLUMN),
        ("Extension minutes", COLUMN),
        ("ExtensionMinutes", COLUMN),
        ("time_extension", COLUMN),
        ("additional_time", COLUMN),
        ("time bonus (%)", COLUMN),
        ("Accomodation", COLUMN),
        ("deadline", COLUMN),
        ("min", COLUMN),
    ],
)
def test_what_looks_like_an_extension_and_is_none_is_refused(column, meant):
    assert f"Did you mean {meant!r}?" in problem_of_column(column, DAYS)


def test_an_extension_of_no_assignment_says_which_there_are():
    said = problem_of_column("extension_minutes_day9_x", DAYS)
    assert "is for no assignment" in said and "day1_vae, day2_diffusion, day4_exam" in said


WELCOME = "Seat,External,extern,Matriculation number,First name,Last name,Degree,Semester,Study period,Full time,Time zone"
WELCOME += ",minor,admin,Next enrolment,context,Next of kin,timestamp,Department,Last access,Preferred name,Address,notes"


@pytest.mark.parametrize("column", WELCOME.split(","))
def test_columns_of_the_instructor_s_own_are_welcome(column):
    assert problem_of_column(column, DAYS) == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [("0", 0), ("45", 45), ("240 min", 240), (str(UNASKED), UNASKED), ("13h", 780), ("3 days", 4320), ("90 d", MOST)],
)
def test_minutes_may_have_a_unit(text, meant):
    assert minutes(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4500", "these are 3 d 3 h. If that is meant, write it in hours or days: '75 h'"),
        ("4500 min", "'75 h'"),
        (str(UNASKED + 1), "'13 h'"),
        ("91 d", "90 days at most"),
        ("1000000000000", "90 days at most"),
        ("1" + "0" * 5000, "90 days at most"),
        ("-5", "write whole minutes"),
        ("1.5", "write whole minutes"),
        ("soon", "write whole minutes"),
        ("²", "write whole minutes"),
    ],
)
def test_minutes_that_nobody_can_mean_are_asked_about_or_refused(text, said):
    with pytest.raises(ValueError) as refusal:
        minutes(text)
    assert said in str(refusal.value)


def test_many_minutes_are_shown_as_hours_too():
    assert [in_words(number) for number in (45, 240, 4500)] == ["45 min", "240 min (4 h)", "4500 min (3 d 3 h)"]
