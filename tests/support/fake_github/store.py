"""The bare git repositories behind the fake, one folder a repository, named by its number: a name may change."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from genweek.forges.git import ZERO, GitError, call, git, resolve, succeeds

CONFIG = {
    "gc.auto": "0",  # GitHub keeps what a force-push left behind for a while
    "receive.autogc": "false",
    "uploadpack.allowAnySHA1InWant": "true",
    "http.receivepack": "true",
}
HOOK = r"""#!/bin/sh
[ -z "$FAKE_REFUSAL" ] || { printf '%s\n' "$FAKE_REFUSAL" >&2; exit 1; }
while read -r old new ref; do
    case " $FAKE_LINEAR " in
    *" $ref "*) git merge-base --is-ancestor "$old" "$new" || {
        printf 'error: GH013: Repository rule violations found for %s.\n- Cannot force-push to this branch\n' "$ref" >&2
        exit 1
    } ;;
    esac
done
"""


class Store:
    def __init__(self, folder: Path):
        self.folder = folder
        self._hooks = folder / "hooks"
        self._hooks.mkdir(parents=True)
        hook = self._hooks / "pre-receive"
        hook.write_text(HOOK)
        hook.chmod(0o755)

    def path(self, number: int) -> Path:
        return self.folder / f"{number}.git"

    def create(self, number: int) -> None:
        path = self.path(number)
        path.mkdir()
        git(path, "init", "--quiet", "--bare", "--initial-branch=main", "--template=")
        with (path / "config").open("a") as file:
            for name, value in (CONFIG | {"core.hooksPath": str(self._hooks)}).items():
                section, _, key = name.partition(".")
                file.write(f"[{section}]\n\t{key} = {value}\n")

    def refs(self, number: int) -> dict[str, str]:
        listed = git(self.path(number), "for-each-ref", "--format=%(objectname) %(refname)")
        return {ref: commit for commit, _, ref in (line.partition(" ") for line in listed.splitlines())}

    def commit(self, number: int, name: str) -> str | None:
        """Of a branch, a tag, or a (short) SHA."""
        names = [f"refs/heads/{name}", f"refs/tags/{name}", name]
        return next((found for one in names if (found := resolve_commit(self.path(number), one))), None)

    def tree(self, number: int, branch: str) -> str | None:
        return resolve(self.path(number), f"refs/heads/{branch}^{{tree}}")

    def empty_tree(self, number: int) -> str:
        return git(self.path(number), "mktree", given="")

    def first_commit(self, number: int, source: int, tree: str, branch: str, when: datetime) -> str:
        """A root commit of its own, with the files of another repository."""
        path = self.path(number)
        (path / "objects/info").mkdir(parents=True, exist_ok=True)
        (path / "objects/info/alternates").write_text(f"{self.path(source) / 'objects'}\n")
        commit = git(path, "commit-tree", tree, "-m", "Initial commit", when=when)
        git(path, "update-ref", f"refs/heads/{branch}", commit)
        return commit

    def move(self, number: int, ref: str, commit: str | None) -> None:
        git(self.path(number), "update-ref", *([ref, commit] if commit else ["-d", ref]))

    def kind_of_move(self, number: int, before: str, after: str) -> str:
        if before == ZERO:
            return "branch_creation"
        if after == ZERO:
            return "branch_deletion"
        return "push" if self.is_ancestor(number, before, after) else "force_push"

    def is_ancestor(self, number: int, before: str, after: str) -> bool:
        return succeeds(self.path(number), "merge-base", "--is-ancestor", before, after)

    def facts(self, number: int, commit: str) -> Mapping[str, str]:
        """Of a commit."""
        shown = git(self.path(number), "show", "--no-patch", "--format=%H%n%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B", commit)
        names = ("sha", "tree", "parents", "author", "author_email", "authored", "committer", "committer_email", "committed")
        *first, message = shown.split("\n", len(names))
        return dict(zip(names, first, strict=True)) | {"message": message.strip()}

    def content(self, number: int, commit: str, path: str) -> bytes | list[tuple[str, str, str]] | None:
        """The bytes of a file, or the entries of a folder: kind, id, name; None where there is neither."""
        folder, name = self.path(number), f"{commit}:{path}".rstrip("/")
        if (id := resolve(folder, name)) is None:
            return None
        if git(folder, "cat-file", "-t", id) == "blob":
            return call(folder, "cat-file", "blob", id)
        rows = [row.partition("\t") for row in git(folder, "ls-tree", id).splitlines()]
        return [(facts.split()[1], facts.split()[2], name) for facts, _, name in rows]

    def id_of(self, number: int, commit: str, path: str) -> str:
        return git(self.path(number), "rev-parse", f"{commit}:{path}")

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def resolve_commit(folder: Path, name: str) -> str | None:
    """The commit that something names; None for what names none, or an object that is not there."""
    try:
        return resolve(folder, f"{name}^{{commit}}")
    except GitError:
        return None
