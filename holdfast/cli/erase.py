"""`holdfast erase`: shows what would be removed of a child or a statement, asks, does it, and says by when it is gone.

Through the gateway, as a steward. With `--verify` it is the operator's proof instead, in `erase_verify`.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import httpx
import msgspec
import typer

from holdfast.cli.door import Problem, connect
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.sender_token import find_reader_token
from holdfast.contracts.events import EVENT_TYPES

# Letters of the pseudonym that are typed to confirm, as on the page.
_CONFIRMED_BY = 6
_SECONDS = 180.0


def erase(
    url: Annotated[
        str, typer.Argument(envvar="HOLDFAST_GATEWAY_URL", help="The gateway.", show_default=True)
    ] = "http://127.0.0.1:8100",
    authority: Annotated[str | None, typer.Option(help="The authority's nine-character code.")] = None,
    child: Annotated[str | None, typer.Option(help="The child's pseudonym, as on its journey's page.")] = None,
    statement: Annotated[str | None, typer.Option(help="One statement alone: its 32 digits.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept, so it names nobody.")] = None,
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_READER_TOKEN", help="A steward's reader token.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="A file with it.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask: it is right, and can't be undone.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Search every store for what was erased: beside the platform, no token.")
    ] = False,
) -> None:
    """Erase a child, or one statement, everywhere; with --verify, prove it. Repeating it is harmless.

    Ends with 0; 1: it is not done everywhere yet, or was found; 2: it could not be asked for.
    """
    if verify:
        # Needs a broker's and a database's libraries, which erasing over HTTP doesn't.
        from holdfast.cli.erase_verify import verify_erased

        raise typer.Exit(0 if verify_erased(authority, child, statement) else 1)
    if authority is None or child is None:
        _give_up("Say whom: --authority E08000018 --child and the pseudonym on the journey's page.")
    bearer = find_reader_token(authority, token, token_file, role="steward")
    with connect(url, bearer) as client:
        asked = {"child": child, "statement": statement, "reason": reason or "not said yet"}
        _show(_ask(client, authority, asked | {"dry_run": True}))
        asked["reason"] = reason or _asked_for("Why? It is kept, so name nobody")
        if not yes:
            _confirm(child)
        complete = _tell(_ask(client, authority, asked))
    raise typer.Exit(0 if complete else 1)


def _ask(client: httpx.Client, authority: str, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = client.post(f"/api/authorities/{authority}/erasures", json=asked, timeout=_SECONDS)
    except httpx.TransportError as error:
        raise CannotRun(
            f"The gateway at {client.base_url} does not answer ({type(error).__name__}). Repeat the same command: "
            "what was done already is not undone."
        ) from None
    if answer.status_code != 200:
        raise CannotRun(_why(answer))
    return msgspec.json.decode(answer.content, type=dict[str, Any])


def _why(answer: httpx.Response) -> str:
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        problem = Problem()
    said = ". ".join(text.rstrip(".") for text in (problem.title, problem.detail) if text)
    again = " Repeat the same command: it goes on where it was." if answer.status_code == 503 else ""
    return f"The gateway answered {answer.status_code}: {said or 'it gave no reason'}.{again}"


def _show(would: dict[str, Any]) -> None:
    held, door = would["register"], would["door"]
    typer.echo(f"What would be removed of this {would['what']}:")
    days = f", about {held['first_on']} to {held['last_on']}" if held["first_on"] else ""
    typer.echo(f"  {held['statements']:,} statements{days}")
    for kind in held["kinds"]:
        name = kind["type"] if kind["type"] in EVENT_TYPES else "another type"
        typer.echo(f"    {kind['statements']:,} {name} by {kind['system']}")
    if held["others"]:
        typer.echo(f"  {held['others']:,} notes and decisions about it")
    if would["what"] == "child":
        known = "known, and forgotten for ever" if door["child"] else "not known"
        typer.echo(f"  the original reference: {known}; {door['quarantined']:,} rejected events")
    indicators = f": {', '.join(held['indicators'])}" if held["indicators"] else ""
    typer.echo(f"  {held['figures']:,} figures will be others on every date that counts it{indicators}")
    if held["packs"]:
        typer.echo(f"  {held['packs']:,} frozen packs of its months keep their numbers; none names a child")
    if door["refused"]:
        typer.echo("It was erased before: this goes on with whatever is left of it.")


def _confirm(child: str) -> None:
    letters = child[:_CONFIRMED_BY]
    if _asked_for(f"It can't be undone. Type {letters} to erase") != letters:
        _give_up("Nothing was erased: the letters don't fit.")


def _asked_for(question: str) -> str:
    if not sys.stdin.isatty():
        _give_up("Nobody is there to ask: give --reason and --yes.")
    return str(typer.prompt(question)).strip()


def _tell(outcome: dict[str, Any]) -> bool:
    for step in outcome["steps"]:
        typer.echo(f"{'Done' if step['done'] else 'To do'}: {step['says']}")
    if outcome["figures_gone_at"]:
        typer.echo(f"Gone from figures at {_instant(outcome['figures_gone_at'])}.")
    by, clean = outcome["values_gone_by"], outcome["names_gone_by"]
    if by and clean:
        typer.echo(f"The broker's files hold no statement of it by {_instant(by)}, and are clean by {_instant(clean)}.")
    else:
        typer.echo("The broker's topic sets no time by which its files are clean.")
    typer.echo("The operator proves it with `holdfast erase --verify`.")
    return bool(outcome["complete"])


def _instant(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S %Z}"


def _give_up(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
