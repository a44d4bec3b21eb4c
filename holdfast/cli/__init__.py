"""The `holdfast` command. Says which commands there are; each is imported when it is run or asked for help.

So that the pure package alone (no broker, no database) shows its help, reads returns and imports them.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import typer

from holdfast.cli.laptop.faults import CannotRun

_SUMMARY = "Holdfast: the placement stability of looked-after children, kept true as events arrive."


class _Command(NamedTuple):
    module: str
    function: str
    summary: str
    forwards: bool = False


COMMANDS = {
    "up": _Command("up", "up", "Start the platform on this machine and keep it running until Ctrl-C."),
    "down": _Command("up", "down", "Stop the platform; what it has received is kept."),
    "reset": _Command("up", "reset", "Stop the platform and remove all its data here."),
    "status": _Command("up", "status", "How each process is doing."),
    "logs": _Command("up", "logs", "The last lines of what the processes have logged."),
    "import": _Command("import_", "import_returns", "Send SSDA903 files through the door."),
    "indicators": _Command("indicators", "indicators", "Every figure of SSDA903 files, read here: no service needed."),
    "explain": _Command("explain", "explain", "Why a child counts in a figure of SSDA903 files, or doesn't."),
    "findings": _Command("findings", "findings", "What does not add up in SSDA903 files, by file and row."),
    "reconcile": _Command("reconcile", "reconcile", "Your own list of children set against a figure of SSDA903 files."),
    "conform": _Command("conform", "conform", "Prove a case system's integration, by dry run: nothing is posted."),
    "token": _Command("forward", "token", "Tokens of senders, and with --reader of machines that read.", True),
    "user": _Command("forward", "user", "Local accounts of people.", True),
    "erase": _Command("erase", "erase", "Erase a child, or one statement, everywhere; with --verify, prove it."),
    "clock": _Command("clock", "clock", "Show or set the platform's clock (demonstrations only)."),
    "simulate": _Command("simulate", "simulate", "Live as a simulated borough."),
    "printed": _Command("printed", "printed", "What a council printed of itself beside the platform's figures."),
    "dump": _Command("dump", "dump", "Write every event of an authority to a file."),
    "parity": _Command("parity", "parity", "Whether stream, register and an offline reading give the same integers."),
    "secrets": _Command("key_files", "key_files", "Make the key files for a platform elsewhere."),
    "setup": _Command("setup", "setup", "Declare the topics and prepare the database."),
}


def application(asked: str | None) -> typer.Typer:
    """The command line, with the command that is asked for imported; the others are there by name alone."""
    made = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        help=_SUMMARY,
        # A traceback with every variable's value would show secrets.
        pretty_exceptions_enable=False,
    )
    # A callback, so that the command's name is always given, however many there are.
    made.callback()(_nothing)
    for name, known in COMMANDS.items():
        words: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True} if known.forwards else {}
        register = made.command(
            name, help=known.summary, context_settings=words or None, add_help_option=not known.forwards
        )
        register(_imported(name, known) if name == asked else _nothing)
    return made


def _imported(name: str, known: _Command) -> Callable[..., Any]:
    try:
        function: Callable[..., Any] = getattr(import_module(f"holdfast.cli.{known.module}"), known.function)
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] in ("holdfast", "services"):
            raise
        raise CannotRun(
            f"`holdfast {name}` needs {missing.name}, which is not installed: "
            "`make up` installs everything, or pip install 'holdfast[services,laptop]'."
        ) from missing
    return function


def _nothing() -> None:
    return


def main() -> None:
    """The command's entry point: what can't be done is one sentence on standard error and exit code 1."""
    try:
        application(sys.argv[1] if len(sys.argv) > 1 else None)()
    except CannotRun as reason:
        print(reason, file=sys.stderr)
        sys.exit(1)
