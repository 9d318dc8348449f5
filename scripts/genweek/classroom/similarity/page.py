"""One page for a human: what two students share, side by side, and how each of them got there. It judges nobody."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from autograding.reports.pages import template

from ...course.day import Day
from ...course.roster import Student
from ...course.schedule import in_words
from ..afterwards.pushes import Step
from .own import SHORT
from .pairs import COMMON, Elsewhere, Pair

PAGE = Path(__file__).with_name("similar.html.j2")


def render(
    day: Day,
    pairs: Sequence[Pair],
    show: int,
    students: Mapping[str, Student],
    papers: Mapping[str, str],
    history: Mapping[str, Sequence[Step]],
    compared: Sequence[str],
    left_out: Sequence[str],
    elsewhere: Sequence[Elsewhere] = (),
) -> str:
    """pairs: all that share anything; the first `show` of them stand on the page. students, papers, history: by login.
    elsewhere: answers that fit another paper; the first `show`, too."""
    return template(PAGE).render(
        day=day,
        pairs=pairs[:show],
        count=len(pairs),
        students=students,
        papers=papers,
        history=history,
        compared=compared,
        left_out=left_out,
        elsewhere=elsewhere[:show],
        short=SHORT,
        common=COMMON,
        in_words=in_words,
    )
