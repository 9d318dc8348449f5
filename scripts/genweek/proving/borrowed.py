"""What is given to all is no answer: each function of the course package and of the grader, for each exercise."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from autograding.judge.session import Session, key_of
from autograding.task import Test

from ..making.leaning import forwarded
from ..making.masters import script_text
from .knowable import earned
from .proof import Proof

LIMIT = 1.0  # seconds for a call: some of what is borrowed trains a model
BORROWED = """\
# %%
def _stub(*arguments, **options):
    import importlib.util
    import inspect
    import sys
    if "borrowed" not in sys.modules:
        spec = importlib.util.spec_from_file_location("{package}borrowed", {path!r})
        sys.modules["borrowed"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["borrowed"])
    function = sys.modules["borrowed"]
    for name in {name!r}.split("."):
        function = getattr(function, name)
    wanted = [one for one in inspect.signature(function).parameters.values() if one.default is one.empty and one.kind < 2]
    missing = len(wanted) - len(arguments) - len(options)
    zeros = [arguments[-1] * 0] * missing if arguments else []  # as in gaussian_kl(mu, log_var, 0, 0)
    return function(*arguments, *zeros, **options)

"""


def nothing_given_is_an_answer(proof: Proof) -> list[str]:
    problems, count = [], 0
    asked = list(_telling(proof))
    progress = tqdm(list(_functions(proof.repo)), unit="function", disable=None, leave=False)
    for path, name in progress:
        where = path.relative_to(proof.repo)
        package = ".".join([*where.parts[:-1], ""]) if "tests" not in where.parts else ""
        header = BORROWED.format(package=package, path=str(path), name=name)
        texts = {
            master.stem: {".py": header + forwarded(script_text(master.solved), master.exercises, with_self="." in name)}
            for master in proof.masters
        }
        session = Session(proof.assignment, texts, proof.pool, proof.recording)
        session.host.limit = LIMIT
        results = [session.run(test) for test in asked]
        session.host.close()
        problems += earned(proof, f"calls of {name} in {where}", results)
        problems += [
            f"calls of {name} in {where} pass {result.key}, an extension"
            for result in results
            if result.status == "pass" and not result.task.points
        ]
        count += 1
    proof.summary = f"{count} functions in the place of {len(proof.assignment.task_ids)} exercises"
    return problems


def _telling(proof: Proof) -> Iterator[Test]:
    """The tests that show whether anything is earned: without one that is firm, those that lean have no points either."""
    leaning = {
        key_of(test["id"], test["name"]) for test in proof.assignment.declared if test.get("leans") and test["points"]
    }
    yield from (test for test in proof.assignment.tests if key_of(test.task.id, test.__name__) not in leaning)


def _functions(repo: Path) -> Iterator[tuple[Path, str]]:
    """The functions and methods of genlab, of the tests' vocabulary, and of the test files, tests excepted."""
    grader = repo / "autograding"
    for folder in (repo / "genlab", grader / "checks", grader / "tests"):
        for path in sorted(folder.rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
                    yield path, node.name
                elif isinstance(node, ast.ClassDef):
                    methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
                    yield from ((path, f"{node.name}.{name}") for name in methods if not name.startswith("__"))
