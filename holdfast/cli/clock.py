"""`holdfast clock`: what time it is for the platform, and how it runs. In demonstrations and tests only; never back."""

import os
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import layout_from
from holdfast.runtime.clock import Clock, read_course, write_clock

SET = "The instant it shall read now, such as 2026-03-01T09:00:00Z. Never one before what it reads."
RATE = "How many of its seconds pass in one real second: 1440 is a day a minute, 0 stands still."


def clock(
    instant: Annotated[str | None, typer.Option("--set", help=SET)] = None,
    rate: Annotated[float | None, typer.Option(help=RATE, min=0)] = None,
    catch_up: Annotated[bool, typer.Option(help="Once it has reached the real time, it stays with it.")] = True,
) -> None:
    """Show the platform's clock, or set how it runs."""
    home = layout_from(os.environ).home
    if instant is not None or rate is not None:
        began = None if instant is None else _instant(instant)
        if not home.is_dir():
            raise CannotRun(f"There is no platform in {home} yet: `make up` starts one.")
        try:
            write_clock(home, began, 1.0 if rate is None else rate, catch_up=catch_up)
        except ValueError as refused:
            raise CannotRun(f"{str(refused)[:1].upper()}{str(refused)[1:]}.") from refused
    course = read_course(home)
    told = Clock(home).now()
    running = "the system's time" if course is None or told >= datetime.now(UTC) else f"{course.rate:g} seconds in one"
    Console(highlight=False).print(f"{told:%Y-%m-%d %H:%M:%S} UTC, {running}")


def _instant(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CannotRun(f"{text!r} is not an instant such as 2026-03-01T09:00:00Z.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
