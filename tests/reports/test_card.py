"""What a check cell shows: the tutor's sentence first, nothing of a student's text as markup, nothing by colour alone."""

from html.parser import HTMLParser

import pytest

from autograding.reports import card
from autograding.reports.scorecard import Assignment, Outcome, ScoreCard, TaskScore

EVIL = '<script>alert(1)</script> & "quotes" \x1b[31m \u202e'


def outcome(status: str = "pass", message: str = "", mistake: str = "", title: str = "A sentence.") -> Outcome:
    return Outcome("test", title, status, 3 if status == "pass" else 0, 3, message, mistake)


def shown(*outcomes: Outcome, id: str = "nb1.f", warnings: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> str:
    score = sum(one.points for one in outcomes)
    task = TaskScore(id, score, 3 * len(outcomes), outcomes)
    return card.render(ScoreCard(Assignment(), score, 3 * len(outcomes), (task,), warnings, partial=True), notes)


class Tags(HTMLParser):
    """The elements of a page; balanced, or an error."""

    def __init__(self, text: str):
        super().__init__()
        self.open, self.seen, self.folded = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert all(name in ("style", "role", "aria-label") for name, _ in attrs)
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "details" in self.open and "summary" not in self.open:
            self.folded.append(data)


def test_the_tutors_sentence_comes_first_then_what_was_seen_and_the_rest_is_folded():
    said = "Twice too large?"
    page = shown(outcome(), outcome("fail", "seen first", said), outcome("fail", "seen second", said))
    assert page.index("nb1.f") < page.index(said) < page.index("seen first") < page.index("<details")
    assert page.count(said) == 1
    assert "seen second" in "".join(Tags(page).folded) and "seen first" not in "".join(Tags(page).folded)
    assert "1 of 3 tests passed" in page and "not yet, 3 of 9 points" in page


def test_everything_is_escaped():
    page = shown(outcome("fail", EVIL, EVIL, EVIL), id=EVIL, warnings=(EVIL,), notes=(EVIL,))
    assert not set(Tags(page).seen) - {"div", "p", "strong", "pre", "details", "summary"}
    assert "\x1b" not in page and "\u202e" not in page and "script" not in Tags(card.sentence(EVIL)).seen


def test_what_passes_says_so_and_not_that_all_is_done():
    page = shown(outcome(), outcome())
    assert "all tests pass, 6 of 6 points" in page and "Nothing is left" not in page and "Next" not in page


@pytest.mark.parametrize("status", ["todo", "fail", "error", "timeout"])
def test_a_status_is_told_in_words(status):
    from autograding.reports.scorecard import STATUSES

    assert STATUSES[status][1] in shown(outcome(), outcome(status, "why")).lower()


def test_what_is_to_do_is_one_line():
    todo = TaskScore("nb1.g", 0, 3, (outcome("todo", "TODO"),))
    done = TaskScore("nb1.f", 3, 3, (outcome(),))
    page = card.render(ScoreCard(Assignment(), 3, 6, (done, todo), partial=True))
    assert "To do: nb1.g" in page and "Next: Begin nb1.g" in page and ">python -m autograding nb1.g</pre>" in page
