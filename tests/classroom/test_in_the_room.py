"""What somebody in the room took when the network was down: receipts, bundles and zips, each slip a sentence."""

import io
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from classroom_examples import ALICE, NOON, SCHEDULE, SLUG, Clone, answer, new_forge, open_repo

from genweek.classroom.afterwards import sticks
from genweek.classroom.afterwards.collecting import COLLECTED, FAILED, choose_all
from genweek.classroom.afterwards.in_the_room import InTheRoom, in_the_room
from genweek.classroom.afterwards.keeping import collect, folder_for, let_go
from genweek.classroom.afterwards.receipts import Receipt, read_receipts
from genweek.course.day import CourseError
from genweek.forges.git import git

MINUTE = timedelta(minutes=1)
STEMS = ["nb1_toy"]
HEAD = "login,commit,time,by\n"
READ = "3f9c 2a17 7de0 1ab4"


@pytest.fixture
def bundles(tmp_path) -> Path:
    folder = tmp_path / "bundles"
    folder.mkdir()
    return folder


def chosen(forge, bundles: Path, *receipts: Receipt):
    """The row of Alice, when the window is long over."""
    forge.set_clock(NOON + 60 * MINUTE)
    found = sticks.find(bundles, SLUG, [ALICE])
    (row,) = choose_all(forge, SCHEDULE, [ALICE], None, InTheRoom({"alice": receipts}, found, STEMS))
    return row


def taken(forge, row, tmp_path) -> str:
    """The notebook that is collected then."""
    folder = folder_for(row, SLUG, tmp_path / "submissions")
    row, _ = collect(forge, row, folder, STEMS)
    assert row.status == COLLECTED, row.notes
    return (folder / "nb1_toy.py").read_text()


def zipped(path: Path, files: dict[str, str | bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


# ---- Receipts ----


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"alise,{READ},11:50,Kim", "line 2: the roster has no login 'alise'. Did you mean 'alice'?"),
        (
            "alice,12345g7890abcdef1,11:50,Kim",
            "'12345g7890abcdef1' is no commit id: sixteen to forty of the digits 0-9 and a-f.",
        ),
        (
            "alice,1.23457E+15,11:50,Kim",
            "no commit id: sixteen to forty of the digits 0-9 and a-f. It was a number to a spreadsheet",
        ),
        (f"alice,{READ},25:10,Kim", "line 2: '25:10' is no time of a day, as 15:10 is."),
        (f"alice,{READ},noon,Kim", "line 2: 'noon' is not a time"),
        (f"alice,{READ},11:50,", "line 2: `by` is empty: who was it read to?"),
        (f"alice,{READ},11:50", "line 2: it has 3 fields"),
        (
            f"alice,{READ},12:00,Kim",
            "line 2: '12:00' is Tue 24 Nov 2026, 12:00:00 UTC: not before the end of alice's window",
        ),
        (
            f"alice,{READ},8:59,Kim",
            "line 2: '8:59' is Tue 24 Nov 2026, 08:59:00 UTC: before alice's window, which begins Tue",
        ),
        (f"alice,{READ},23:46,Kim", "It counts for nothing: take the line out. Did you mean 11:46?"),
        (f"alice,{READ},2026-11-23 11:46,Kim", "line 2: '2026-11-23 11:46' is Mon 23 Nov"),
    ],
)
def test_a_wrong_receipt_is_named_with_its_line(tmp_path, row, said):
    (tmp_path / "receipts.csv").write_text(HEAD + row + "\n")
    with pytest.raises(CourseError) as refusal:
        read_receipts(tmp_path / "receipts.csv", SCHEDULE, [ALICE])
    assert said in str(refusal.value)


@pytest.mark.parametrize("digits", [7, 10, 15])
def test_so_few_digits_that_a_commit_can_be_made_to_fit_are_no_receipt(tmp_path, digits):
    (tmp_path / "receipts.csv").write_text(f"{HEAD}alice,{'3f9c2a17' * 2:.{digits}},11:50,Kim\n")
    with pytest.raises(CourseError, match=f"line 2: .* has {digits} digits, and a receipt has 16 .* write all 40 digits"):
        read_receipts(tmp_path / "receipts.csv", SCHEDULE, [ALICE])


def test_a_time_of_the_day_is_one_of_the_day_of_the_exam(tmp_path):
    (tmp_path / "receipts.csv").write_text(f"{HEAD}ALICE,{READ},11:50,Kim\nalice,{READ} 99,2026-11-24 11:51,Kim\n")
    found = read_receipts(tmp_path / "receipts.csv", SCHEDULE, [ALICE])
    assert [one.commit for one in found["alice"]] == ["3f9c2a177de01ab4", "3f9c2a177de01ab499"]
    assert [one.time for one in found["alice"]] == [NOON - 10 * MINUTE, NOON - 9 * MINUTE]


def test_a_later_push_of_exactly_that_commit_counts(forge, alice, bundles, tmp_path):
    commit = alice.write(answer(2))
    alice.push(at=NOON + 30 * MINUTE)
    row = chosen(forge, bundles, Receipt(commit[:7], NOON - MINUTE, "Kim"))
    assert row.push.commit == commit and row.counted_by.startswith("pushed later, and ") and row.late == ()
    assert taken(forge, row, tmp_path) == answer(2)


def test_what_was_added_before_that_push_does_not_count(forge, alice, bundles, tmp_path):
    commit = alice.write(answer(1))
    alice.write(answer(2))
    alice.push(at=NOON + 30 * MINUTE)
    row = chosen(forge, bundles, Receipt(commit[:7], NOON - MINUTE, "Kim"))
    assert row.push.commit == commit and taken(forge, row, tmp_path) == answer(1)
    assert len(row.late) == 1


def test_another_commit_than_the_one_read_out_does_not_count(forge, alice, bundles):
    alice.write(answer(2))
    alice.push(at=NOON + 30 * MINUTE)
    row = chosen(forge, bundles, Receipt("1234567", NOON - MINUTE, "Kim"))
    assert row.push is None and "1234567 was read to Kim" in row.look_at[-1] and "is not pushed yet" in row.look_at[-1]


def test_a_commit_that_was_read_out_too_late_does_not_count(forge, alice, bundles):
    commit = alice.write(answer(2))
    alice.push(at=NOON + 30 * MINUTE)
    row = chosen(forge, bundles, Receipt(commit, NOON + MINUTE, "Kim"))
    assert row.push is None and "which is after the end" in row.notes[-1]


def test_a_push_in_time_after_the_receipt_counts_more(forge, alice, bundles):
    first = alice.write(answer(1))
    alice.push(at=NOON - 20 * MINUTE)
    second = alice.write(answer(2))
    alice.push(at=NOON - MINUTE)
    row = chosen(forge, bundles, Receipt(first, NOON - 10 * MINUTE, "Kim"))
    assert row.push.commit == second and row.counted_by == ""
    assert f"and is not what counts: {second[:7]} is." in row.notes[-1] and row.look_at == ()


# ---- Sticks ----


def test_a_bundle_counts_with_a_note(forge, alice, bundles, tmp_path):
    alice.write(answer(1))
    alice.push(at=NOON - 60 * MINUTE)
    commit = alice.write(answer(2))
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "main")
    row = chosen(forge, bundles, Receipt(commit[:16], NOON - MINUTE, "Kim"))
    assert row.push.commit == commit and taken(forge, row, tmp_path) == answer(2) and row.look_at == ()
    assert row.counted_by.startswith(f"handed in as a git bundle, in the room, and {commit[:7]} was read to Kim")
    assert not any("not pushed yet" in note for note in row.notes)


def test_a_bundle_of_what_is_new_alone_builds_on_what_was_pushed(forge, alice, bundles, tmp_path):
    alice.write(answer(1))
    alice.push(at=NOON - 60 * MINUTE)
    alice.write(answer(2))
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "origin/main..main")
    assert taken(forge, chosen(forge, bundles), tmp_path) == answer(2)


def test_a_bundle_that_is_older_than_a_push_in_time_does_not_count(forge, alice, bundles):
    alice.write(answer(1))
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "main")
    commit = alice.write(answer(2))
    alice.push(at=NOON - MINUTE)
    row = chosen(forge, bundles)
    assert row.push.commit == commit and row.counted_by == ""
    assert "alice.bundle holds nothing that was not pushed in time." in row.notes


def test_a_zip_with_the_notebooks_of_an_earlier_commit_does_not_count_either(forge, alice, bundles):
    alice.write(answer(1))
    files = {path.name: path.read_bytes() for path in alice.folder.glob("nb1_toy.*")}
    zipped(bundles / "alice.zip", files | {"scores.json": "{}"})
    commit = alice.write(answer(2))
    alice.push(at=NOON - MINUTE)
    row = chosen(forge, bundles)
    assert (row.push.commit, row.counted_by, row.look_at) == (commit, "", ())
    assert "alice.zip holds nothing that was not pushed in time." in row.notes


def test_a_zip_of_what_was_pushed_too_late_counts_as_that_commit(forge, alice, bundles, tmp_path):
    alice.write(answer(1))
    alice.push(at=NOON - 60 * MINUTE)
    commit = alice.write(answer(2))
    zipped(bundles / "alice.zip", {path.name: path.read_bytes() for path in alice.folder.glob("nb1_toy.*")})
    alice.push(at=NOON + MINUTE)
    row = chosen(forge, bundles)
    assert row.push.commit == commit and taken(forge, row, tmp_path) == answer(2) and row.look_at == ()
    assert row.counted_by == "handed in as a zip, in the room"


def test_other_work_than_the_push_in_time_counts_and_somebody_has_to_look(forge, alice, bundles, tmp_path):
    zipped(bundles / "alice.zip", {"nb1_toy.py": answer(1)})
    commit = alice.write(answer(2))
    alice.push(at=NOON - MINUTE)
    row = chosen(forge, bundles)
    assert f"alice.zip counts, and not {commit[:7]}, which was pushed in time." in row.look_at[0]
    assert taken(forge, row, tmp_path) == answer(1)
    assert "take alice.zip away, and collect with --let-go alice." in row.look_at[0], "which does this:"
    (bundles / "alice.zip").unlink()
    row = chosen(forge, bundles)
    let_go(row, folder_for(row, SLUG, tmp_path / "submissions"))
    assert taken(forge, row, tmp_path) == answer(2)


def test_a_push_that_a_force_push_left_behind_still_holds_the_stick(forge, alice, bundles):
    git(alice.folder, "tag", "before")
    commit = alice.write(answer(1))
    alice.push(at=NOON - MINUTE)
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "main")
    git(alice.folder, "reset", "--quiet", "--hard", "before")
    alice.write(answer(2))
    alice.push("--force", "origin", "HEAD:main", at=NOON + MINUTE)
    row = chosen(forge, bundles)
    assert row.push.commit == commit and "alice.bundle holds nothing that was not pushed in time." in row.notes


def test_a_bundle_of_head_alone_is_as_good(forge, alice, bundles, tmp_path):
    alice.write(answer(2))
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "HEAD")
    assert taken(forge, chosen(forge, bundles), tmp_path) == answer(2)


def test_a_stick_counts_where_there_is_no_repository_at_all(tmp_path, toy, bundles):
    elsewhere, forge = tmp_path / "elsewhere", new_forge(tmp_path)
    elsewhere.mkdir()
    other = new_forge(elsewhere)
    clone = Clone(other, open_repo(other, toy), tmp_path / "alice")
    clone.write(answer(2))
    git(clone.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "main")
    assert taken(forge, chosen(forge, bundles), tmp_path) == answer(2)


@pytest.mark.parametrize("top", ["", "toy-alice/", "Desktop/exam/toy-alice/"])
def test_a_zip_counts_wherever_the_folder_was_packed(forge, alice, bundles, tmp_path, top):
    files = {
        f"{top}nb1_toy.py": answer(2),
        f"{top}.git/config": "[core]",
        f"{top}.venv/lib/big.py": "x",
        f"{top}genlab/a.py": "",
    }
    zipped(bundles / "alice.zip", files)
    row = chosen(forge, bundles)
    assert taken(forge, row, tmp_path) == answer(2)
    assert row.counted_by == "handed in as a zip, in the room"
    assert not (folder_for(row, SLUG, tmp_path / "submissions") / ".git").exists()


def test_the_same_zip_is_the_same_commit_and_another_one_takes_its_place(forge, alice, bundles, tmp_path):
    zipped(bundles / "alice.zip", {"nb1_toy.py": answer(1)})
    first, again = chosen(forge, bundles), chosen(forge, bundles)
    assert first.push == again.push and taken(forge, first, tmp_path) == answer(1)
    zipped(bundles / "alice.zip", {"nb1_toy.py": answer(2)})
    assert taken(forge, chosen(forge, bundles), tmp_path) == answer(2)
    assert list((tmp_path / "submissions" / ".kept" / f"{SLUG}-alice").iterdir())


def linked() -> bytes:
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        link = zipfile.ZipInfo("nb1_toy.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("nb1_toy.py", answer(2))
    return text.getvalue()


def test_a_link_in_a_zip_is_not_followed(forge, alice, bundles, tmp_path):
    (bundles / "alice.zip").write_bytes(linked())
    row = chosen(forge, bundles)
    assert taken(forge, row, tmp_path) == answer(2)
    assert not (folder_for(row, SLUG, tmp_path / "submissions") / "nb1_toy.ipynb").exists()
    assert row.look_at == ("alice.zip: nb1_toy.ipynb is a link, and what it leads to is not in there.",)


def test_a_zip_whose_only_notebook_is_a_link_says_so(forge, alice, bundles):
    link = zipfile.ZipInfo("nb1_toy.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(bundles / "alice.zip", "w") as archive:
        archive.writestr(link, "../nb1_toy.ipynb")
    row = chosen(forge, bundles)
    assert row.status == FAILED and "nb1_toy.ipynb is a link, and what it leads to is not in there" in row.look_at[0]


@pytest.mark.parametrize("name", [".", "./", "toy/."])
def test_a_name_that_names_no_file_is_passed_over(forge, alice, bundles, tmp_path, name):
    zipped(bundles / "alice.zip", {name: "", "nb1_toy.py": answer(2)})
    assert taken(forge, chosen(forge, bundles), tmp_path) == answer(2)


BAD_ZIPS = {
    "../../etc/passwd leads out of the folder": {"nb1_toy.py": "", "../../etc/passwd": "x"},
    "/etc/passwd leads out of the folder": {"nb1_toy.py": "", "/etc/passwd": "x"},
    "C:/Windows/x leads out of the folder": {"nb1_toy.py": "", "C:\\Windows\\x": "x"},
    "holds no notebook of this assignment": {"thesis.docx": "x"},
    "names a twice, as a file and as a folder": {"nb1_toy.py": "", "a": "x", "a/b.py": "y"},
    "is far too large": {"nb1_toy.py": "", "data.bin": b"\0" * (21 * 2**20)},
}


@pytest.mark.parametrize("said", BAD_ZIPS)
def test_a_bad_zip_is_a_sentence_and_nothing_of_it_is_written(forge, alice, bundles, tmp_path, said):
    zipped(bundles / "alice.zip", BAD_ZIPS[said])
    row = chosen(forge, bundles)
    assert row.status == FAILED and said in " ".join(row.notes)
    collect(forge, row, folder_for(row, SLUG, tmp_path / "submissions"), STEMS)
    assert not (tmp_path / "submissions" / f"{SLUG}-alice").exists()


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def test_half_a_file_is_a_sentence(forge, alice, bundles, tmp_path):
    alice.write(answer(2))
    git(alice.folder, "bundle", "create", "--quiet", str(tmp_path / "whole"), "main")
    (bundles / "alice.bundle").write_bytes(half((tmp_path / "whole").read_bytes()))
    assert "alice.bundle cannot be read: it is damaged" in " ".join(chosen(forge, bundles).notes)
    (bundles / "alice.bundle").write_bytes(b"")
    assert "is no git bundle, or only half of one" in " ".join(chosen(forge, bundles).notes)
    (bundles / "alice.bundle").unlink()
    (bundles / "alice.zip").write_bytes(half(zipped(tmp_path / "z", {"nb1_toy.py": answer(2)}).read_bytes()))
    assert "it is no zip, or only half of one" in " ".join(chosen(forge, bundles).notes)


def test_a_bundle_without_main_says_what_it_holds(forge, alice, bundles):
    git(alice.folder, "switch", "--quiet", "-c", "work")
    alice.write(answer(2))
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "work")
    row = chosen(forge, bundles)
    assert row.status == FAILED and "alice.bundle has no branch main (it holds work)" in " ".join(row.notes)


def test_a_bundle_on_commits_that_nobody_has_says_how_to_make_a_whole_one(forge, alice, bundles):
    alice.write(answer(1))
    alice.write(answer(2))
    git(alice.folder, "bundle", "create", "--quiet", str(bundles / "alice.bundle"), "main~1..main")
    said = " ".join(chosen(forge, bundles).notes)
    assert "it builds on commits that were never pushed. The whole of it: git bundle create LOGIN.bundle main." in said


def test_a_bad_stick_leaves_what_was_pushed(forge, alice, bundles, tmp_path):
    commit = alice.write(answer(2))
    alice.push(at=NOON - MINUTE)
    (bundles / "alice.zip").write_text("no zip")
    row = chosen(forge, bundles)
    assert row.push.commit == commit and row.status == COLLECTED and taken(forge, row, tmp_path) == answer(2)
    assert "What came on a stick does not count: alice.zip cannot be read" in " ".join(row.notes)


def test_files_that_are_nobodys_are_named(bundles):
    for name in ("alise.zip", "alice.tar.gz", "alice.bundle", "toy-Alice.ZIP", ".DS_Store"):
        (bundles / name).write_text("")
    found = sticks.find(bundles, SLUG, [ALICE])
    assert [path.name for path in found.files.values()] == ["alice.bundle"]
    said = " ".join(found.problems)
    assert "alise.zip was not taken: the roster has no login 'alise'. Did you mean 'alice'?" in said
    assert "alice.tar.gz was not taken: it is neither LOGIN.bundle nor LOGIN.zip." in said
    assert "toy-Alice.ZIP was not taken: alice.bundle is the same student's." in said


def test_two_contents_of_one_name_are_a_sentence(forge, alice, bundles):
    zipped(bundles / "alice.zip", {"nb1_toy.py": answer(1)})
    with zipfile.ZipFile(bundles / "alice.zip", "a") as archive:
        archive.writestr("./nb1_toy.py", answer(2))
    assert "alice.zip names nb1_toy.py twice, with other contents" in chosen(forge, bundles).look_at[0]


@pytest.mark.parametrize(
    "name", ["receipt.csv", "Receipts.csv", "receipts.xlsx", "reciepts.csv", "bundle/", "Bundles/", "bundles.zip"]
)
def test_what_is_a_letter_off_is_named(tmp_path, name):
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).write_text("")
    for other in ("collection.csv", "papers.csv", "late.csv"):
        (tmp_path / other).write_text("")
    day = SimpleNamespace(slug=SLUG, notebooks=STEMS)
    (said,) = in_the_room(day, SCHEDULE, [ALICE], tmp_path).sticks.problems
    assert said.startswith(
        f"{name.rstrip('/')} was not read: it looks like {'bundles' if 'undle' in name else 'receipts.csv'}"
    )
