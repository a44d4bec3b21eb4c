"""`holdfast conform`: tries a door against golden journeys, or a vendor's own events, and says what came of each.

All of it by dry run, which leaves nothing behind, unless --post is given. What is tried is in `conformance`.
"""

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Annotated

import httpx
import typer
from msgspec import Struct

from holdfast.cli.conformance import own_events
from holdfast.cli.conformance.asking import Asked, introduced
from holdfast.cli.conformance.cases import WITHDRAWN_AT
from holdfast.cli.conformance.golden import GOLDEN
from holdfast.cli.conformance.posting import NotATrial, check_trial, posted, withdraw
from holdfast.cli.conformance.reading import Reader
from holdfast.cli.conformance.report import Format, has_failed, say_outcome, show_as_they_come, show_own
from holdfast.cli.conformance.results import Result
from holdfast.cli.conformance.trying import tried
from holdfast.cli.door import Door, DoorAway, DoorRefused, connect
from holdfast.cli.offline import day_asked, errors
from holdfast.cli.returns_asked import give_up
from holdfast.cli.sender_token import find_token
from holdfast.indicators.choices import definitions

TRIES = 8

_POST = "Post the journeys in earnest too, read them back, withdraw them. For an authority that looks after nobody."


class Run(Struct, frozen=True):
    """A run under a name of its own: what is asked, how answers are written, and who is told how it goes."""

    asked: Asked
    name: str
    written_as: Format
    say: Callable[[str], None]


def conform(
    url: Annotated[str, typer.Argument(help="The door, such as http://127.0.0.1:8101.")],
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_TOKEN", help="The sender's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(envvar="HOLDFAST_TOKEN_FILE", help="A file with it.")] = None,
    events: Annotated[Path | None, typer.Option(help="Try the events of this file instead of the journeys.")] = None,
    on: Annotated[str | None, typer.Option(help="With --events: their effect on this day, such as 2018-03-31.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Try the journey of this name alone; may be repeated.")] = None,
    post: Annotated[bool, typer.Option("--post", help=_POST)] = False,
    gateway: Annotated[str | None, typer.Option(help="With --post: read the figures over this gateway too.")] = None,
    reader_token: Annotated[str | None, typer.Option(help="With --gateway: the reader's token.")] = None,
    reader_token_file: Annotated[Path | None, typer.Option(help="With --gateway: a file with it.")] = None,
    withdrawn: Annotated[
        str | None, typer.Option("--withdraw", help="Withdraw what a run with --post has left.", metavar="RUN")
    ] = None,
    written_as: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
) -> None:
    """Try a door: golden journeys with the verdicts and figures expected, each explained; or your own events.

    Everything is a dry run: nothing is posted and no figure moves. Only --post posts, and only into an authority that
    looks after nobody; what it posts it withdraws. Exit code 0: all as expected; 1: not; 2: it can't be tried.
    """
    bearer, day = find_token("CODE", "NAME", token, token_file), day_asked(on, "--on") if on else None
    say = _once(errors().print)
    with ExitStack() as stack:
        client = stack.enter_context(connect(url, bearer))
        try:
            run = Run(
                introduced(Door(client, tries=TRIES, wait=_sleep, say=say)), secrets.token_hex(4), written_as, say
            )
            if events is not None:
                code = _try_own(run, events, day)
            elif withdrawn is not None:
                say(f"{withdraw(run.asked, withdrawn)} facts of the run {withdrawn} are withdrawn.")
                code = 0
            elif post:
                reader = _reader(stack, run, gateway, reader_token, reader_token_file) if gateway else None
                code = _post_too(run, client, url, reader)
            else:
                code = _outcome(run, _try(run, client, _journeys(only or [])), "Nothing was posted.")
        except (DoorRefused, DoorAway, NotATrial, own_events.Unusable) as trouble:
            give_up(str(trouble))
    raise typer.Exit(code)


def _reader(stack: ExitStack, run: Run, gateway: str, token: str | None, token_file: Path | None) -> Reader:
    client = stack.enter_context(connect(gateway, find_token("CODE", "NAME --reader", token, token_file)))
    return Reader(client, run.asked.source.split("/")[2])


def _journeys(named: list[str]) -> list[str]:
    names = [case.name for case in GOLDEN]
    if unknown := [name for name in named if name not in names]:
        give_up(f"There is no journey {unknown[0]}. They are: {', '.join(names)}.")
    return named


def _try(run: Run, client: httpx.Client, only: list[str]) -> list[Result]:
    _check_platform(run.asked)
    return show_as_they_come(run.written_as, tried(run.asked, client, run.name, only))


def _post_too(run: Run, client: httpx.Client, url: str, reader: Reader | None) -> int:
    """In earnest only once everything was as expected by dry run."""
    check_trial(run.asked, run.name, reader)
    results = _try(run, client, [])
    if has_failed(results):
        return _outcome(run, results, "So nothing was posted.")
    run.say(f"Posting. Should it be broken off: holdfast conform {url} --withdraw {run.name}")
    results += show_as_they_come(run.written_as, posted(run.asked, run.name, reader))
    return _outcome(run, results, "What was posted is withdrawn.")


def _outcome(run: Run, results: list[Result], ended: str) -> int:
    say_outcome(run.written_as, run.asked.source, run.name, results)
    run.say(ended)
    return 1 if has_failed(results) else 0


def _try_own(run: Run, path: Path, day: date | None) -> int:
    own = own_events.read_own(path)
    if many := own_events.too_long(own):
        run.say(f"Of {many} children there are more than 100 events: they are told 100 at a time, not all together.")
    answered = own_events.try_own(run.asked, own, day)
    show_own(run.written_as, run.asked.source, answered)
    return 1 if any(one.answer.verdict == "rejected" for one in answered) else 0


def _check_platform(asked: Asked) -> None:
    """Give up where the journeys can't be told: they end in 2018. Warn where another reading of them is chosen."""
    if asked.today.isoformat() <= WITHDRAWN_AT[:10]:
        give_up(
            f"The platform's clock says {asked.today}, and the golden journeys end in 2018: set it to a later year."
        )
    if asked.definitions != definitions():
        errors().print(
            f"The platform reads the definitions as {asked.definitions} and the journeys are of {definitions()}: "
            "those that a choice decides will differ."
        )


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says each sentence the first time only: a door that limits dry runs is waited for again and again."""
    said: set[str] = set()

    def say_once(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            say(sentence)

    return say_once


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
