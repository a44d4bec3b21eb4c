"""Where the files of an upload lie until they are read: a folder of this process, which its user alone may open.

A process that was killed leaves its folder behind. It is known by its lock, which ends with the process, and is removed
by whichever gateway starts next.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OWNER_ALONE = 0o700


class Folders:
    """The folder of this process, and one in it for each upload."""

    def __init__(self, under: Path) -> None:
        self._under = under
        self._own: Path | None = None
        self._lock = -1

    def open(self) -> int:
        """Remove what killed processes have left and make our own; returns how many were left. Raises OSError."""
        self._under.mkdir(mode=_OWNER_ALONE, parents=True, exist_ok=True)
        self._under.chmod(_OWNER_ALONE)
        # So that nobody takes a folder for left behind that is only being made.
        with _locked(self._under):
            left = [folder for folder in self._under.iterdir() if folder.is_dir() and _nobodys(folder)]
            for folder in left:
                shutil.rmtree(folder)
            self._own = Path(tempfile.mkdtemp(prefix="gateway-", dir=self._under))
            self._lock = _lock(self._own)
        return len(left)

    def close(self) -> None:
        """Remove our own, whatever is in it."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            os.close(self._lock)
            self._own = None

    def new(self) -> Path:
        """A folder for an upload; whoever asks removes it."""
        assert self._own is not None, "opened first"
        return Path(tempfile.mkdtemp(dir=self._own))


def _nobodys(folder: Path) -> bool:
    try:
        os.close(_lock(folder))
    except BlockingIOError:
        return False
    return True


def _lock(folder: Path) -> int:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
