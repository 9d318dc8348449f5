"""What earns somebody who has not read their paper: a neighbour's file, and the week's own answers.

Counted are the unseen points alone: the provided tests tell nothing of a paper, so that anybody's right-looking function
passes them. On the plain paper, for closed notebooks, all have one paper, and the week's answers may be right.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from autograding.judge.assignment import Assignment
from autograding.judge.scores import scores_of
from autograding.task import Test

from ..course import papers
from ..course.day import Day
from ..course.papers import PLAIN
from ..making.masters import Master, script_text
from ..making.record import judged
from ..making.variants import Variant, in_place_of, of_the_week, read, together
from .proof import Proof

OF_A_NEIGHBOUR, OF_THE_WEEK = 8, 12  # of the unseen points, 80 in all
APART = 3  # of these, at most, may one turned paper leave more of the week's answers right than another
# The constants that stand in a row's functions, by their role, and the answers in which all of them are slots.
ROLES = {"examA": ("T", "paper", "ink", "m", "s")}
IN_ROLES = (
    "with_padding",
    "by_addcmul",
    "by_example_first",
    "the_clean_picture_itself_at_0",
    "start_with_the_exact_variance",
    "by_two_equations",
)

Texts = Mapping[str, Mapping[str, str]]


def a_neighbours_file_earns_little(proof: Proof) -> list[str]:
    """As it is; its functions in one's own file; and these with one's own constants in the place of theirs."""
    problems, most = [], 0
    for neighbour in () if proof.day.paper == PLAIN else proof.day.papers:
        if neighbour not in (PLAIN, proof.day.paper):
            for how, texts in _handed_on(proof, proof.day.on(neighbour)):
                by_task = _unseen_points(proof, texts, _unseen(proof))
                most = max(most, sum(by_task.values()))
                if sum(by_task.values()) > OF_A_NEIGHBOUR:
                    problems.append(f"{neighbour}'s file, {how}, earns {_in_words(by_task)}, more than {OF_A_NEIGHBOUR}")
    proof.summary = "all have this paper" if proof.day.paper == PLAIN else f"{most} unseen points at most"
    return problems


def the_weeks_answers_earn_little(proof: Proof) -> list[str]:
    """Of each task the best of them, beside the other answers of the week."""
    by_task, best = defaultdict(list), defaultdict(int)
    for variant in of_the_week(proof.day):
        by_task[variant.task_id].append(variant)
    for at_once in zip_longest(*by_task.values()):
        chosen = [variant for variant in at_once if variant]
        tests = [test for test in _unseen(proof) if test.task.id in {variant.task_id for variant in chosen}]
        for task, points in _unseen_points(proof, _by_notebook(chosen), tests).items():
            best[task] = max(best[task], points)
    proof.summary, proof.of_the_week = f"{_in_words(best)}", sum(best.values())
    few = proof.day.paper == PLAIN or sum(best.values()) <= OF_THE_WEEK
    return [] if few else [f"the week's answers earn {_in_words(best)}, more than {OF_THE_WEEK}"]


def turned_papers_are_alike(of_the_week: Mapping[str, int]) -> list[str]:
    """Do the week's answers earn about the same on each? of_the_week: points by paper; the plain one is none of them."""
    turned = {paper: points for paper, points in of_the_week.items() if paper != PLAIN}
    if not turned or max(turned.values()) - min(turned.values()) <= APART:
        return []
    said = ", ".join(f"{points} on {paper}" for paper, points in turned.items())
    return [f"the week's answers earn {said}: more than {APART} apart, so one paper is easier than another"]


def _handed_on(proof: Proof, there: Day) -> Iterator[tuple[str, Texts]]:
    """What somebody with another paper may hand on, each with a few words on how."""
    theirs = {stem: Master(there.masters / f"{stem}.py") for stem in there.notebooks}
    yield "as it is", {stem: {".py": script_text(master.solved)} for stem, master in theirs.items()}
    moved = [variant for stem, master in theirs.items() for variant in _functions(proof.day, stem, master)]
    yield "its functions moved", _by_notebook(moved)
    exchanged = {variant.task_id: variant for variant in [*moved, *_in_roles(proof.day, there)]}
    yield "with its constants exchanged", _by_notebook(list(exchanged.values()))


def _functions(mine: Day, stem: str, master: Master) -> Iterator[Variant]:
    """The functions of another paper in the place of one's own, with the constants that are missing there."""
    solved = script_text(Master(mine.masters / f"{stem}.py").solved)
    text = script_text(master.solved)
    constants = _constants(text)
    missing = [constants[name] for name in constants.keys() - _constants(solved).keys()]
    nodes = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    for task_id in master.exercises:
        exercise = task_id.partition(".")[2]
        function = "\n".join(text.splitlines()[nodes[exercise].lineno - 1 : nodes[exercise].end_lineno])
        function = "\n\n".join([function, *sorted(missing)])
        yield Variant(stem, task_id, "pasted", None, function, in_place_of(solved, exercise, function))


def _constants(text: str) -> dict[str, str]:
    """The statements that bind a name to a value, by the name."""
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    return {target.id: ast.unparse(node) for node in nodes for target in node.targets if isinstance(target, ast.Name)}


def _in_roles(mine: Day, there: Day) -> Iterator[Variant]:
    """The functions of another paper in a form in which its constants are one's own."""
    masters = replace(mine, paper="").masters
    for stem in mine.notebooks:
        room = stem.partition("_")[0]
        if names := ROLES.get(room):
            own, row = (papers.rows(masters, day.paper)[room] for day in (mine, there))
            file = there.variants_file("alternatives", stem).name
            text = papers.filled(masters / file, row | {name: own[name] for name in names}, f"[{there.paper}.{room}]")
            yield from (variant for variant in read(mine, stem, file, text) if variant.name in IN_ROLES)


def _by_notebook(variants: Sequence[Variant]) -> Texts:
    texts: dict[str, Mapping[str, str]] = {}
    for stem in dict.fromkeys(variant.stem for variant in variants):
        texts |= together([variant for variant in variants if variant.stem == stem])
    return texts


def _unseen(proof: Proof) -> list[Test]:
    provided = Assignment.load(proof.repo / "autograding").declared
    return proof.assignment.tests[len(provided) :]


def _unseen_points(proof: Proof, texts: Texts, tests: list[Test]) -> dict[str, int]:
    results = judged(proof.assignment, texts, proof.pool, proof.recording, tests)
    return {task["id"]: task["score"] for task in scores_of(proof.assignment, results, [], "none")["tasks"]}


def _in_words(by_task: Mapping[str, int]) -> str:
    parts = [f"{id.partition('.')[2]} {points}" for id, points in by_task.items() if points]
    return f"{sum(by_task.values())} unseen points" + (f": {', '.join(parts)}" if parts else "")
