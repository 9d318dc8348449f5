"""Files are whole or not there, and nothing on the screen stops a verb: a full disk, a power cut, `| head`, ASCII."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from autograding.whole import BrokenFile, read_json, write_whole
from genweek.course.day import ROOT
from genweek.regrading import grades

VERB = """
import sys
from pathlib import Path
from genweek import verbs
sys.argv[0] = "scripts/collect.py"
def main():
    for number in range(9):
        print("✓ Zoë", number, flush=True)
        Path(f"done{number}").touch()
verbs.run(main)
"""


def verb(folder: Path, tail: str = "", code: str = VERB, **variables: str) -> subprocess.CompletedProcess:
    """Run a small verb of nine steps in a shell; tail: what follows its command."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}"} | variables
    command = ["bash", "-o", "pipefail", "-c", f'"$0" -c "$1" {tail}', sys.executable, code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(("tail", "variables"), [("| head -2", {}), ("", {"PYTHONIOENCODING": "ascii"})])
def test_a_screen_that_goes_away_or_knows_few_letters_stops_no_verb(tmp_path, tail, variables):
    done = verb(tmp_path, tail, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.iterdir())) == 9


def test_a_full_disk_is_a_sentence(tmp_path):
    done = verb(tmp_path, code=VERB.replace("Path(f", "Path('/dev/full').write_text('x'); Path(f"))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith("collect: No space left on device.\nWhen that is repaired: Run the same command again")


def test_a_file_that_could_not_be_written_is_what_it_was(tmp_path):
    path = tmp_path / "grades.csv"
    write_whole(path, "old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # Python ignores the signal that comes with it
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(path, "new" * 4096)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("grades.csv", "old")]


def test_a_folder_where_a_file_belongs_is_named_and_stays(tmp_path):
    (tmp_path / "grades.csv").mkdir()
    with pytest.raises(OSError, match="a folder stands where this file belongs; move it away") as caught:
        write_whole(tmp_path / "grades.csv", "new")
    assert caught.value.errno == errno.EISDIR and caught.value.filename.endswith("grades.csv")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_private_file_is_never_readable_by_others(tmp_path):
    before = os.umask(0)
    try:
        write_whole(tmp_path / "seed.txt", "1", private=True)
    finally:
        os.umask(before)
    assert (tmp_path / "seed.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("text", "what"), [("", "is empty, as after a power cut"), ('{"a": ', "is cut off or damaged")])
def test_a_json_file_that_is_not_whole_is_named_with_what_to_do(tmp_path, text, what):
    (tmp_path / "scores.json").write_text(text)
    with pytest.raises(BrokenFile, match=f"scores.json {what}. Remove scores.json there, and regrade with --resume."):
        grades.read_scores(tmp_path)
    assert read_json(_written(tmp_path / "other.json"), "") == {"a": 1}


def _written(path: Path) -> Path:
    write_whole(path, '{"a": 1}')
    return path
