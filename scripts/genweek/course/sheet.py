"""Reads a table that a person wrote, mostly in a spreadsheet, as CSV: however that program saves it.

Commas, semicolons or tabs; UTF-8, or UTF-16 with its mark; Excel's first line `sep=;`; empty rows, and empty columns at
the end. What may mean two things is refused, and all of it is said at once.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograding.reports.escape import visible

from .toml import CourseError, shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
SEP = re.compile(r'\s*"?sep=([,;\t])"?[,;\t]*\s*', re.IGNORECASE)  # how Excel may be told the delimiter
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, .xls
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What another program made of a value.
SHORTENED = re.compile(r"\d+(?:[.,]\d+)?E[+-]\d{2,}|\d+\.0", re.IGNORECASE)
AN_ERROR = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|NUM!|NULL!|DIV/0!|#+)")
AS_TEXT = "format the column as text there, and enter it again"
EXPORT = "Save it as CSV UTF-8."


class Sheet:
    """The columns and the rows, each with the number of its line; and what is wrong, in sentences with the line."""

    def __init__(self, path: Path, required: Sequence[str]):
        """Raises CourseError for a file that cannot be read at all. required: the columns that it has to have."""
        self.name = shown(path)
        self.columns: list[str] = []
        self.first_line = 1
        self.rows: list[tuple[int, Mapping[str, str]]] = []
        self.problems: list[str] = []
        self._read(_text(path, self.name, required))
        missing = [column for column in required if column not in self.columns]
        if not any(self.columns):
            self.say(self.first_line, f"it is empty. The first line is {','.join(required)}.")
        elif missing:
            self.rows = []  # nothing can be said of them
            for column in missing:
                self.say(self.first_line, f"the column {column!r} is missing.")

    def say(self, line: int, problem: str) -> None:
        self.problems.append(f"{self.name}, line {line}: {problem}")

    def refuse(self) -> None:
        """Raises CourseError with all problems, when there are any."""
        if self.problems:
            raise CourseError("\n".join([*self.problems, f"Nothing was done. Repair {self.name} and run this again."]))

    def _read(self, text: str) -> None:
        first, _, rest = text.partition("\n")
        sep = SEP.fullmatch(first)
        delimiter = sep[1] if sep else max(DELIMITERS, key=first.count)
        before = 1 if sep else 0  # lines
        reader = csv.reader(io.StringIO(rest if sep else text, newline=""), delimiter=delimiter, strict=True)
        line = before + 1
        try:
            for fields in reader:
                self._take(line, [clean(field) for field in fields], DELIMITERS[delimiter])
                line = before + reader.line_num + 1
        except csv.Error as error:
            self.say(line, f"this is no line of CSV ({error}). Is a quotation mark never closed?")

    def _take(self, line: int, fields: list[str], delimiter: str) -> None:
        """A line that is not empty is a row; the first one names the columns."""
        if not any(fields):
            return
        if not self.columns:
            self._name_columns(line, fields)
            return
        count = max(number for number, column in enumerate(self.columns, 1) if column)
        if len(fields) < count or any(fields[len(self.columns) :]):
            said = f"it has {len(fields)} fields, and line {self.first_line} has {count}"
            self.say(line, f"{said}: an empty cell needs its {delimiter}, and a text with a {delimiter} stands in quotes.")
            return
        for column, field in zip(self.columns, fields, strict=False):
            if field and not column:
                self.say(line, f"{field!r} stands in a column without a name.")
        self.rows.append((line, {column: field for column, field in zip(self.columns, fields, strict=False) if column}))

    def _name_columns(self, line: int, fields: list[str]) -> None:
        self.columns, self.first_line = fields, line
        for column, count in Counter(filter(None, fields)).items():
            if count > 1:
                self.say(line, f"the column {column!r} stands there twice.")
            if letter := unseen(column):
                self.say(line, f"the column {visible(column)!r} has {letter}. Type its name again.")


def clean(field: str) -> str:
    """A field without what nobody means: spaces around it, other kinds of space, letters in pieces."""
    spaced = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in field)
    return unicodedata.normalize("NFC", spaced).strip()


def unseen(text: str) -> str:
    """The first character that nobody sees and a terminal may obey, in words; or nothing."""
    for letter in text:
        if letter in "\t\r\n":
            return "a tab" if letter == "\t" else "a line break"
        if visible(letter) != letter:
            return f"a character that nobody sees (U+{ord(letter):04X} {unicodedata.name(letter, 'CONTROL')})"
    return ""


def lost(text: str) -> str:
    """What became of a value in another program, if it is lost; or nothing."""
    if SHORTENED.fullmatch(text):
        return f"was a number to a spreadsheet, which shortened it: {AS_TEXT}"
    if AN_ERROR.fullmatch(text):
        return f"is what a spreadsheet shows when it cannot compute: {AS_TEXT}"
    return "has lost a letter in another program: write it again" if "\ufffd" in text else ""


def _text(path: Path, name: str, required: Sequence[str]) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise CourseError(f"There is no {name}. Write one: its first line is {','.join(required)}.") from None
    except IsADirectoryError:
        raise CourseError(f"{name} is a folder. Name the CSV file itself.") from None
    except OSError as error:
        raise CourseError(f"{name} cannot be read: {error.strerror}.") from None
    if raw.startswith(WORKBOOK):
        raise CourseError(f"{name} is a workbook, whatever its name ends in. {EXPORT}")
    try:
        text = raw.decode("utf-16" if raw.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CourseError(f"{name}, line {line}: this is not UTF-8. {EXPORT}") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise CourseError(f"{name}, line {line}: a zero byte; the file is damaged, or UTF-16 without its mark. {EXPORT}")
    return text
