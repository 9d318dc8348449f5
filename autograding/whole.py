"""Files and folders that stand there whole or not at all, after a run that was killed, a full disk or a power cut."""

import errno
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any


class BrokenFile(ValueError):
    """A file of ours cannot be read as what it is; the message says which, and what to do."""


def write_whole(path: Path, content: str | bytes, private: bool = False, errors: str = "strict") -> None:
    """The file has its old content or the new one, never a part. private: its owner alone may read it.

    errors: what becomes of text that UTF-8 cannot say, such as half a surrogate pair.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder stands where this file belongs; move it away", str(path))
    data = content.encode("utf-8", errors) if isinstance(content, str) else content
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave the new name with nothing in it
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def rename_whole(part: Path, folder: Path) -> None:
    """Give a complete folder its name, at which nothing stands; where it has it, all its files are on the disk."""
    if hasattr(os, "sync"):
        os.sync()  # of many small files, one such call takes a tenth of what syncing each takes
    part.rename(folder)


def read_json(path: Path, remedy: str, **hooks) -> Any:
    """What a JSON file of ours holds. Raises BrokenFile for one that is empty or cut off; remedy: what to do then."""
    text = path.read_bytes()
    try:
        return json.loads(text, **hooks)
    except ValueError:
        what = "is cut off or damaged" if text.strip(b"\0 \n") else "is empty, as after a power cut"
        raise BrokenFile(f"{path} {what}. {remedy}") from None
