"""The dashboard: who has what, the commonest mistakes, who is stuck; and no name on the wall."""

import re
from dataclasses import replace

import pytest
from classroom_examples import ALICE, BOB, NINE, NOON, SLUG, Clone, answer, build, new_forge, open_repo
from wall_examples import MINUTE, MISTAKE, card, failed, klass, one

from autograding.whole import write_whole
from genweek.classroom.wall.dashboard import STYLE, render
from genweek.classroom.wall.progress import FAILED, Progress, read_class
from genweek.classroom.wall.troubles import MISSING, RAISED, SLOW, UNGRADED, UNREADABLE, troubles
from genweek.course.roster import Student


def test_a_mistake_counts_once_for_each_student_and_the_commonest_comes_first():
    two = [one(number, card(4, 0, mistake=MISTAKE)) for number in (1, 2)]
    found = klass(*two, one(3, card(0, 4, mistake="Other.")))
    assert found.mistakes() == [("nb1.t2", MISTAKE, 2), ("nb1.t1", "Other.", 1)]


@pytest.mark.parametrize(
    ("score", "gained", "minutes"),
    [(card(4, 0), 30, 30), (card(4, 0), 31, None), (card(4, 4), 0, None), (None, 0, None), (card(0, 0), -600, None)],
)
def test_stuck_is_who_has_made_no_progress_for_30_minutes_of_this_session(score, gained, minutes):
    student = one(1, score, gained)
    assert klass(student).stuck == ([(student, minutes)] if minutes else [])


def test_who_pushes_nothing_may_be_working_and_is_not_called_stuck():
    working = one(1, card(4, 0), gained=5, pushed=5)
    found = klass(working)
    assert found.stuck == [] and found.quiet == [working]
    assert "1 pushed nothing in that time: this page sees pushes" in render(found)


def test_who_joins_late_begins_late():
    late = replace(one(1, card(0, 0), pushed=59), first_push=NINE + 45 * MINUTE, last_gain=None)
    assert klass(late).stuck == [] and klass(late, minutes=80).stuck == [(late, 35)]


@pytest.mark.parametrize(
    ("points", "at"),
    [((4, 0), "nb1.t2"), ((0, 4), "nb1.t1"), ((0, 2), "nb1.t2"), ((2, 0), "nb1.t1"), ((2, 3), "nb1.t2"), ((4, 4), None)],
)
def test_who_jumped_with_a_checkpoint_is_where_they_work_and_not_where_they_left(points, at):
    assert one(1, card(*points)).at(("nb1.t1", "nb1.t2")) == at


@pytest.mark.parametrize(
    ("status", "absent", "words"),
    [("timeout", "", SLOW), ("error", "missing", MISSING), ("error", "unreadable", UNREADABLE), ("error", "", RAISED)],
)
def test_what_has_no_name_is_grouped_and_stands_first(status, absent, words):
    found = klass(one(1, failed(status, absent)), one(2, card(4, 0, mistake=MISTAKE)))
    assert [(trouble.words, trouble.students, trouble.at) for trouble in troubles(found.students)] == [(words, 1, "nb1.t2")]
    page = render(found)
    assert page.index(words) < page.index(MISTAKE)


def test_a_push_without_a_score_comes_before_everything():
    found = troubles([replace(one(1, card(4, 0)), state=FAILED), one(2, failed("timeout")), one(3)])
    assert [trouble.words for trouble in found] == [UNGRADED, SLOW]


def test_nobody_is_stuck_when_the_session_is_over():
    over = klass(one(1, card(4, 0)), minutes=180)
    assert over.stuck == []
    assert "The session is over." in render(over)


def test_the_median_is_of_those_who_have_a_score():
    assert klass(one(1, card(4, 0)), one(2, card(4, 4)), one(3, card(4, 4)), one(4)).median_score == 8


def test_without_names_the_page_holds_none_of_them():
    page = render(klass(one(1, card(4, 0), 0), one(2)))
    assert "Name1" not in page
    assert "s1@" not in page
    assert "nb1.t1: 1 done, 1 no score" in page


def test_with_names_the_page_shows_them_only_when_asked():
    page = render(klass(one(1, card(4, 0), 0)), names=True)
    assert "Name1 &lt;b&gt;" in page
    assert 'type="checkbox" id="names">' in page  # not ticked
    assert ".named { display: none; }" in page


@pytest.mark.parametrize("count", [0, 1, 30, 300])
def test_a_page_for_any_class_loads_nothing_and_runs_nothing_but_its_own_script(count):
    page = render(klass(*(one(number, card(4, number % 5), number % 60) for number in range(count))))
    assert page.count("<script>") == page.count("<script") == 1 and "script-src 'sha256-" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('class="strip cells"') == 2
    assert len(page) < 200_000


def test_a_square_says_what_there_is_of_a_task():
    page = render(klass(one(1, card(4, 2)), one(2, card(4, 0)), one(3, card(0, 0, mistake=MISTAKE)), one(4)))
    kinds = [page.count(f'<i class="{kind}"><b>') - 1 for kind in ("done", "part", "tried", "todo", "none")]
    assert kinds == [2, 1, 2, 1, 2]


def test_a_mistake_cannot_be_a_tag():
    assert "<span>&lt;img&gt; <code>" in render(klass(one(1, card(0, 4, mistake="<img>"))))


def test_the_class_is_read_from_the_scores_that_were_posted(tmp_path):
    built = build(tmp_path / "built")
    forge = new_forge(tmp_path, grading="foreground")
    alice = Clone(forge, open_repo(forge, built), tmp_path / "alice")
    for minute, words in enumerate([1, "1 + 0", 0]):
        alice.write(answer(words))
        alice.push(at=NINE + minute * MINUTE)
    found = read_class(forge, SLUG, [ALICE, BOB], built / "autograding/assignment.json", NINE, NOON)
    first, second = found.students
    assert (first.score, first.pushes, first.last_gain, first.at(found.tasks)) == (0, 3, NINE, "nb1.words")
    assert found.mistakes() == [("nb1.words", "A word is missing.", 1)]
    assert second.state == "no repository"


def test_a_score_that_belongs_to_another_commit_is_none(tmp_path):
    built = build(tmp_path / "built")
    forge = new_forge(tmp_path)
    alice = Clone(forge, open_repo(forge, built), tmp_path / "alice")
    commit = alice.write("right")
    alice.push()
    kept = forge.run_folder("toy-alice", commit) / "artifact"
    kept.mkdir(parents=True)
    write_whole(kept / "scores.json", '{"schema": "genweek/scores/v1", "commit": "%s", "score": 2}' % ("f" * 40))
    found = read_class(forge, SLUG, [ALICE], built / "autograding/assignment.json", NINE, NOON)
    assert found.students[0].state == "grading"


def test_what_the_class_should_hear_stands_above_the_map_of_300():
    page = render(klass(*(one(number, card(4, 0, mistake=MISTAKE)) for number in range(300))))
    assert page.index(MISTAKE) < page.index("Who has what")


def test_a_name_acts_on_no_page():
    evil = Progress(
        Student("s1", "\u202eA\u200b<script>\x1b[2J\n\u2066", "s1@uni.example"), "graded", card(4, 0), 1, NINE, NINE, NINE
    )
    page = render(klass(evil), names=True)
    assert (
        not set("\u202e\u200b\x1b\u2066") & set(page)
        and "<script>\x1b" not in page
        and "&lt;script&gt;" in page
        and "⟨U+202E⟩A" in page
    )


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance of #rrggbb, or of #rgb."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_state_is_seen_on_the_card_and_its_sign_is_read_on_it(mode):
    block = STYLE.read_text().split(":root {")[mode + 1].split("}")[0]
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", block))
    for kind in ("done", "part", "tried"):
        assert contrast(colours[kind], colours["card"]) >= 3
        assert contrast(colours[kind], colours[f"on-{kind}"]) >= 4.5
    assert contrast(colours["edge"], colours["card"]) >= 3
    assert contrast(colours["soft"], colours["card"]) >= 4.5 and contrast(colours["soft"], colours["page"]) >= 4.5
