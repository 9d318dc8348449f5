"""An exam in a room full of nerves: eight students, two sittings, and what goes wrong.

The story is told here, once: `scripts/demo --exam` plays it with the course's exam, and the tests with a toy.
"""

import csv
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ..classroom.afterwards.receipts import COLUMNS, DIGITS, TABLE
from ..classroom.afterwards.sticks import FOLDER
from ..course.course_file import read_course
from ..course.schedule import Window
from ..forges.forge import repo_name
from ..forges.git import environment, git
from ..forges.local.local_forge import LocalForge

HALF, ALL = "half", "all"  # how much of an answer somebody has
PROCTOR = "Kim"


@dataclass(frozen=True)
class Sitter:
    login: str
    name: str
    extra: int = 0  # minutes
    second: bool = False  # sits the second sitting


CLASS = (
    Sitter("ada", "Ada Ahmed"),
    Sitter("ben", "Ben Bauer"),
    Sitter("chloe", "Chloé Costa", extra=30),
    Sitter("dai", "Dai Dinh"),
    Sitter("emma", "Emma Eze"),
    Sitter("finn", "Finn Foss"),
    Sitter("gita", "Gita Ghosh"),
    Sitter("hugo", "Hugo Hahn", second=True),
)


def roster(slug: str, second: str) -> str:
    """The class as the instructor's table. second: the id of the second sitting."""
    head = f"login,name,email,extension_minutes_{slug},sitting_{slug}\n"
    rows = (f"{s.login},{s.name},{s.login}@uni.example,{s.extra or ''},{second * s.second}\n" for s in CLASS)
    return head + "".join(rows)


@dataclass
class Seat:
    """One student with a machine. home: where the clones of everybody lie."""

    sitter: Sitter
    paper: str
    name: str  # of the repository
    forge: LocalForge
    home: Path
    machine: int = 0

    @property
    def folder(self) -> Path:
        return self.home / (f"{self.sitter.login}-{self.machine}" if self.machine > 1 else self.sitter.login)

    def clone(self) -> None:
        """On a machine on which nothing is yet."""
        self.machine += 1
        self.home.mkdir(parents=True, exist_ok=True)
        git(self.home, "clone", "--quiet", self.forge.url(self.name), self.folder.name)
        git(self.folder, "config", "user.name", self.sitter.name)
        git(self.folder, "config", "user.email", f"{self.sitter.login}@uni.example")

    def commit(self, message: str = "so far") -> str:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", message)
        return git(self.folder, "rev-parse", "HEAD")

    def push(self) -> str:
        """What the server says."""
        command = ["git", "push", "origin", "HEAD:main"]
        done = subprocess.run(command, cwd=self.folder, text=True, capture_output=True, env=environment())
        return done.stderr


@dataclass
class Room:
    """work: what the course keeps of the exam. write: puts right answers into a clone, HALF or ALL of them. begin: opens the
    exam in a clone, with the code."""

    slug: str
    notebooks: Sequence[str]  # stems
    forge: LocalForge
    home: Path
    work: Path
    sittings: Sequence[Window]
    papers: Mapping[str, str]  # by login
    write: Callable[[Seat, str], None]
    begin: Callable[[Seat], None]

    def __post_init__(self):
        seats = [Seat(one, self.papers[one.login], repo_name(self.slug, one.login), self.forge, self.home) for one in CLASS]
        self.seats = {seat.sitter.login: seat for seat in seats}

    def play(self, turns: Sequence["Turn"]) -> Iterator[tuple["Turn", Seat, str]]:
        """One turn after the other, with what came of it: what the server said, or what the proctor has now."""
        for turn in turns:
            seat = self.seats[turn.login]
            self.forge.set_clock(self.sittings[seat.sitter.second].due + timedelta(minutes=turn.minutes))
            yield turn, seat, turn.act(self, seat)

    @property
    def clock_on_the_wall(self) -> str:
        return f"{self.forge.now().astimezone(read_course().zone):%H:%M}"


def sits_down(room: Room, seat: Seat) -> None:
    if not seat.machine:
        seat.clone()
        room.begin(seat)


def pushes(how_much: str) -> Callable[[Room, Seat], str]:
    def act(room: Room, seat: Seat) -> str:
        sits_down(room, seat)
        room.write(seat, how_much)
        seat.commit()
        return seat.push()

    return act


def loses_the_laptop(room: Room, seat: Seat) -> str:
    """What was pushed is safe: another machine clones it and begins with the same code."""
    shutil.rmtree(seat.folder)
    seat.clone()
    room.begin(seat)
    return f"cloned anew, with {git(seat.folder, 'rev-list', '--count', 'HEAD')} commits"


def pastes(room: Room, seat: Seat) -> str:
    """The notebooks of somebody with another paper, under the own name."""
    sits_down(room, seat)
    neighbour = next(one for one in room.seats.values() if one.machine and one.paper != seat.paper)
    for stem in room.notebooks:
        for half in (".ipynb", ".py"):
            (seat.folder / f"{stem}{half}").write_bytes((neighbour.folder / f"{stem}{half}").read_bytes())
    seat.commit()
    return f"({neighbour.sitter.name}'s files)\n{seat.push()}"


def reads_the_commit_out(room: Room, seat: Seat) -> str:
    sits_down(room, seat)
    room.write(seat, ALL)
    commit, path = seat.commit("no network")[:DIGITS], room.work / TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    there = path.is_file()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([] if there else [COLUMNS])
        writer.writerow([seat.sitter.login, commit, room.clock_on_the_wall, PROCTOR])
    return f"{PROCTOR} writes down {commit}"


def hands_in_a_stick(room: Room, seat: Seat) -> str:
    sits_down(room, seat)
    room.write(seat, HALF)
    seat.commit("no network")
    path = room.work / FOLDER / f"{seat.sitter.login}.bundle"
    path.parent.mkdir(parents=True, exist_ok=True)
    git(seat.folder, "bundle", "create", "--quiet", str(path), "main")
    return f"{PROCTOR} has {path.name}"


@dataclass(frozen=True)
class Turn:
    """minutes: after the end of the student's sitting."""

    minutes: int
    login: str
    said: str
    act: Callable[[Room, Seat], str]


IN_THE_ROOM = (
    Turn(-75, "finn", "pushes half", pushes(HALF)),
    Turn(-70, "ben", "pushes half", pushes(HALF)),
    Turn(-60, "finn", "loses the laptop, and takes another", loses_the_laptop),
    Turn(-40, "ada", "is done", pushes(ALL)),
    Turn(-15, "finn", "is done, on the other machine", pushes(ALL)),
    Turn(-10, "gita", "pushes the files of a neighbour", pastes),
    Turn(-2, "dai", "has no network, and reads the commit out", reads_the_commit_out),
    Turn(-1, "emma", "has no network, and hands in a stick", hands_in_a_stick),
    Turn(2, "ben", "pushes all, within the time of grace", pushes(ALL)),
    Turn(10, "ben", "pushes again, after it", pushes(HALF)),
)
LATER = (
    Turn(20, "chloe", "has 30 extra minutes, and is done", pushes(ALL)),
    Turn(60, "dai", "has network again, and pushes that and more", pushes(HALF)),
)
SECOND_SITTING = (Turn(-30, "hugo", "sits the second sitting, and is done", pushes(ALL)),)
