"""`holdfast simulate`: a made-up borough through the door of a platform, or its own truth into a file."""

import signal
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import msgspec
import typer

from holdfast.cli.borough import Borough, days, lives_by, true_events
from holdfast.cli.borough.likeness import CannotBeLike, borough_like
from holdfast.cli.borough.printed import PRINTED, printed_by
from holdfast.cli.door import Door, DoorAway, DoorRefused, Stopped, connect
from holdfast.cli.laptop.boroughs import CHILDREN, MOST_CHILDREN
from holdfast.cli.post_borough import AnotherLivesHere, Progress, found, held_at, keep, live, say, sleep
from holdfast.cli.sender_token import find_token
from holdfast.contracts.authorities import authorities
from holdfast.runtime.clock import A_DAY_A_MINUTE, Clock, read_course, write_clock

SYSTEM = "borough"
FOLDER = "boroughs"
HISTORY_YEARS = 10
SEED = 7

_DAY = ["%Y-%m-%d"]
_TRUTH = (
    "Post nothing, but write here what truly happened by --until, an event a line: "
    "in the borough that lives here, where one does and no --begin is given."
)
# How many children, and the first day, where they are said.
_Size = tuple[int | None, date | None]


def simulate(
    authority: Annotated[str, typer.Option(help="The authority it lives under.")] = "E08000018",
    url: Annotated[str, typer.Option(envvar="HOLDFAST_INTAKE_URL", help="The door.")] = "http://127.0.0.1:8101",
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_TOKEN", help="The sender's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(envvar="HOLDFAST_TOKEN_FILE", help="A file with it.")] = None,
    children: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_CHILDREN, help=f"About how many are looked after; {CHILDREN} unless said."),
    ] = None,
    like: Annotated[
        str | None, typer.Option(help=f"A council whose printed figures it comes to: {', '.join(PRINTED)}.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another borough.")] = SEED,
    begin: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Its first day; without it ten years before the clock's.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Its last day: it ends once all of that is told.")
    ] = None,
    truth: Annotated[Path | None, typer.Option(help=_TRUTH)] = None,
    pace: Annotated[
        float | None, typer.Option(min=0, help="Days that pass on the platform's clock in a minute, until it is today.")
    ] = None,
    home: Annotated[Path, typer.Option(envvar="HOLDFAST_HOME", help="Where the clock is.")] = Path(".holdfast"),
) -> None:
    """Live as a made-up borough: ten years of history, then as the platform's clock goes, until stopped."""
    if authority not in authorities():
        _give_up(f"{authority} is not the code of an English authority with looked-after children.")
    if pace is not None:
        _set_pace(home, pace)
    clock, place = Clock(home), home / FOLDER / f"{authority}.json"
    last_day = until.date() if until else None
    size = children, begin.date() if begin else None
    wanted = _usual(authority, seed, size, clock) if like is None else _like(like, authority, seed, size, last_day)
    try:
        if truth is not None:
            held = None if begin else held_at(place)
            _write_truth(truth, wanted if held is None else held.borough, last_day or clock.today())
            return
        progress = found(place, Progress(borough=wanted, until=last_day), whenever_begun=begin is None)
    except (AnotherLivesHere, CannotBeLike) as trouble:
        _give_up(str(trouble))
    _live(url, find_token(authority, SYSTEM, token, token_file), clock, place, progress)


def _usual(authority: str, seed: int, size: _Size, clock: Clock) -> Borough:
    children, begins_on = size
    return Borough(authority, seed, children or CHILDREN, begins_on or history_begins_on(clock.today()))


def _like(name: str, authority: str, seed: int, size: _Size, last_day: date | None) -> Borough:
    printed = printed_by(name)
    if size != (None, None):
        _give_up(f"{printed.council}'s figures say how many children there are: leave --children and --begin out.")
    if last_day is not None and last_day < printed.ends_on:
        _give_up(f"{printed.council} printed until {printed.ends_on}: --until can't be a day before that.")
    return borough_like(printed, authority, seed)


def _live(url: str, token: str, clock: Clock, place: Path, progress: Progress) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    if progress.borough.like:
        say(f"Choosing a borough whose figures are those that {printed_by(progress.borough.like).council} printed.")
    try:
        with connect(url, token) as client:
            # Bounded by being stopped alone: a borough does not go away because the door does.
            door = Door(client, tries=None, wait=sleep, say=say)
            live(door, clock, days(progress.borough, progress.until), progress, lambda reached: keep(place, reached))
    except Stopped:
        say("Stopped.")
    except (CannotBeLike, DoorRefused, DoorAway) as trouble:
        _give_up(str(trouble))


def history_begins_on(today: date) -> date:
    """The day ten years before."""
    try:
        return today.replace(year=today.year - HISTORY_YEARS)
    except ValueError:
        return date(today.year - HISTORY_YEARS, 2, 28)


def _set_pace(home: Path, days_a_minute: float) -> None:
    if read_course(home) is None:
        _give_up(f"There is no clock to set in {home}: where a platform was not started as a demonstration it is real.")
    write_clock(home, None, A_DAY_A_MINUTE * days_a_minute, catch_up=True)


def _write_truth(path: Path, borough: Borough, until: date) -> None:
    with path.open("wb") as file:
        for life in lives_by(borough, until):
            for event in true_events(borough.source, life):
                file.write(msgspec.json.encode(event) + b"\n")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # Raised wherever we are: a request that was under way is posted again at the next start.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def _give_up(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
