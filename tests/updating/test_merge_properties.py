"""What holds of every merge of a fix into a student's cells, whatever the two of them did."""

import hypothesis.strategies as st
from hypothesis import given, settings

from autograding.updating.cells import Cell, merge

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
ADDED = st.sampled_from(["a new cell", "another new cell", "a third one"])
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
CELLS = st.lists(st.builds(Cell, st.sampled_from(["code", "markdown"]), TEXTS), max_size=6, unique_by=lambda c: c.text)


@st.composite
def edited(draw, cells: list[Cell]) -> list[Cell]:
    """Cells after somebody removed, rewrote and added some."""
    result = []
    for cell in cells:
        deed = draw(st.sampled_from(["keep", "keep", "keep", "change", "remove", "add"]))
        if deed == "change":
            result.append(Cell(cell.kind, f"{cell.source} {draw(TEXTS)}"))
        elif deed != "remove":
            result.append(cell)
        if deed == "add":
            result.append(Cell("code", draw(ADDED)))
    return result


BASE_AND_OTHER = CELLS.flatmap(lambda base: st.tuples(st.just(base), edited(base)))
FOUR = CELLS.flatmap(lambda base: st.tuples(st.just(base), edited(base), edited(base), edited(base)))
THREE = CELLS.flatmap(lambda base: st.tuples(st.just(base), edited(base), edited(base)))


def texts(cells) -> list[tuple[str, str]]:
    return [cell.text for cell in cells]


@given(BASE_AND_OTHER)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_who_changed_nothing_gets_the_new_starter(pair):
    base, new = pair
    merged, kept = merge(base, base, new)
    assert (texts(merged), kept) == (texts(new), [])


@given(BASE_AND_OTHER)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_an_update_that_changes_nothing_leaves_the_students_cells(pair):
    base, mine = pair
    merged, kept = merge(base, mine, base)
    assert (texts(merged), kept) == (texts(mine), [])


@given(THREE)
@settings(deadline=None, derandomize=True, max_examples=600)
def test_what_a_student_wrote_is_still_there_and_in_order(three):
    base, mine, new = three
    merged = iter(texts(merge(base, mine, new)[0]))
    written = [text for text in texts(mine) if text not in texts(base)]
    assert all(any(text == other for other in merged) for text in written)


@given(THREE)
@settings(deadline=None, derandomize=True, max_examples=600)
def test_merging_twice_is_merging_once(three):
    base, mine, new = three
    once, _ = merge(base, mine, new)
    assert texts(merge(base, once, new)[0]) == texts(once)


@given(FOUR)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_an_old_text_of_the_course_s_that_was_written_back_costs_nobody_else_s(four):
    base, mine, new, earlier = four
    outdated = {*texts(earlier), *texts(base)} - {*texts(new)}
    merged = iter(texts(merge(base, mine, new, outdated)[0]))
    written = [text for text in texts(mine) if text not in texts(base) and text not in outdated]
    assert all(any(text == other for other in merged) for text in written)


def test_an_old_text_where_the_starter_has_a_newer_one_is_replaced():
    old, new = Cell("code", "train(steps=100)"), Cell("code", "train(steps=200)")
    assert merge([new], [old], [new], {old.text}) == ([new], [])
    assert merge([new], [old], [new]) == ([old], [])


def test_a_cell_may_come_twice_and_may_move():
    show, train, note = Cell("code", "show()"), Cell("code", "train()"), Cell("markdown", "note")
    assert merge([show, train], [show, train], [show, train, show])[0] == [show, train, show]
    assert merge([note, show], [note, show], [show, note])[0] == [show, note]
