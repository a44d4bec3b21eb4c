"""What a person sees while the platform starts, runs and stops: steps with their seconds, and where to go next."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from holdfast.cli.laptop.boroughs import Living
from holdfast.cli.laptop.layout import HOST, Layout, Ports
from holdfast.cli.laptop.process import monotonic

console = Console(highlight=False)

# An authority to put a return under that has nothing in it yet.
RETURNS = "E08000016"
_MEANT = {
    "manager": "figures, and the children behind them",
    "analyst": "the same; sets the targets",
    "steward": "the same; sees to what does not add up",
    "operator": "how the platform runs; no figure and no child",
}


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


def welcome(layout: Layout, people: dict[str, str], *, boroughs: Sequence[Living], authority: str) -> None:
    """The addresses, the sign-in, and what to try next."""
    ports = layout.ports
    gateway = f"http://{HOST}:{ports.gateway}"
    lines = ["", f"[bold]Holdfast is running.[/]  {gateway}"]
    if people:
        lines += [
            "",
            f"  Sign in, with passwords of this machine alone ({_short(layout.secrets / 'demonstration.json')}):",
        ]
        lines += [f"    {role:<10}[bold]{password}[/]  {_MEANT[role]}" for role, password in people.items()]
    if boroughs:
        lines += ["", *_lived(boroughs)]
    lines += ["", "  What to try next, from another terminal:"]
    for meaning, commands in _next_steps(authority, ports.intake):
        lines += [f"    {meaning}", *(f"      [bold]{command}[/]" for command in commands)]
    lines += [
        "",
        f"  On {HOST}: intake {ports.intake}, placements {ports.placements}, metrics {ports.metrics}, "
        f"Kafka {ports.kafka}, PostgreSQL {ports.postgres}.",
        "  Ctrl-C stops everything; what was received is kept.",
        "",
    ]
    say("\n".join(lines))


def _lived(boroughs: Sequence[Living]) -> list[str]:
    """Who lives here, and from when on. How fast is the clock's to say."""
    first, *others = boroughs
    history = f"from {first.like.begins_on:%B %Y} on" if first.like else "of ten years"
    lines = [
        f"  A simulated borough of about {first.children:,} children lives under {first.authority}: its history "
        f"{history}",
        "  comes in a minute or so, then a day a minute until today (PACE=2: two): its figures move as you watch.",
    ]
    if first.like:
        lines.append(f"  They come to those that {first.like.council} printed: `make printed` sets them side by side.")
    if others:
        lines.append(f"  So do {', '.join(f'{one.authority} ({one.children:,})' for one in others)}.")
    return lines


def _next_steps(authority: str, intake: int) -> list[tuple[str, tuple[str, ...]]]:
    holdfast = _command()
    elsewhere = "" if intake == Ports().intake else f" --url http://{HOST}:{intake}"
    return [
        ("how each process is doing, and what they log", ("make status", "make logs")),
        ("a token, to send events of your own", (f"{holdfast} token create --authority {authority} --system NAME",)),
        (
            "your SSDA903 files",
            (
                f"{holdfast} token create --authority {RETURNS} --system ssda903 > token",
                f"{holdfast} import FOLDER --authority {RETURNS} --token-file token{elsewhere}",
            ),
        ),
        ("what time it is there", (f"{holdfast} clock",)),
    ]


def _command() -> str:
    """The command as it can be typed: by its name where it is on the path."""
    return "holdfast" if shutil.which("holdfast") else _short(Path(sys.executable).parent / "holdfast")


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
