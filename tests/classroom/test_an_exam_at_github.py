"""A whole exam by the verbs alone, at GitHub: what `test_an_exam.py` shows in a folder, with what only GitHub has."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import close
import collect
import generate
import give_back
import gradebook
import pytest
import regrade
import release_solutions
from classroom_examples import NINE, NOON, SLUG
from places import Clone, GitHubPlace, on_github
from toy_exam import DAYS_BEFORE, EVENING, OVER, ToyExam, build_papers, right

from genweek import verbs
from genweek.course.day import CourseError
from genweek.forges.forge import MAIN
from genweek.forges.git import git
from genweek.forges.snapshot import content
from genweek.regrading import sandbox

MINUTE = timedelta(minutes=1)
OTHER = {"amber": "birch", "birch": "amber"}

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")


@pytest.fixture(scope="module")
def built_papers(tmp_path_factory) -> dict[str, Path]:
    return build_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def place(tmp_path, monkeypatch) -> Iterator[GitHubPlace]:
    with on_github(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def exam(place: GitHubPlace, tmp_path, monkeypatch, built_papers) -> ToyExam:
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    made = ToyExam(
        tmp_path, monkeypatch, {paper: copied(one, tmp_path / f"built-{paper}") for paper, one in built_papers.items()}
    )
    made.forge = place.option
    place.at(DAYS_BEFORE)
    return made


def standing(place: GitHubPlace, name: str, branch: str, path: str, folder: Path) -> str:
    """A file on a branch of a repository."""
    fetched = place.reopened().fetch(name, folder / f"{name} {branch}", f"refs/heads/{branch}")
    return content(fetched, MAIN, path).decode()


def copied(repo: Path, there: Path) -> Path:
    subprocess.run(["cp", "-r", repo, there], check=True)
    return there


def bundle(clone: Clone, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    git(clone.folder, "bundle", "create", "--quiet", str(path), "main")


def test_an_exam_with_its_accidents(exam, place, tmp_path):
    logins = ["alice", "bob", "dave", "erin", "frank", "gina", "hal"]
    exam.roster(*logins, "carol,30", "ida,,evening", "jack")
    place.knows(*logins, "carol", "ida", "jack")
    assert exam.run(generate, "--apply") == 0
    papers = exam.papers
    assert set(papers.values()) == {"amber", "birch"}, "the draw of this secret"
    clones = {login: Clone(place, f"{SLUG}-{login}", tmp_path / login, login) for login in papers}
    assert content(clones["alice"].folder, "HEAD", "nb1_toy.py").decode().count(papers["alice"]) == 1

    # Somebody is renamed after the draw: the paper stays.
    place.renamed("jack", "jake")
    exam.roster(*logins, "carol,30", "ida,,evening", "jake,,,,jack")
    assert exam.run(generate, "--apply") == 0
    assert exam.papers["jake"] == papers["jack"] and "jack" not in exam.papers
    papers = exam.papers
    assert exam.run(generate) == 0 and "Nothing to do" in exam.said[-1]

    # In the window.
    commits = {}
    for login, minutes, text in (
        ("alice", 100, right(papers["alice"])),
        ("bob", 150, right(papers["bob"])),
        ("dave", 60, right(papers["dave"], 1)),
        ("hal", 120, right(OTHER[papers["hal"]])),
        ("carol", 205, right(papers["carol"])),
    ):
        commits[login] = clones[login].write(text)
        assert clones[login].push(at=NINE + minutes * MINUTE).returncode == 0
    commits["erin"] = clones["erin"].write(right(papers["erin"]))
    graced = clones["erin"].push(at=NOON + 2 * MINUTE)
    clones["dave"].write(right(papers["dave"], 2))
    late = clones["dave"].push(at=NOON + 10 * MINUTE)
    assert graced.returncode == late.returncode == 0

    # The network goes: Frank reads his commit out and pushes it later, with more on top. Gina hands in a stick.
    commits["frank"] = clones["frank"].write(right(papers["frank"]))
    commits["gina"] = clones["gina"].write(right(papers["gina"], 1))
    bundle(clones["gina"], tmp_path / SLUG / "bundles" / "gina.bundle")
    (tmp_path / SLUG / "receipts.csv").write_text(
        f"login,commit,time,by\nfrank,{commits['frank'][:16]},11:58,Kim\ngina,{commits['gina'][:16]},11:59,Kim\n"
    )
    place.at(NOON + 4 * MINUTE)
    assert exam.run(collect) == 1, "somebody has to see to it"
    assert "was read to Kim" in exam.said[-1] and "is not pushed yet" in exam.said[-1]
    clones["frank"].write(right(papers["frank"], 0))
    assert clones["frank"].push(at=NOON + 60 * MINUTE).returncode == 0

    # The second sitting is another evening: until then nobody gets a solution.
    place.at(NOON + 120 * MINUTE)
    with pytest.raises(CourseError, match="the solutions wait for the last one|are not released before"):
        exam.run(release_solutions, "--apply")
    clones["ida"].write(right(papers["ida"]))
    assert clones["ida"].push(at=EVENING + 60 * MINUTE).returncode == 0
    place.at(OVER + 10 * MINUTE)

    assert exam.run(collect) == 0
    rows = exam.table(f"{SLUG}/collection.csv", "student")
    assert {login: row["paper"] for login, row in rows.items()} == papers
    assert rows["ida"]["sitting"] == "evening" and rows["alice"]["sitting"] == "noon"
    assert rows["erin"]["counted_by"] == "pushed 2.0 minutes after the end, within the 3 minutes of grace"
    assert rows["frank"]["commit"] == commits["frank"] and rows["frank"]["counted_by"].startswith("pushed later, and ")
    assert rows["gina"]["counted_by"].startswith("handed in as a git bundle, in the room, and ")
    assert {login for login, row in rows.items() if row["counted_by"]} == {"erin", "frank", "gina"}
    assert rows["dave"]["commit"] == commits["dave"] and rows["dave"]["late_pushes"] == "1"
    late = (tmp_path / SLUG / "late.csv").read_text()
    assert "dave" in late and "alice" not in late and "erin" not in late

    assert exam.run(regrade) == exam.run(gradebook) == 0
    points = {login: row[f"{SLUG} score"] for login, row in exam.book.items()}
    full = dict.fromkeys(("alice", "bob", "carol", "erin", "frank", "ida"), "2")
    assert points == full | {"dave": "1", "gina": "1", "hal": "0", "jake": "0"}
    assert "within the 3 minutes of grace" in str(exam.book["erin"])

    # Everybody gets the own grade, with how it counted, and the solutions of the own paper.
    assert exam.run(give_back, "--apply") == 0
    page = standing(place, f"{SLUG}-erin", "grades", "grade.html", tmp_path)
    assert "within the 3 minutes of grace" in page
    assert exam.run(release_solutions, "--apply") == 0
    for login in papers:
        solved = standing(place, f"{SLUG}-{login}", "solutions", "nb1_toy.py", tmp_path)
        assert solved == right(papers[login], 3)
    assert exam.run(release_solutions, "--apply") == 0 and "Nothing to do" in exam.said[-1]

    # Closed, nobody pushes any more; opened, they do.
    for option, taken in (((), False), (("--open",), True)):
        assert exam.run(close, *option, "--apply") == 0
        clones["hal"].write(right(papers["hal"]))
        assert (clones["hal"].push().returncode == 0) is taken

    # An appeal is right, on one paper: its class is graded anew by it, the other paper stays.
    tests = exam.built_papers["amber"] / "autograding/tests/test_nb1_toy.py"
    tests.write_text(tests.read_text().replace("reaches, 2", "reaches, 1"))
    assert exam.run(regrade, "--resume") == 0
    of_amber = [login for login, paper in papers.items() if paper == "amber" and login != "jake"]
    assert f"of {len(of_amber)} that were graded anew changed" in exam.said[-1]
