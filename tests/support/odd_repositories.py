"""Repositories that a student, a broken disk or another forge may leave on the server; each holds a solved notebook.

They are written into the bare repository itself: what a push refuses may still be there.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from classroom_examples import NINE, answer

from genweek.forges.git import commit_on, git, tree_with
from genweek.forges.local import push_log

COLLECTED, FAILED, NOTHING = "collected", "failed (look at it)", "nothing pushed"
SOLVED = {"nb1_toy.py": answer(2).encode()}


@dataclass(frozen=True)
class Odd:
    """make: writes it, from the repository and the template's commit. collected, score: what each student gets, in the end.

    note: words that the collection says of it.
    """

    make: Callable[[Path, str], None]
    collected: str = COLLECTED
    score: int = 2
    note: str = ""


def push(repo: Path, commit: str, branch: str = "main") -> None:
    git(repo, "update-ref", f"refs/heads/{branch}", commit)
    push_log.note_push(repo, branch, "0" * 40, commit, NINE)


def files(changes: Mapping[str, bytes | None]) -> Callable[[Path, str], None]:
    return lambda repo, base: push(repo, commit_on(repo, base, {**SOLVED, **changes}, "odd", parents=(base,)))


def rows(*extra: tuple[str, str, str]) -> Callable[[Path, str], None]:
    """Entries of the tree itself: mode, name, content (of a folder or a submodule: the object)."""

    def make(repo: Path, base: str) -> None:
        names = [name for _, name, _ in extra]
        tree = tree_with(repo, git(repo, "rev-parse", f"{base}^{{tree}}"), SOLVED | dict.fromkeys(names))
        listed = git(repo, "ls-tree", "-z", tree)
        for mode, name, what in extra:
            kind = {"160000": "commit", "040000": "tree"}.get(mode, "blob")
            id = what if kind != "blob" else git(repo, "hash-object", "-w", "--stdin", given=what)
            listed += f"{mode} {kind} {id}\t{name}\0"
        push(repo, git(repo, "commit-tree", git(repo, "mktree", "-z", given=listed), "-p", base, given="odd"))

    return make


def tree(grow: Callable[[Path, str], str], name: str = "odd") -> Callable[[Path, str], None]:
    """A folder that `grow` makes of a tree with one file."""

    def make(repo: Path, base: str) -> None:
        rows(("040000", name, grow(repo, tree_with(repo, None, {"file": b"x"}))))(repo, base)

    return make


def deep(repo: Path, id: str) -> str:
    for _ in range(300):
        id = git(repo, "mktree", given=f"040000 tree {id}\ta\n")
    return id


def bomb(repo: Path, id: str) -> str:
    for _ in range(8):
        id = git(repo, "mktree", given="".join(f"040000 tree {id}\t{n}\n" for n in range(10)))
    return id


def many(repo: Path, id: str) -> str:
    blob = git(repo, "rev-parse", f"{id}:file")
    return git(repo, "mktree", given="".join(f"100644 blob {blob}\t{n}\n" for n in range(5_000)))


def afterwards(change: Callable[[Path, str], None]) -> Callable[[Path, str], None]:
    """A solved push, and then something happens to the server's repository. change: from the repository and the commit."""

    def make(repo: Path, base: str) -> None:
        files({})(repo, base)
        change(repo, git(repo, "rev-parse", "refs/heads/main"))

    return make


def damage(repo: Path, id: str, content: bytes | None = None) -> None:
    path = repo / "objects" / id[:2] / id[2:]
    path.chmod(0o644)
    path.unlink() if content is None else path.write_bytes(content)


def branches(repo: Path, commit: str) -> None:
    git(repo, "update-ref", "--stdin", given="".join(f"create refs/heads/b{n} {commit}\n" for n in range(3_000)))


def only_master(repo: Path, base: str) -> None:
    push(repo, commit_on(repo, base, SOLVED, "odd", parents=(base,)), "master")


def empty(repo: Path, base: str) -> None:
    push(repo, git(repo, "commit-tree", git(repo, "mktree", given=""), given="empty"))


LEFT_OUT = "Left out "
WORKFLOW = ".github/workflows/classroom.yml"
ODD = {
    "deep-folders": Odd(tree(deep), note=LEFT_OUT + "(too deep)"),
    "billion-files": Odd(tree(bomb), note=LEFT_OUT + "(more than a submission may hold)"),
    "many-files": Odd(tree(many), note=LEFT_OUT + "(more than a submission may hold)"),
    "long-names": Odd(rows(("100644", "n" * 3_000, "x")), note=LEFT_OUT + "(names that no file can have)"),
    "names-of-git": Odd(
        rows(("100644", "..", "x"), ("100644", ".GIT", "x")), note=LEFT_OUT + "(names that no file can have)"
    ),
    "names-that-act": Odd(rows(("120000", "\x1b[2J\u202e=cmd()\n::error::x##[error]<b>", "x")), note=LEFT_OUT + "(a link)"),
    "names-not-utf8": Odd(files({os.fsdecode(b"\xff\xfe.txt"): b"x"})),
    "case": Odd(rows(("100644", "NB1_TOY.py", answer(0)), ("100644", "Nb1_Toy.ipynb", "{}"))),
    "broken-shell": Odd(files({WORKFLOW: b'jobs: {a: {steps: [{run: "$(( ` \' <<EOF"}]}}', "run.sh": b"$(( ` '"})),
    "huge-workflow": Odd(files({WORKFLOW: b"a: &a [" + b"x, " * 5_000_000 + b"]"})),
    "nul-bytes": Odd(files({WORKFLOW: b"\0" * 999, "README.md": b"\0", "genlab/data.py": b"\0"})),
    "nul-notebook": Odd(files({"nb1_toy.py": b"\0" * 999}), score=0),
    "no-notebook": Odd(files({"nb1_toy.ipynb": b"[" * 100_000})),
    "link": Odd(rows(("120000", "nb1_toy.ipynb", "/etc/passwd")), note=LEFT_OUT + "(a link): nb1_toy.ipynb"),
    "submodule": Odd(rows(("160000", "nb1_toy.ipynb", "1" * 40)), note=LEFT_OUT + "(a submodule): nb1_toy.ipynb"),
    "large": Odd(files({"nb1_toy.ipynb": bytes(30 * 2**20)}), note=LEFT_OUT + "(larger than 20 MB): nb1_toy.ipynb"),
    "folder-for-a-notebook": Odd(files({"nb1_toy.ipynb": None, "nb1_toy.ipynb/x": b"x"})),
    "file-for-a-folder": Odd(rows(("100644", "genlab", "x"), ("100644", "autograding", "x"), ("100644", ".github", "x"))),
    "our-names": Odd(files({".commit/x": b"x", "scores.json/x": b"x", ".left_out": b"x"})),
    "attributes": Odd(
        files({".gitattributes": b"* filter=x text working-tree-encoding=UTF-16 eol=crlf", ".gitmodules": b"["})
    ),
    "tag-called-main": Odd(afterwards(lambda repo, _: git(repo, "update-ref", "refs/tags/main", f"{_}^"))),
    "head-elsewhere": Odd(afterwards(lambda repo, _: git(repo, "symbolic-ref", "HEAD", "refs/heads/gone"))),
    "many-branches": Odd(afterwards(branches)),
    "only-master": Odd(only_master, f"{NOTHING} to main", 0, "Other branches, not counted: master."),
    "empty": Odd(empty, score=0),
    "no-head": Odd(afterwards(lambda repo, _: (repo / "HEAD").unlink()), FAILED, 0, "not a git repository"),
    "broken-file": Odd(
        afterwards(lambda repo, one: damage(repo, git(repo, "rev-parse", f"{one}:nb1_toy.py"), b"x")), FAILED, 0
    ),
    "missing-file": Odd(afterwards(lambda repo, one: damage(repo, git(repo, "rev-parse", f"{one}:nb1_toy.py"))), FAILED, 0),
    "missing-commit": Odd(afterwards(lambda repo, commit: damage(repo, commit)), FAILED, 0),
    "broken-record": Odd(
        afterwards(lambda repo, _: (repo / "logs/refs/received/main").write_text("x")), FAILED, 0, "record of pushes"
    ),
}
