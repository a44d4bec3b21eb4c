"""`holdfast up`, `down`, `reset`, `status` and `logs`: the platform on this machine, as a person handles it."""

import os
import shutil
import signal
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout, layout_from

_STOP_SECONDS = 120.0
_BOROUGHS = "Where boroughs are simulated, and how large or like whom: E08000016:250,E08000018:rotherham-2017."
_PACE = "Days that pass there in a minute until today is reached; one if never said, 0 stands still."


def up(
    borough: Annotated[bool, typer.Option("--borough/--without-borough", help="Simulate a borough.")] = True,
    boroughs: Annotated[str, typer.Option(envvar="HOLDFAST_BOROUGHS", help=_BOROUGHS)] = "E08000018",
    pace: Annotated[float | None, typer.Option(envvar="HOLDFAST_PACE", help=_PACE, min=0)] = None,
    demonstration: Annotated[
        bool, typer.Option("--demonstration/--without-demonstration", help="Make the people who may sign in.")
    ] = True,
    metrics_workers: Annotated[int, typer.Option(help="Workers that share the metrics.", min=1, max=8)] = 1,
) -> None:
    """Start the platform on this machine and keep it running until Ctrl-C."""
    from holdfast.cli.laptop.preflight import check_tools

    check_tools()
    from holdfast.cli.laptop.boroughs import boroughs_from
    from holdfast.cli.laptop.launch import Asked, launch

    living = boroughs_from(boroughs) if borough and demonstration else ()
    partitions = _partitions(os.environ.get("HOLDFAST_PARTITIONS") or "8")
    layout = layout_from(os.environ)
    try:
        launch(layout, Asked(living, demonstration, pace, metrics_workers, partitions))
    except OSError as trouble:
        where = trouble.filename or layout.home
        raise CannotRun(
            f"{trouble.strerror} ({where}): the platform has stopped, and its data is as it was."
        ) from trouble


def down() -> None:
    """Stop the platform that runs here; what it has received is kept."""
    _stop(layout_from(os.environ))


def reset(yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Stop the platform and remove all its data and keys here; what was downloaded is kept."""
    layout = layout_from(os.environ)
    if not yes:
        typer.confirm(f"Remove every event, figure, key and password in {layout.home}?", abort=True)
    _stop(layout)
    for folder in (layout.kafka, layout.postgres, layout.logs, layout.env, layout.secrets, layout.run):
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("boroughs", "uploads"):
        shutil.rmtree(layout.home / name, ignore_errors=True)
    (layout.home / "clock.json").unlink(missing_ok=True)
    Console(highlight=False).print(f"{layout.home} is as before the first start.", soft_wrap=True)


def status() -> None:
    """How each process is doing; exits 1 where the platform is not running."""
    from holdfast.cli.laptop.notes import read_state

    layout = layout_from(os.environ)
    state = read_state(layout.run)
    console = Console(highlight=False)
    if state is None:
        console.print(f"The platform in {layout.home} is not running: `make up` starts it.", soft_wrap=True)
        raise typer.Exit(1)
    table = Table(title=f"Holdfast in {layout.home}: {state.phase}", title_justify="left")
    for column in ("process", "condition", "pid", "restarts", "address"):
        table.add_column(column, justify="right" if column in ("pid", "restarts") else "left")
    for name, kept in state.processes.items():
        port = getattr(state.ports, name, None)
        table.add_row(name, kept.condition, str(kept.pid or ""), str(kept.restarts), f"{HOST}:{port}" if port else "")
    console.print(table)


def logs(
    name: Annotated[str | None, typer.Argument(help="One process, such as gateway; without it, all.")] = None,
    lines: Annotated[int, typer.Option(help="Last lines of each.", min=1, max=10_000)] = 40,
) -> None:
    """Show the last lines of what the processes have logged."""
    from holdfast.cli.laptop.process import last_lines

    layout = layout_from(os.environ)
    there = sorted(path.stem for path in layout.logs.glob("*.log"))
    if name is not None and name not in there:
        raise CannotRun(f"There is no log of {name!r} in {layout.logs}; there are: {', '.join(there) or 'none'}.")
    console = Console(highlight=False)
    for one in [name] if name else there:
        console.rule(one, align="left")
        for line in last_lines(layout.logs / f"{one}.log", lines):
            console.print(line, markup=False, soft_wrap=True)


def _partitions(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1024):
        raise CannotRun(f"HOLDFAST_PARTITIONS is {text!r}, where a number from 1 to 1024 is wanted.")
    return int(text)


def _stop(layout: Layout) -> None:
    """Asks a running launcher to stop and waits; where there is none, ends what a killed one has left."""
    from holdfast.cli.laptop.leftovers import end_leftovers
    from holdfast.cli.laptop.notes import has_gone, locked, read_state

    console = Console(highlight=False)
    if not layout.run.exists():
        console.print(f"There is no platform in {layout.home}.", soft_wrap=True)
        return
    state = read_state(layout.run)
    if state is not None:
        os.kill(state.launcher.pid, signal.SIGTERM)
        if not has_gone(state.launcher, _STOP_SECONDS):
            raise CannotRun(f"The platform has not stopped within {_STOP_SECONDS:.0f} seconds: see `make logs`.")
    with locked(layout.run):
        ended = end_leftovers(layout)
    console.print("The platform is stopped." + (f" Ended what was left: {', '.join(ended)}." if ended else ""))
