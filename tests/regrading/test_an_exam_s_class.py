"""The class whose exam is benchmarked: right, wrong and missing answers, each a submission that the grader can read."""

import re

import pytest

from autograding.reading.notebook import parse
from autograding.reading.pair import resolve
from genweek.bench.exam import SHARES, SLUG, population
from genweek.course.day import Day
from genweek.making.masters import Master

PAPERS = Day.load(SLUG).papers


def programs(day: Day, seed: str) -> list[str]:
    """Without the ids of cells, which are drawn anew."""
    texts = [halves[".ipynb"] for one in population(day, 9, seed) for halves in one.values()]
    return [re.sub(r'"id": "\w+"', "", text) for text in texts]


@pytest.mark.parametrize("paper", PAPERS[:2])
def test_everybody_hands_in_something_that_can_be_read(paper):
    day, untouched, texts = Day.load(SLUG).on(paper), 0, set()
    for submission in population(day, 12, "seed"):
        for stem, halves in submission.items():
            master = Master(day.masters / f"{stem}.py")
            assert parse(f"{stem}.ipynb", halves[".ipynb"]).problems == []
            found = resolve(stem, master.starter_sources, halves, master.handed_out)
            assert found.missing == {}
            untouched += len(found.untouched)
            texts.add(halves[".ipynb"])
    assert untouched and len(texts) > 2


def test_the_same_seed_is_the_same_class_and_the_shares_are_whole():
    day = Day.load(SLUG).on(PAPERS[0])
    assert programs(day, "a") == programs(day, "a") != programs(day, "b")
    assert sum(SHARES.values()) == 100
