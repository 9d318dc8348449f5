"""Who repairs a function and trains again must see the repaired one at work, without running a given cell again.

So given code looks a student's function up when it needs it, and keeps none: not as a default, in a closure, or as the
base of a class that leaves the exercise to it.
"""

import functools
import re
from collections.abc import Callable, Iterator

import pytest
from lesson_runs import LESSONS, run, shortly, sources

from genweek.course.day import Day
from genweek.making.masters import Master

KEPT = {  # what a given statement may do wrongly, each with what it then keeps
    "def fit(loss=student): return loss": "student",
    "fit = functools.partial(print, student)": "student",
    "fit = (lambda f: lambda: f())(student)": "student",
    "class Fit:\n    step = [student]": "student",
    "class Fit(Student): pass": "Student",
    "import torch\n@torch.no_grad()\ndef fit(*, loss={'a': student}): return loss": "student",
}


@pytest.mark.parametrize("statement", KEPT)
def test_what_is_kept_is_found(statement):
    notebook = {"__name__": "notebook", "functools": functools}
    run(["def student(): ...\nclass Student:\n    def forward(self): ...", statement], notebook)
    assert kept(notebook, {"student": "", "Student": "forward"}) == [KEPT[statement]]


def test_what_looks_a_function_up_keeps_nothing():
    notebook = {"__name__": "notebook"}
    run(["def student(): ...\nclass Student:\n    def forward(self): ..."], notebook)
    run(["def fit(): return student()\nclass Own(Student):\n    def forward(self): ..."], notebook)
    assert kept(notebook, {"student": "", "Student": "forward"}) == []


@pytest.mark.parametrize("slug, stem", LESSONS)
def test_given_code_keeps_no_function_of_the_student(slug, stem):
    master = Master(Day.load(slug).masters / f"{stem}.py")
    notebook = defined(master)
    assert kept(notebook, {name: method for name, _, method in exercises(master)}) == []


def defined(master: Master) -> dict:
    """The names of a notebook of which nothing has been run but definitions."""
    notebook = {"__name__": "notebook"}
    ran_there = set(sources(master, "active-ipynb"))
    run([source for source in sources(master) if source not in ran_there], notebook)
    return notebook


def exercises(master: Master) -> list[tuple[str, str, str]]:
    """The top-level name of each exercise, its notebook, and the method that is asked for, or none."""
    parts = [id.split(".") for id in master.exercises]
    return [(part[1], part[0], ".".join(part[2:])) for part in parts]


def kept(notebook: dict, methods: dict[str, str]) -> list[str]:
    """The exercises that something in the notebook holds on to, besides the name of their own."""
    names = {id(notebook[name]): name for name in methods}
    found, seen = set(), set()
    waiting = [part for value in notebook.values() if is_own(value) for part in parts_of(value, names, methods)]
    while waiting:
        part = waiting.pop()
        if id(part) in names:
            found.add(names[id(part)])
        elif id(part) not in seen:
            seen.add(id(part))
            waiting += parts_of(part, names, methods)
    return sorted(found)


def is_own(value: object) -> bool:
    return getattr(value, "__module__", "") == "notebook" or isinstance(value, (functools.partial, dict, list, tuple))


def parts_of(value: object, names: dict[int, str], methods: dict[str, str]) -> Iterator[object]:
    """What an object of the notebook holds on to. A subclass that writes the exercise's method itself may keep its base."""
    if isinstance(value, functools.partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif isinstance(value, (list, tuple, dict)):
        yield from value.values() if isinstance(value, dict) else value
    elif isinstance(value, type) and value.__module__ == "notebook":
        yield from [part for name, part in vars(value).items() if not name.startswith("__")]
        yield from [base for base in value.__bases__ if methods.get(names.get(id(base), ""), "") not in vars(value)]
    elif callable(value) and hasattr(value, "__code__"):
        yield from (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
        if hasattr(value, "__wrapped__"):
            yield value.__wrapped__
        elif value.__closure__:
            kept_by = zip(value.__code__.co_freevars, value.__closure__, strict=True)
            yield from (cell.cell_contents for name, cell in kept_by if name != "__class__")


TRAINS = re.compile(r"^[^#\n]*(?<!def )\bfit\(", re.M)
TRAINED = [
    (slug, stem) for slug, stem in LESSONS if "\ndef fit(" in (Day.load(slug).masters / f"{stem}.py").read_text("utf-8")
]


@pytest.mark.slow
@pytest.mark.parametrize("slug, stem", TRAINED)
def test_what_is_repaired_trains_as_soon_as_training_alone_runs_again(slug, stem):
    """Every exercise is broken while the notebook runs; then its cell is repaired, and the cells of training run again."""
    master = Master(Day.load(slug).masters / f"{stem}.py")
    methods, notebook, log = {name: method for name, _, method in exercises(master)}, {"__name__": "notebook"}, []
    cells = [cell for cell in sources(master) if not re.search(r"^check(point)?\(", cell, re.M)]
    trainings = [cell for cell in cells if TRAINS.search(cell)]

    def play(cell: str, state: str) -> set[tuple[str, str]]:
        """Runs the cell, whose exercise then tells the log in which state it is; what was called, and in which state."""
        log.clear()
        run([cell], notebook)
        for name in methods.keys() & set(re.findall(r"^(?:def|class) (\w+)", cell, re.M)):
            owner, called = (notebook[name], methods[name]) if methods[name] else (notebook, name)
            tell(owner, called, lambda name=name: log.append((name, state)))
        return set(log)

    with shortly():
        before = {cell: play(cell, "broken") for cell in cells[: cells.index(trainings[-1]) + 1]}
        for cell in sources(master, "exercise"):
            play(cell, "repaired")
        for cell in trainings:
            assert before[cell] and play(cell, "") == {(name, "repaired") for name, _ in before[cell]}, cell


def tell(owner: dict | type, name: str, say: Callable[[], None]) -> None:
    """Lets a function of a notebook, or a method, say something before it does its work."""
    function = owner[name] if isinstance(owner, dict) else getattr(owner, name)

    @functools.wraps(function)
    def telling(*arguments, **options):
        say()
        return function(*arguments, **options)

    if isinstance(owner, dict):
        owner[name] = telling
    else:
        setattr(owner, name, telling)
