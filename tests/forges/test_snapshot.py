"""The files of a commit as plain files: nothing is followed, and what is left out has a sentence."""

import os

import pytest

from genweek.forges.git import GitError, commit_on, git, tree_with
from genweek.forges.snapshot import content, entry_at, snapshot


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "repo.git"
    folder.mkdir()
    git(folder, "init", "--quiet", "--bare")
    return folder


def commit(repo, *rows: tuple[str, str, str | bytes]) -> str:
    """A commit of one flat tree. rows: mode, name, and the content, or the id of a tree or a commit."""
    lines = []
    for mode, name, what in rows:
        kind = {"160000": "commit", "040000": "tree"}.get(mode, "blob")
        id = what if kind != "blob" else git(repo, "hash-object", "-w", "--stdin", given=what)
        lines.append(f"{mode} {kind} {id}\t{name}\0")
    return git(repo, "commit-tree", git(repo, "mktree", "-z", given="".join(lines)), given="x")


def nested(repo, depth: int) -> str:
    """A tree `a/a/a/…/file`."""
    tree = tree_with(repo, None, {"file": b"x"})
    for _ in range(depth):
        tree = git(repo, "mktree", given=f"040000 tree {tree}\ta\n")
    return tree


def test_files_are_written_as_they_are_in_git(repo, tmp_path):
    named = commit_on(
        repo, git(repo, "mktree", given=""), {"a.py": b"a\r\n", "b/c.py": b"\0\xff", ".gitattributes": b"* eol=lf"}, "x"
    )
    assert snapshot(repo, named, tmp_path / "out") == []
    assert (tmp_path / "out/a.py").read_bytes() == b"a\r\n"
    assert (tmp_path / "out/b/c.py").read_bytes() == b"\0\xff"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("120000", "nb.py", "/etc/passwd"), "Left out (a link): nb.py."),
        (("160000", "sub", "1" * 40), "Left out (a submodule): sub."),
        (("100644", "n" * 255, "x"), f"Left out (names that no file can have): {'n' * 200}."),
        (("100644", "n" * 4000, "x"), f"Left out (names that no file can have): {'n' * 200}."),
        (("100644", ".GIT", "x"), "Left out (names that no file can have): .GIT."),
        (("100644", ".git\u200c", "x"), "Left out (names that no file can have): .git⟨U+200C⟩."),
        (("100644", "git~1", "x"), "Left out (names that no file can have): git~1."),
        (("100644", "..", "x"), "Left out (names that no file can have): ..."),
        (("100644", "scores.json", "x"), ""),
    ],
    ids=["link", "submodule", "long", "longer", "git", "git unseen", "git short", "above", "ours"],
)
def test_what_is_no_plain_file_is_left_out_and_named(repo, tmp_path, row, said):
    named = commit(repo, row, ("100644", "good.py", "x"))
    assert snapshot(repo, named, tmp_path / "out", ("scores.json",)) == [said] * bool(said)
    assert os.listdir(tmp_path / "out") == ["good.py"]


def test_names_that_act_are_made_visible(repo, tmp_path):
    named = commit(repo, ("120000", "\x1b[2J\u202e<b>\n::error::", "x"))
    assert snapshot(repo, named, tmp_path / "out") == ["Left out (a link): ⟨U+202E⟩<b> ::error::."]


def test_folders_without_end_are_left_out(repo, tmp_path):
    tree = git(repo, "mktree", given=f"040000 tree {nested(repo, 500)}\tdeep\n")
    named = commit_on(repo, tree, {"good.py": b"x"}, "x")
    (said,) = snapshot(repo, named, tmp_path / "out")
    assert said.startswith("Left out (too deep): deep/a/a/")
    assert os.listdir(tmp_path / "out") == ["good.py"]


def test_a_tree_of_a_billion_files_ends_and_what_stands_at_the_top_is_there(repo, tmp_path):
    tree = tree_with(repo, None, {str(n): b"x" for n in range(10)})
    for _ in range(8):
        tree = git(repo, "mktree", given="".join(f"040000 tree {tree}\t{n}\n" for n in range(10)))
    named = commit_on(repo, tree, {"good.py": b"x"}, "x")
    said = snapshot(repo, named, tmp_path / "out")
    assert (tmp_path / "out/good.py").exists()
    assert "Left out (more than a submission may hold): " in said[0]
    assert sum(len(files) for _, _, files in os.walk(tmp_path / "out")) <= 3_000


def test_a_file_that_is_too_large_is_left_out_and_never_read(repo, tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(21 * 2**20)
    id = git(repo, "hash-object", "-w", str(tmp_path / "large"))
    tree = git(repo, "mktree", given=f"100644 blob {id}\tnb.ipynb\n")
    named = commit_on(repo, tree, {"good.py": b"x"}, "x")
    assert snapshot(repo, named, tmp_path / "out") == ["Left out (larger than 20 MB): nb.ipynb."]
    assert content(repo, named, "nb.ipynb") is None


def test_where_case_does_not_tell_files_apart_the_notebook_is_the_one_in_lower_case(repo, tmp_path, monkeypatch):
    named = commit(repo, ("100644", "NB.py", "other"), ("100644", "nb.py", "mine"))
    snapshot(repo, named, tmp_path / "out")
    assert (tmp_path / "out/nb.py").read_text() == "mine"


def test_a_file_in_the_place_of_a_folder_is_no_fault(repo, tmp_path):
    named = commit_on(repo, git(repo, "mktree", given=""), {"a": b"x"}, "x")
    assert content(repo, named, "a/b") is None
    assert entry_at(repo, named, "a").kind == "file"


@pytest.mark.parametrize("damage", ["truncated", "missing"])
def test_a_broken_object_is_a_sentence(repo, tmp_path, damage):
    named = commit(repo, ("100644", "nb.py", "right"))
    path = repo / "objects" / (id := git(repo, "rev-parse", f"{named}:nb.py"))[:2] / id[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:9]) if damage == "truncated" else path.unlink()
    with pytest.raises(GitError, match="repo.git"):
        snapshot(repo, named, tmp_path / "out")


def test_a_repository_without_a_head_is_not_the_one_around_it(tmp_path):
    git(tmp_path, "init", "--quiet")
    inner = tmp_path / "inner.git"
    inner.mkdir()
    with pytest.raises(GitError, match="not a git repository"):
        git(inner, "for-each-ref")


def test_the_instructor_s_own_git_does_not_matter(repo, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / ".config/git").mkdir(parents=True)
    (home / ".config/git/attributes").write_text("* text eol=crlf ident filter=no")
    (home / ".config/git/ignore").write_text("*")
    (home / "hook").mkdir()
    (home / "hook/reference-transaction").write_text("#!/bin/sh\nexit 1")
    (home / "hook/reference-transaction").chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\nhooksPath={home / 'hook'}\nautocrlf=true\n[init]\ndefaultBranch=other\n[commit]\ngpgSign=true"
    )
    for name, value in {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "GIT_DIR": "/nowhere",
        "GIT_INDEX_FILE": "/x",
    }.items():
        monkeypatch.setenv(name, str(value))
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--initial-branch=main")
    (work / "a.txt").write_bytes(b"$Id$\n")
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "x")
    assert git(work, "cat-file", "blob", "HEAD:a.txt") == "$Id$"
    assert snapshot(work, "HEAD", tmp_path / "out") == []
