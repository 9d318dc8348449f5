"""A fake GitHub on one local port, kept honest by GitHub's own description of its API. README.md says what it does."""

from .fake import FakeGitHub, Person

__all__ = ["FakeGitHub", "Person"]
