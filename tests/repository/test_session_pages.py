"""The instructor's page of each day names what is there: times, headings, figures, mistakes, checkpoints."""

import ast
import re
from functools import cache

import pytest

from genweek.course.day import ROOT, Day, all_slugs
from genweek.making.checkpoints import sections
from genweek.making.masters import Master
from genweek.proving.leaks import STAFF, pieces, staff_runs

LABS = [slug for slug in all_slugs() if Day.load(slug).facts.kind == "lab"]
PLAN = {  # the times of the course plan
    "day1_vae": ["0:00", "0:30", "2:00", "2:10", "3:40", "4:10"],
    "day2_diffusion": ["0:00", "0:30", "2:15", "2:25", "4:00", "4:15"],
    "day3_discrete": ["0:00", "0:30", "2:30", "2:40", "3:40", "4:10"],
    "day4_exam": ["0:00", "1:15", "1:30", "1:35", "2:35", "3:20", "3:45"],
}
HEADING = re.compile(r"\*(NB\d) › ([^*]+)\*((?:,? (?:and )?figure \d)*)")
ROW = re.compile(r"^\| (\d:\d\d)–(\d:\d\d) \|(.*)$", re.M)
CODE = re.compile(r"(\d:\d\d) `(nb\d\.[A-E])`")
MISTAKE = re.compile(r"^\| `(nb\d\.[\w.]+/\w+)` \| (.*) \|$", re.M)


def minutes(time: str) -> int:
    hours, rest = time.split(":")
    return 60 * int(hours) + int(rest)


@cache
def page(slug: str) -> str:
    return (ROOT / "solutions_private" / slug / "session.md").read_text(encoding="utf-8")


def in_one_line(slug: str) -> str:
    return re.sub(r"\s+", " ", page(slug))


@cache
def masters(slug: str) -> dict[str, Master]:
    """By the name that the page has for them: NB1 for nb1_vanilla_vae."""
    day = Day.load(slug)
    named = {stem.partition("_")[0].upper(): Master(day.masters / f"{stem}.py") for stem in day.notebooks}
    return {name: master for name, master in named.items() if name.startswith("NB")}


def known_mistakes(day: Day) -> set[str]:
    """All names in the library; read from it alone, without the submissions that are made of them."""
    files = [day.variants_file("mistakes", stem) for stem in day.notebooks]
    nodes = [node for file in files for node in ast.parse(file.read_text(encoding="utf-8")).body]
    marked = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.decorator_list]
    return {f"{ast.literal_eval(node.decorator_list[0].args[0])}/{node.name}" for node in marked}


class Lesson:
    """The headings of a notebook, without their minutes; what stands under each, and the minutes of its sections."""

    def __init__(self, master: Master):
        self.text = "\n".join(cell.source for cell in master.solved.cells if cell.cell_type == "markdown")
        headings = re.finditer(r"^(##+) (.+?)(?: · \d+ min)?$", self.text, re.M)
        self.marks = [(len(found[1]), found[2], found.start()) for found in headings]
        budget = re.findall(r"^\| ([0A-E]) .*?\| (\d+) \|", self.text, re.M)
        self.minutes = {letter: int(number) for letter, number in budget}

    def under(self, heading: str) -> str:
        """What stands from a heading to the next one of its level."""
        (level, start), *_ = [(level, start) for level, text, start in self.marks if text == heading]
        ends = [at for other, _, at in self.marks if at > start and other <= level]
        return self.text[start : min(ends, default=None)]

    def section(self, heading: str) -> str:
        """The letter of the section in which a heading stands."""
        (start,) = [at for _, text, at in self.marks if text == heading]
        above = [text for level, text, at in self.marks if at <= start and level == 2]
        return above[-1].removeprefix("Section ")[0]


@cache
def lesson(slug: str, name: str) -> Lesson:
    return Lesson(masters(slug)[name])


@pytest.mark.parametrize("slug", PLAN)
def test_the_rows_follow_each_other_and_keep_the_plan(slug):
    rows = ROW.findall(page(slug))
    times = [rows[0][0], *(end for _, end, _ in rows)]
    assert [start for start, _, _ in rows] == times[:-1]
    assert [time for time in PLAN[slug] if time not in times] == []
    assert times[0] == PLAN[slug][0] and times[-1] == PLAN[slug][-1]


@pytest.mark.parametrize("slug", LABS)
def test_every_section_of_a_notebook_has_its_minutes(slug):
    given = {}
    for start, end, row in ROW.findall(page(slug)):
        for key in {(name, lesson(slug, name).section(heading)) for name, heading, _ in HEADING.findall(row)}:
            given[key] = given.get(key, 0) + minutes(end) - minutes(start)
    wanted = {(name, letter): number for name in masters(slug) for letter, number in lesson(slug, name).minutes.items()}
    assert wanted and {key: number for key, number in wanted.items() if given.get(key, 0) < number} == {}


@pytest.mark.parametrize("slug", LABS)
def test_every_heading_and_figure_is_in_its_notebook(slug):
    named = HEADING.findall(in_one_line(slug))
    assert named and {name for name, _, _ in named} == set(masters(slug))
    headings = {name: [text for _, text, _ in lesson(slug, name).marks] for name in masters(slug)}
    assert [(name, heading) for name, heading, _ in named if headings[name].count(heading) != 1] == []
    for name, heading, figures in named:
        captions = lesson(slug, name).under(heading).count("*Figure: ")
        assert all(int(number) <= captions for number in re.findall(r"\d", figures)), (name, heading, captions)


@pytest.mark.parametrize("slug", LABS)
def test_every_mistake_is_in_the_library_and_is_met_by_a_question(slug):
    named, known = MISTAKE.findall(page(slug)), known_mistakes(Day.load(slug))
    assert named and [id for id, _ in named if id not in known] == []
    assert [question for _, question in named if not question.endswith("?")] == []


@pytest.mark.parametrize("slug", LABS)
def test_every_code_is_read_out_when_its_section_is_over(slug):
    announced = {id: minutes(time) for time, id in CODE.findall(in_one_line(slug))}
    assert announced.keys() == {id for master in masters(slug).values() for id in sections(master)}
    for start, end, row in ROW.findall(page(slug)):
        for name, heading, _ in HEADING.findall(row):
            id = f"{name.lower()}.{lesson(slug, name).section(heading)}"
            first_look = minutes(start) < minutes(PLAN[slug][1])  # the on-ramp
            assert first_look or announced.get(id, minutes(end)) >= minutes(end), (id, end)


@pytest.mark.parametrize("slug", LABS)
def test_nothing_else_on_the_page_looks_like_an_id(slug):
    known = {id for master in masters(slug).values() for id in [*master.exercises, *sections(master)]}
    spans = re.findall(r"`(nb\d\.[^`]*)`", page(slug))
    assert [span for span in spans if "/" not in span and span not in known] == []


def test_the_practical_part_fits_its_window():
    """Opening 5, A 8 and 52, B 7 and 38, reserve 25: the 135 minutes between opens and due."""
    spans = [minutes(end) - minutes(start) for start, end, _ in ROW.findall(page("day4_exam"))]
    written, pause, *practical = spans
    assert (written, pause, practical) == (75, 15, [5, 8, 52, 7, 38, 25])
    sittings = Day.load("day4_exam").facts.sittings
    assert {(one.due - one.opens).total_seconds() / 60 for one in sittings} == {sum(practical)}


def test_no_page_for_the_staff_is_in_a_students_repository(built):
    read = [path for path in built.rglob("*") if path.suffix in (".md", ".py", ".ipynb")]
    assert [path for path in read if path.name in STAFF] == []
    wanted = staff_runs()
    assert [found for path in read for found in pieces(path.name, path.read_text(encoding="utf-8"), wanted)] == []


@pytest.mark.parametrize("slug", PLAN)
def test_a_sentence_for_the_staff_is_found_in_any_text(slug):
    sentence = next(line for line in page(slug).splitlines() if line.startswith("1. "))
    (found,) = pieces("notes.txt", f"hello\n{sentence}\n", staff_runs())
    assert found.startswith(f"notes.txt holds a piece of solutions_private/{slug}/session.md")
