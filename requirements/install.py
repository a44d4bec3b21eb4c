"""Installs what is locked into .venv, and the project itself; shows how far it is. Standard library alone.

All that pip says is kept in `.venv/install.log`; of it a person sees the count, and the errors where there are any.
"""

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "install.log"
LOCK = ROOT / "requirements" / "all.lock"

PIP = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input")
LOCKED = (*PIP, "install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
# Nothing is built in the last step but a pointer to this folder, so warnings of the builder help nobody.
PROJECT = (*PIP, "install", "-qq", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))

# What .venv comes to, with room for what pip unpacks meanwhile.
_ROOM_BYTES = 900_000_000

_COLLECTING = re.compile(r"Collecting ([\w.-]+)")
_DOWNLOADING = re.compile(r"\s+Downloading \S+ \((.+)\)")


class Shown:
    """One line that is written over on a terminal; elsewhere a line for every quarter."""

    def __init__(self, total: int) -> None:
        self._total, self._here, self._name, self._size = total, 0, "", ""
        self._began, self._quarter = time.monotonic(), 0
        self._live = sys.stdout.isatty()
        self._done = threading.Event()
        if self._live:
            threading.Thread(target=self._tick, daemon=True).start()

    def heard(self, line: str) -> None:
        """Takes a line of pip's."""
        if found := _COLLECTING.match(line):
            self._here, self._name, self._size = self._here + 1, found[1], ""
        elif found := _DOWNLOADING.match(line):
            self._size = found[1]
        elif line.startswith("Installing collected"):
            self._name, self._size = "all are here: unpacking them", ""
        elif "Retrying" in line:
            self._size = "no answer, trying again"
        self._write()

    def _tick(self) -> None:
        while not self._done.wait(1):
            self._write()

    def _write(self) -> None:
        if self._live:
            size = f" ({self._size})" if self._size else ""
            line = f"  {self._here} of {self._total}, {time.monotonic() - self._began:.0f} s: {self._name}{size}"
            # One write, so that lines of two threads don't mix.
            sys.stdout.write(f"\r\x1b[K{line[:78]}")
            sys.stdout.flush()
        elif (quarter := 4 * self._here // self._total) > self._quarter:
            self._quarter = quarter
            print(f"  {self._here} of {self._total}, {time.monotonic() - self._began:.0f} s", flush=True)

    def end(self) -> None:
        """Clears the line."""
        self._done.set()
        if self._live:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()


def main() -> int:
    """0, or 1 with pip's own errors and a sentence."""
    total = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    began = time.monotonic()
    free = shutil.disk_usage(ROOT).free
    if free < _ROOM_BYTES:
        return _failed(
            f"The disk of {ROOT} is full: {free // 10**6} MB are free, {_ROOM_BYTES // 10**6} MB are needed."
        )
    if not _has_pip():
        print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
        try:
            venv.create(VENV, clear=True, with_pip=True, symlinks=True)
        except (OSError, subprocess.CalledProcessError) as trouble:
            return _failed(f"{VENV} could not be made ({_reason(trouble)}).")
    print(f"Installing {total} locked packages into it (about 400 MB; once)", flush=True)
    shown = Shown(total)
    try:
        with LOG.open("w", encoding="utf-8") as log:
            ended = _run(LOCKED, log, shown) or _run(PROJECT, log, shown)
    except OSError as trouble:
        return _failed(f"{LOG} could not be written ({trouble.strerror}): the packages are not all installed.")
    finally:
        shown.end()
    if ended:
        print(*_errors(), sep="\n", file=sys.stderr)
        return _failed(f"The packages could not be installed: is the network there? All that pip said is in {LOG}.")
    print(f"✓ {total} packages installed ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


def _has_pip() -> bool:
    """Whether there is a .venv that was finished and whose Python is still there."""
    try:
        return subprocess.run([*PIP, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(argv: tuple[str, ...], log: IO[str], shown: Shown) -> int:
    pip = subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    assert pip.stdout is not None
    for line in pip.stdout:
        log.write(line)
        shown.heard(line)
    return pip.wait()


def _errors() -> Iterator[str]:
    """Pip's lines that begin with ERROR, or its last ones; ten at most."""
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if line.lstrip().startswith("ERROR")]
    yield from (errors or lines)[-10:]


def _reason(trouble: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(trouble, OSError):
        return str(trouble.strerror)
    said = (trouble.output or b"").decode(errors="replace").strip().splitlines()
    return said[-1] if said else "its pip could not be installed"


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    # pip shares our group and hears Ctrl-C itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Interrupted; the next start goes on from here.", file=sys.stderr)
        sys.exit(130)
