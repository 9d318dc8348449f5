"""Reads a TOML file of the course as a closed table: every key in it is known, and every value is of its kind.

A key that nobody reads would be a date or a weight that silently does not count. So each file has its struct, and what
does not fit is a sentence with the file, the line and the key.
"""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Annotated, TypeVar, get_args, get_type_hints

import msgspec

from autograding.reports.escape import visible

ROOT = Path(__file__).resolve().parent.parent.parent.parent
A_TIME = "a date and a time, as 2026-11-24T09:00:00"
A_NAME = r"\A[a-z0-9][a-z0-9-]*\Z"
IN_WORDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "datetime": A_TIME,
    "date": "a date without a time",
    "time": "a time without a date",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


class CourseError(Exception):
    """Something in the course's own files is wrong; the message says what, where and what to do."""


Text = Annotated[str, msgspec.Meta(min_length=1)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of a file. A subclass lists its keys; those with a default may be left out."""


Kind = TypeVar("Kind", bound=Table)


def read(path: Path, kind: type[Kind]) -> Kind:
    """Raises CourseError, one sentence, for a file that is missing, is not TOML, or does not fit `kind`."""
    text, raw = _text_and_table(path)
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise CourseError(seen(_does_not_fit(shown(path), text, raw, kind, str(error)))) from None


def plain(path: Path) -> dict:
    """A table whose keys are free. Raises CourseError for a file that is missing or is not TOML."""
    return _text_and_table(path)[1]


def _text_and_table(path: Path) -> tuple[str, dict]:
    where = shown(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise CourseError(f"{where}, line {line}: this is not UTF-8. Save the file as UTF-8.") from None
    except OSError as error:
        raise CourseError(f"{where} cannot be read: {error.strerror}.") from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(seen(_not_toml(where, text, str(error)))) from None


def shown(path: Path) -> str:
    """A file's name in a sentence: from the repository's root, if it lies there."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def seen(text: str) -> str:
    """The text on one line, each of its characters one that a reader sees: who is to delete one must find it."""
    return "".join(map(visible, text.replace("\n", " ")))


def place(path: Path, table: str, key: str = "", which: int = 0) -> str:
    """The file and the line that sets a key or, without one, begins a table. which: of the tables of that name, from 0."""
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    line = line_of(text, table, key, which) or line_of(text, table, "", which) or line_of(text, "", table)
    return _at(shown(path), line)


def did_you_mean(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """` Did you mean 'due'?`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name.lower(), list(known), 1, cutoff)
    return f" Did you mean {near[0]!r}?" if near else ""


def line_of(text: str, table: str, key: str, which: int = 0) -> int | None:
    """The number of the line that sets the key, or, without a key, that begins the table.

    which: of several tables in a list, `[[table]]`, or of those that belong to one of these, `[table.part]`.
    """
    inside, seen_of = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[?)\[\s*([\w.-]+)\s*\]", line):
            inside = header[2]
            seen_of[inside] += bool(header[1])
        listed = seen_of[table.partition(".")[0]]
        if inside != table or (listed and listed != which + 1):
            continue
        if (header and not key) or (not header and key and re.match(rf"""\s*(["']?){re.escape(key)}\1\s*=""", line)):
            return number
    return None


def _not_toml(where: str, text: str, said: str) -> str:
    found = re.search(r" \(at line (\d+), column \d+\)| \(at end of document\)", said)
    if not found:
        return f"{where} is not valid TOML: {said}."
    lines = text.splitlines() or [""]
    number = int(found[1] or len(lines))
    line = lines[number - 1].strip()
    hint = ""
    if re.search(r"=\s*\d{1,4}[-./]\d", line):
        hint = f" Write {A_TIME}."
    elif re.search(r"=\s*[A-Za-z]", line):
        hint = " A text stands in quotes."
    return f"{where}, line {number}: `{line}` is not valid TOML ({said.replace(found[0], '')}).{hint}"


def _does_not_fit(where: str, text: str, raw: dict, kind: type[Table], error: str) -> str:
    """error: msgspec's, such as "Expected `str`, got `int` - at `$.sittings[1].id`"."""
    said, _, path = error.partition(" - at `$")
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.[\]]+", path.rstrip("`").replace("...", "*"))]
    field = re.fullmatch(r"Object (contains unknown|missing required) field `(.+)`", said)
    while not field and isinstance(steps[-1], int):  # of a list, the key that it is the value of
        steps.pop()
    above, key = (steps, field[2]) if field else (steps[:-1], str(steps[-1]))
    names, which = [step for step in above if isinstance(step, str)], next((n for n in above if isinstance(n, int)), 0)
    table = ".".join(names)
    listed = f"[[{table}]]" if above and isinstance(above[-1], int) else f"[{table}]"
    begins = line_of(text, table, "", which) or line_of(text, ".".join(names[:-1]), "".join(names[-1:]), which)
    hint: object = None
    if key == "*":  # some value of a table whose keys are free
        hint = _hint(kind, names[:-1], names[-1])
        key, said = _wrong_value(hint, raw[table])
    elif not field:
        hint = _hint(kind, names, key)
    line = line_of(text, table, key, which) or line_of(text, ".".join([*names, key]), "", which) or begins
    if not field:
        value = reduce(lambda inside, step: inside[step], [*above, key], raw)
        return f"{_at(where, line)}: {f'{listed} ' * bool(table)}{key} {_must_be(said, hint)}, not {_shown(value)}."
    listed = listed if table else "the file"
    if field[1] == "missing required":
        return f"{_at(where, begins)}: {listed} has no {key!r}, which it needs."
    keys = _struct_of(kind, names).__struct_fields__
    return f"{_at(where, line)}: {key!r} is not a key of {listed}.{did_you_mean(key, keys)} Its keys are {', '.join(keys)}."


def _struct_of(kind: type[Table], names: Sequence[str]) -> type[Table]:
    """What reads a table of the file, or each of a list of tables; without a name, the file itself."""
    for name in names:
        hints = [get_type_hints(kind)[name]]
        for hint in hints:
            hints.extend(get_args(hint))
        kind = next(one for one in hints if isinstance(one, type) and issubclass(one, Table))
    return kind


def _hint(kind: type[Table], names: Sequence[str], key: str) -> object:
    """What the value of a key has to be, with its limits."""
    return get_type_hints(_struct_of(kind, names), include_extras=True)[key]


def _inside(hint: object) -> Iterator[object]:
    """A hint and all that it is made of, to its literals and limits."""
    yield hint
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from _inside(part)


def _wrong_value(hint: object, values: dict) -> tuple[str, str]:
    """The first key whose value does not fit, and what is said of it."""
    for key, value in values.items():
        try:
            msgspec.convert(value, get_args(hint)[1])
        except msgspec.ValidationError as error:
            return key, str(error)
    raise AssertionError("every value fits")


def _must_be(said: str, hint: object) -> str:
    parts = list(_inside(hint))
    if said.startswith("Invalid enum value"):
        values = [part for part in parts if isinstance(part, str)]
        return f"must be {' or '.join(map(repr, values))}"
    if said.startswith("Invalid RFC3339"):
        return f"must be {A_TIME}"
    if "of length >=" in said:
        return "must be a list with something in it" if "array" in said else "must have something in its quotes"
    wanted = re.findall(r"`([^`]+)`", said)[0].split(" | ")
    if "matching regex" in said:
        return "must be small letters and digits, with hyphens between them"
    limits = next((part for part in parts if isinstance(part, msgspec.Meta) and part.ge is not None), None)
    words = " or ".join(IN_WORDS.get(word) or word for word in wanted if word != "null")
    if limits is None:
        return f"must be {words}"
    return f"must be {words} from {limits.ge} {'on' if limits.le is None else f'to {limits.le}'}"


def _shown(value: object) -> str:
    text = str(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _at(where: str, line: int | None) -> str:
    return f"{where}, line {line}" if line else where
