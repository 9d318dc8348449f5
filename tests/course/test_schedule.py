"""Times: minutes are elapsed ones, a time that the clocks skip or show twice is refused, a printed one names its zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from classroom_examples import BOB

from genweek.course.day import CourseError, Dates
from genweek.course.roster import Student
from genweek.course.schedule import Schedule, read_schedule, shown

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = {"forward": datetime(2026, 3, 29), "back": datetime(2026, 10, 25)}


def schedule(due: datetime, release: datetime | None = None) -> Schedule:
    return read_schedule("toy", Dates(release=release or due, due=due, solutions=datetime(2026, 12, 1)), BERLIN)


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS)
def test_an_extension_lasts_its_minutes_in_the_night_when_clocks_change(night):
    zoe, before = Student("zoe", "Zoe", "zoe@uni.example", extensions={"": 240}), night - timedelta(hours=1)
    one = schedule(before)
    assert one.deadline(zoe).timestamp() - one.due.timestamp() == 240 * 60


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (
            datetime(2026, 3, 29, 2, 30),
            "[schedule], due: 2026-03-29 02:30:00 does not exist in Europe/Berlin, where the clocks are put forward. "
            "Write 2026-03-29 03:30:00+02:00.",
        ),
        (
            datetime(2026, 10, 25, 2, 30),
            "[schedule], due: 2026-10-25 02:30:00 comes twice in Europe/Berlin, where the clocks are put back. "
            "Write 2026-10-25 02:30:00+02:00 or 2026-10-25 02:30:00+01:00.",
        ),
    ],
)
def test_a_time_that_the_clocks_skip_or_show_twice_is_refused_with_what_to_write(due, said):
    with pytest.raises(CourseError) as refusal:
        schedule(due, release=datetime(2026, 3, 1))
    assert said in str(refusal.value)


def test_an_assignment_without_sittings_has_a_due():
    with pytest.raises(CourseError, match=r"\[schedule\] has no 'due', which it needs"):
        read_schedule("toy", Dates(release=datetime(2026, 3, 1), solutions=datetime(2026, 12, 1)), BERLIN)


def test_a_time_that_comes_twice_can_be_written_with_its_offset():
    first, second = (datetime.fromisoformat(f"2026-10-25 02:30:00{offset}") for offset in ("+02:00", "+01:00"))
    assert schedule(second).due - schedule(first).due == timedelta(hours=1)


@pytest.mark.parametrize("due", [datetime(1, 1, 1), datetime(206, 11, 24), datetime(9999, 12, 31)])
def test_a_year_that_nobody_means_is_refused(due):
    with pytest.raises(CourseError, match="is in no year of this course"):
        schedule(due)


def test_who_has_an_extension_of_this_assignment_is_said():
    one = schedule(datetime(2026, 11, 24))
    students = [
        Student("zoe", "Zoe", "z@uni.example", extensions={"toy": 240, "": 5}),
        BOB,
        Student("a", "A", "a@u.example"),
    ]
    assert one.extensions_in_words(students) == "Extensions of toy: zoe 240 min (4 h), bob-b 30 min."
    assert one.extensions_in_words([]) == "Extensions of toy: nobody has one."


def test_the_order_of_dates_is_that_of_elapsed_time():
    first, second = (datetime.fromisoformat(f"2026-10-25 02:30:00{offset}") for offset in ("+02:00", "+01:00"))
    with pytest.raises(CourseError, match="due .*02:30:00 CEST.* is before opens .*02:30:00 CET"):
        schedule(first, release=second)


def test_a_printed_time_names_its_zone():
    assert shown(schedule(datetime(2026, 11, 24, 12)).deadline(BOB), BERLIN) == "Tue 24 Nov 2026, 12:30:00 CET"
