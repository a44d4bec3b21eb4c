"""What a person sees while the platform starts, runs and stops: steps with their seconds, and where to go next."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from holdfast.cli.laptop.layout import HOST, Layout, Ports
from holdfast.cli.laptop.process import monotonic

console = Console(highlight=False)


@contextmanager
def step(title: str) -> Iterator[None]:
    """A step under way, then done with the seconds it took; on a terminal with something that moves."""
    began = monotonic()
    with console.status(f"{title} …"):
        yield
    say(f"[green]✓[/] {title} [dim]({monotonic() - began:.1f} s)[/]")


@contextmanager
def counted(title: str) -> Iterator[Progress]:
    """A bar that counts."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(title, total=None)
        yield progress


def say(sentence: str) -> None:
    """One line, as it happens. `[…]` is markup."""
    console.print(sentence, soft_wrap=True)


def welcome(layout: Layout, people: dict[str, str], *, borough: bool, authority: str) -> None:
    """The addresses, the sign-in, and what to try next."""
    ports = layout.ports
    gateway = f"http://{HOST}:{ports.gateway}"
    lines = ["", f"[bold]Holdfast is running.[/]  {gateway}"]
    if people:
        lines += [
            "",
            f"  Sign in, with passwords of this machine alone ({_short(layout.secrets / 'demonstration.json')}):",
        ]
        lines += [f"    {role:<10}[bold]{password}[/]" for role, password in people.items()]
    if borough:
        lines += ["", f"  A simulated borough lives under {authority}, a day a minute: its figures move as you watch."]
    lines += ["", "  What to try next, from another terminal:"]
    steps = _next_steps(authority, ports.intake)
    width = max(len(command) for command, _ in steps) + 2
    lines += [f"    {command:<{width}}{meaning}" for command, meaning in steps]
    lines += [
        "",
        f"  intake {HOST}:{ports.intake}   placements {HOST}:{ports.placements}   metrics {HOST}:{ports.metrics}   "
        f"Kafka {layout.bootstrap}   PostgreSQL {HOST}:{ports.postgres}",
        "  Ctrl-C stops everything; what was received is kept.",
        "",
    ]
    say("\n".join(lines))


def _next_steps(authority: str, intake: int) -> list[tuple[str, str]]:
    elsewhere = "" if intake == Ports().intake else f" --url http://{HOST}:{intake}"
    return [
        ("make status", "how each process is doing"),
        ("make logs", "what they log"),
        (f"{_command()} token create --authority {authority} --system NAME", "a token, to send events of your own"),
        (f"{_command()} import FOLDER --authority E08000016{elsewhere}", "your SSDA903 files"),
        (f"{_command()} clock", "what time it is there"),
    ]


def _command() -> str:
    """The command as it can be typed: by its name where it is on the path."""
    return "holdfast" if shutil.which("holdfast") else _short(Path(sys.executable).parent / "holdfast")


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
