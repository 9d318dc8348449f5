"""`grades.csv` and the summary of a regrade, made from the scores of each student; and merged from several parts."""

import csv
import io
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from autograding.reports.escape import for_cell
from autograding.whole import write_whole

from ..course.day import CourseError
from .fingerprint import difference, register, write_register
from .results import read_scores, under

MOST_WARNING_TEXT = 2_000  # characters
COLUMNS = ("student", "score", "max_score", "claimed", "status", "commit", "provisional", "under", "warnings")


def row(student: str, scores: dict, provisional: str = "") -> dict[str, str]:
    """scores: as `results.save` writes them. under: the fingerprints that it was given under. provisional: why the
    submission is not the last one yet."""
    warnings = [*filter(None, [provisional]), *scores["notes"], *scores["warnings"]]
    return {
        "student": for_cell(student),
        "score": str(scores["score"]),
        "max_score": str(scores["max_score"]),
        "claimed": "" if scores["claimed"] is None else str(scores["claimed"]),
        "status": scores["status"],
        "commit": scores["commit"] or "",
        "provisional": "yes" if provisional else "",
        "under": " ".join(under(scores)),
        "warnings": for_cell(" ".join(warnings))[:MOST_WARNING_TEXT],
    }


def write_rows(path: Path, rows: Iterable[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """Sorted by student, written whole or not at all."""
    text = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda one: one["student"]))
    write_whole(path, text.getvalue())
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def merge(parts: Sequence[Path], out: Path, slug: str) -> list[dict[str, str]]:
    """Bring the parts of a sharded regrade together in `out`: grades.csv and each student's files.

    Raises CourseError when a part is not done, a student stands in two of them, or they were asked other questions.
    """
    if (out / "grades.csv").exists():
        raise CourseError(f"{out} holds grades already, and what was merged would replace them: name another --out.")
    rows: list[dict[str, str]] = []
    part_of: dict[str, Path] = {}
    asked: dict[str, Path] = {}
    known: dict[str, dict[str, str]] = {}
    for part in parts:
        if not (part / "grades.csv").is_file():
            raise CourseError(f"{part} holds no grades.csv: that part is not done. Go on with it with --resume.")
        refuse_another_day(part, slug)
        known |= register(part)
        for one in read_rows(part / "grades.csv"):
            if part_of.setdefault(one["student"], part) != part:
                raise CourseError(f"{one['student']} was graded in two parts: regrade with distinct --shard numbers.")
            asked.setdefault(one.get("under", ""), part)
            rows.append(one)
    _refuse_other_questions(asked, known)
    for part in parts:
        shutil.copytree(part / "students", out / "students", dirs_exist_ok=True)
    write_register(out, known)
    write_rows(out / "grades.csv", rows)
    return rows


def _refuse_other_questions(asked: Mapping[str, Path], known: Mapping[str, Mapping[str, str]]) -> None:
    """asked: where each make of grade was seen first. Those of one paper must be of one make."""
    first_of: dict[str, str] = {}
    for under_it, part in asked.items():
        paper = " ".join(sorted({known.get(id, {}).get("paper", "") for id in under_it.split()}))
        first = first_of.setdefault(paper, under_it)
        if first != under_it:
            why = difference(known, first.split(), under_it.split())
            raise CourseError(
                f"{asked[first]} and {part} do not ask the same questions: {why}. Grade them again with one seed."
            )


def refuse_another_day(out: Path, slug: str) -> None:
    """Raises CourseError where a folder of grades is that of another assignment."""
    for path in (out / "students").glob("*/scores.json"):
        if (other := read_scores(path.parent)["assignment"]) != slug:
            raise CourseError(f"{out} holds the grades of {other}, not of {slug}. Nothing was done: name another folder.")


def summary(out: Path, rows: Sequence[dict[str, str]]) -> str:
    """How the class did, and the mistakes that were named most often."""
    scores = sorted(int(one["score"]) for one in rows)
    lines = [f"{len(rows)} submissions"]
    if scores:
        lines[0] += f": median {median(scores):g}, from {scores[0]} to {scores[-1]} of {rows[0]['max_score']} points"
    lines += [f"  {count} {status}" for status, count in Counter(one["status"] for one in rows).most_common()]
    early = sum(one.get("provisional") == "yes" for one in rows)
    lines += [f"  {early} provisional: collected before the deadline"] * bool(early)
    claims = [one["student"] for one in rows if one["claimed"] and int(one["claimed"]) > int(one["score"])]
    if claims:
        lines.append(f"  {len(claims)} claimed more than they have: {', '.join(claims[:20])}")
    named: Counter[tuple[str, str]] = Counter()
    for path in (out / "students").glob("*/scores.json"):
        for task in read_scores(path.parent)["tasks"]:
            named.update({(task["id"], test["mistake"]) for test in task["tests"] if test["mistake"]})
    if named:
        lines.append("Mistakes that were named most often:")
        lines += [f"  {count:3} x {id}: {sentence}" for (id, sentence), count in named.most_common(10)]
    return "\n".join(lines)
