"""The page that a student's repository shows: the day's handout, and in it what is the same on every day."""

from ..course.day import ROOT, Day
from ..course.schedule import Schedule, in_words

COMMON = ROOT / "assignments" / "common" / "README.md"  # it comes before the first section of the day's


def page(day: Day) -> str:
    """Markdown. Raises CourseError where the schedule is wrong."""
    own, common = (path.read_text(encoding="utf-8") for path in (day.handout / "README.md", COMMON))
    facts = {"due": in_words(Schedule.of(day).due), "slug": day.slug}
    for name, value in facts.items():
        common = common.replace(f"{{{{ {name} }}}}", value)
    head, _, rest = own.partition("\n## ")
    return f"{head}\n{common}## {rest}"
