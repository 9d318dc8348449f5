"""Two fixes in the middle of a session, for students in every state: all get both, and all keep what they wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from classroom_examples import Clone, new_forge
from updates import FILE, MINE, NOTEBOOK, REST, SCRIPT, STARTERS, WORDS, Course, run, solved, sources, starter

from autograding.updating.command import old_text_in
from genweek.classroom.publishing.updating import NEW, THERE, WAITS, table
from genweek.forges.git import git

OWN = "def rest():\n    return 'mine'\n"


def nothing(clone: Clone) -> None:
    pass


def write(clone: Clone, *paths: str, version: int = 0, **own: str) -> None:
    for path in paths or (NOTEBOOK,):
        (clone.folder / path).write_text(solved(version, **own)[path])


def commit(clone: Clone) -> None:
    git(clone.folder, "commit", "--quiet", "--all", "--allow-empty", "--message", "work")


def committed(clone: Clone) -> None:
    write(clone)
    commit(clone)


def pushed(clone: Clone) -> None:
    committed(clone)
    assert clone.push().returncode == 0


def staged(clone: Clone) -> None:
    write(clone, words="def words():\n    return 'staged'\n")
    git(clone.folder, "add", NOTEBOOK)
    write(clone)


def detached(clone: Clone) -> None:
    git(clone.folder, "checkout", "--quiet", "--detach")
    committed(clone)


def on_an_own_branch(clone: Clone) -> None:
    git(clone.folder, "switch", "--quiet", "--create", "try")
    committed(clone)


def both_halves(clone: Clone) -> None:
    write(clone, NOTEBOOK, SCRIPT)
    commit(clone)


def in_windows(clone: Clone) -> None:
    """With the ends of lines that git and editors make there."""
    git(clone.folder, "config", "core.autocrlf", "true")
    git(clone.folder, "config", "core.safecrlf", "false")
    for path in (NOTEBOOK, SCRIPT, FILE):
        text = solved(0)[path] if path != FILE else (clone.folder / path).read_text()
        (clone.folder / path).write_bytes(text.replace("\n", "\r\n").encode())
    commit(clone)


def from_elsewhere(clone: Clone) -> None:
    """Pushed from another clone, and not here."""
    pushed(Clone(clone.forge, Path(clone.forge.url("toy-behind")).stem, clone.folder.parent / "elsewhere"))


def pull(clone: Clone) -> None:
    """As a student would without the command."""
    git(clone.folder, "pull", "--quiet", "--no-rebase", "origin", "starter-update")


def update(clone: Clone) -> None:
    code, said = run(clone)
    assert code == 0, said


def rewritten(clone: Clone) -> None:
    """An open tab, which knows nothing of the first fix, saves the old text and what was written in it."""
    update(clone)
    write(clone, more="mine()")
    assert [sentence.split()[0] for sentence in old_text_in(clone.folder)] == [NOTEBOOK]


def pulled_and_edited(clone: Clone) -> None:
    pull(clone)
    write(clone, NOTEBOOK, version=1, words=WORDS, rest=OWN)
    commit(clone)


def rebased(clone: Clone) -> None:
    """The first fix is there, and its commit is not: all the student did is one new commit on the first starter."""
    pull(clone)
    git(clone.folder, "reset", "--quiet", "--soft", "HEAD^")
    write(clone, version=1)
    commit(clone)


@dataclass(frozen=True)
class State:
    """before, between: what the student does before the first and the second fix. own: texts that stay. half: where."""

    before: Callable[[Clone], None]
    between: Callable[[Clone], None] = update
    own: tuple[str, ...] = (MINE,)
    halves: tuple[str, ...] = (NOTEBOOK,)


ROOM = {
    "untouched": State(nothing, own=(), halves=()),
    "uncommitted": State(write),
    "staged": State(staged),
    "unpushed": State(committed),
    "pushed": State(pushed),
    "absent": State(pushed, nothing),
    "puller": State(nothing, pull, own=(), halves=()),
    "editor": State(nothing, pulled_and_edited, own=(OWN,)),
    "rebaser": State(nothing, rebased),
    "behind": State(from_elsewhere),
    "scripter": State(lambda clone: (write(clone, SCRIPT), commit(clone))[0], halves=(SCRIPT,)),
    "both": State(both_halves, halves=(NOTEBOOK, SCRIPT)),
    "detached": State(detached),
    "brancher": State(on_an_own_branch),
    "windows": State(in_windows, halves=(NOTEBOOK, SCRIPT)),
    "tabbed": State(write, rewritten, own=(MINE, "mine()")),
}


class Room(Course):
    """The morning: work, a fix, work, a second fix, and everybody runs the command."""

    def __init__(self, folder: Path):
        super().__init__(folder, new_forge(folder), [starter(folder / f"v{n}", n) for n in range(3)], list(ROOM))
        self.clones = {login: self.clone(login) for login in ROOM}
        for login, state in ROOM.items():
            state.before(self.clones[login])
        self.first = {one.name: one for one in self.bring(1)}
        for login, state in ROOM.items():
            state.between(self.clones[login])
        self.status = {login: self.git(login, "status", "--porcelain") for login in ROOM}
        self.second = {one.name: one for one in self.bring(2)}
        self.ran = {login: run(clone) for login, clone in self.clones.items()}
        self.again = {login: run(clone) for login, clone in self.clones.items()}

    def git(self, login: str, *arguments: str) -> str:
        return git(self.clones[login].folder, *arguments)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return Room(tmp_path_factory.mktemp("room"))


each = pytest.mark.parametrize("login", ROOM)


def cells_of(room: Room, login: str, half: str) -> list[str]:
    if half == NOTEBOOK:
        return sources(room.clones[login])
    parts = (room.clones[login].folder / half).read_text().replace("\r\n", "\n").split("# %%")[1:]
    return [part.removeprefix(" [markdown]").strip("\n") + "\n" * part.count("def ") for part in parts]


@each
@pytest.mark.parametrize("half", [NOTEBOOK, SCRIPT])
def test_everybody_has_both_fixes_and_all_that_they_wrote(room, login, half):
    own = ROOM[login].own if half in ROOM[login].halves else ()
    of_an_exercise = {text.partition("(")[0]: text for text in own}
    expected = [of_an_exercise.pop(cell.partition("(")[0], cell) for cell in STARTERS[2][0]]
    assert cells_of(room, login, half) == [*expected, *of_an_exercise.values()]
    assert (room.clones[login].folder / FILE).read_text().strip() == "SIZE = 3"


@each
def test_nobody_finds_a_conflict_and_a_second_run_has_nothing_to_do(room, login):
    assert room.ran[login][0] == 0, room.ran[login][1]
    assert room.again[login] == (0, "Nothing to do: all fixes of the course are here.")
    folder = room.clones[login].folder
    assert not [path for path in (NOTEBOOK, SCRIPT, FILE) if "<<<<<<<" in (folder / path).read_text()]


@each
def test_what_was_not_committed_or_not_staged_is_so_still(room, login):
    assert room.git(login, "status", "--porcelain") == room.status[login]


def test_what_was_staged_is_staged_with_the_fix(room):
    assert "'staged'" in room.git("staged", "show", f":{NOTEBOOK}")
    assert "plot(rest, 2)" in room.git("staged", "show", f":{NOTEBOOK}")
    assert "'staged'" not in room.git("staged", "show", f"HEAD:{NOTEBOOK}")


def test_the_student_is_told_what_came_where_and_to_reload(room):
    said = room.ran["brancher"][1]
    assert NOTEBOOK in said and FILE in said and "on the branch try" in said and "Reload Notebook from Disk" in said
    assert "detached" in room.ran["detached"][1]
    assert "Brought again" in room.ran["tabbed"][1]


def test_the_instructor_sees_who_gets_the_fix_and_who_has_it(room):
    assert {one.state for one in room.first.values()} == {NEW}
    there = ("untouched", "rebaser", "tabbed", "windows")
    for login in there:
        commit(room.clones[login])
        assert room.clones[login].push().returncode == 0, login
    found = room.bring(2, only=(*there, "absent"))
    assert {one.name: one.state for one in found} == {f"toy-{login}": THERE for login in there} | {"toy-absent": WAITS}
    assert table(found).splitlines()[0].split() == ["toy-absent", "has", "not", "pushed", "it", "yet"]


def test_the_branch_alone_brings_both_fixes_to_who_pulls_it(room, tmp_path):
    clone = Clone(room.forge, "toy-absent", tmp_path / "again")
    pull(clone)
    assert sources(clone) == [*STARTERS[2][0][:1], MINE, *STARTERS[2][0][2:]]
    assert REST in sources(clone)
