"""The page of a grade of record: it says that it is one, whose it is and how it came about; it is no feedback."""

import html as markup

import pytest
from report_examples import HALF, scores

from autograding.reports.receivers import html
from autograding.reports.scorecard import OfRecord

pytest_plugins = ["report_fixtures"]

ADDED = OfRecord("Zoë Ng", ("28.5", "of 100", 28), ("two hours late (-4.5)", "<b>no</b>"))


def test_it_says_what_it_is_and_whose(read):
    page = markup.unescape(html.render(read(HALF), OfRecord("Zoë Ng")))
    assert "<title>Grade of record: 33 of 100 – Zoë Ng – Day 1</title>" in page
    assert '<p class="record">Grade of record</p>' in page and "<bdi>Zoë Ng</bdi>" in page
    assert "This is the grade of record" in page


def test_it_tells_nobody_what_to_do_next(read):
    page = html.render(read(HALF), ADDED)
    assert "Next:" not in page and "check cell" not in page and "is feedback" not in page


def test_what_was_added_stands_there_with_the_reason_and_counts(read):
    page = html.render(read(HALF), ADDED)
    assert 'aria-label="28.5 of 100 points"' in page and "two hours late (-4.5)" in page
    assert "<b>no</b>" not in page


@pytest.mark.parametrize("record", [None, ADDED])
def test_feedback_stays_feedback(read, record):
    page = html.render(read(scores()), record)
    assert ("This score is feedback" in page) == (record is None) == ("Next:" in page)
