"""The command line of intake: senders' tokens, the master key, and what was erased.

It needs the database and the master key alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import asyncpg
import msgspec
import typer
from rich.console import Console
from rich.table import Table

from holdfast.contracts.events import EVENT_TYPES
from holdfast.runtime import postgres
from holdfast.runtime.settings import load
from services.intake import issue
from services.intake.erasures import store as erased
from services.intake.settings import IntakeSettings

commands = typer.Typer(help="Senders' tokens and the master key of intake.", no_args_is_help=True)
token = typer.Typer(help="Tokens that case systems send events with.", no_args_is_help=True)
keys = typer.Typer(help="The keys of the authorities.", no_args_is_help=True)
refused = typer.Typer(help="What was erased, and is taken never again.", no_args_is_help=True)
commands.add_typer(token, name="token")
commands.add_typer(keys, name="keys")
commands.add_typer(refused, name="refused")

_GOOD_FOR_DAYS = 365

Answer = TypeVar("Answer")


@token.command("create")
def create(
    authority: Annotated[str, typer.Option(help="nine-character code of the authority")],
    system: Annotated[str, typer.Option(help="name of the case system, as in its source")],
    types: Annotated[str | None, typer.Option(help="event types it states, separated by commas; all if none")] = None,
    expires_on: Annotated[str | None, typer.Option(help="its last day, YYYY-MM-DD; a year from now if none")] = None,
    figures: Annotated[bool, typer.Option("--figures", help="its dry runs are told the authority's figures")] = False,
    role: Annotated[str | None, typer.Option(help="with --figures: as whom, analyst (if none) or manager")] = None,
) -> None:
    """Make a token and print it, this once, on standard output and nothing else."""
    settings = load(IntakeSettings)
    if authority not in settings.authorities:
        _stop(f"{authority} is not an authority of this platform: use a code such as E08000018")
    if not system.isascii() or not system.replace("-", "").replace("_", "").isalnum() or len(system) > 64:
        _stop("the name of a system is letters, digits, - and _, such as liquidlogic")
    ends = _end_of(expires_on) if expires_on else datetime.now(UTC) + timedelta(days=_GOOD_FOR_DAYS)
    if ends <= datetime.now(UTC):
        _stop("a token's last day can't be over already")
    kinds, figures_as = _types(types), _figures_as(figures, role)
    print(_run(settings, lambda db: issue.issue(db, settings.master(), authority, system, kinds, ends, figures_as)))


@token.command("list")
def list_(authority: Annotated[str | None, typer.Option(help="of one authority alone")] = None) -> None:
    """Show every token, ended ones too; never the token itself."""
    table = Table("token", "authority", "system", "types", "figures", "made", "ends", "state", box=None)
    now = datetime.now(UTC)
    for one in _run(load(IntakeSettings), lambda db: issue.tokens(db, authority)):
        state = "revoked" if one.revoked_at else "expired" if one.expires_at <= now else "live"
        kinds = "all" if set(one.types) == set(EVENT_TYPES) else ", ".join(one.types)
        table.add_row(
            str(one.token),
            one.authority,
            one.system,
            kinds,
            one.figures_as or "-",
            f"{one.made_at:%Y-%m-%d}",
            f"{one.expires_at:%Y-%m-%d}",
            state,
        )
    Console().print(table)


@token.command("revoke")
def revoke(number: Annotated[int, typer.Argument(help="the token's number in `token list`")]) -> None:
    """End a token now, for ever. A running door refuses it within five seconds."""
    _run(load(IntakeSettings), lambda db: issue.revoke(db, number))


@token.command("expire")
def expire(
    number: Annotated[int, typer.Argument(help="the token's number in `token list`")],
    on: Annotated[str | None, typer.Option(help="its last day, YYYY-MM-DD; now if none")] = None,
) -> None:
    """Bring forward the end of a token."""
    ends = _end_of(on) if on else datetime.now(UTC)
    _run(load(IntakeSettings), lambda db: issue.expire(db, number, ends))


@keys.command("rotate")
def rotate() -> None:
    """Wrap all keys under HOLDFAST_NEW_MASTER_KEY; then start intake with that as HOLDFAST_MASTER_KEY."""
    settings = load(IntakeSettings)
    new = settings.new_master()
    if new is None:
        _stop("set HOLDFAST_NEW_MASTER_KEY (or …_FILE) to the master key to change to")
    many = _run(settings, lambda db: issue.rotate(db, settings.master(), new))
    print(f"{many} authorities' keys are wrapped by the new master key: set it as HOLDFAST_MASTER_KEY from now on.")


@refused.command("list")
def list_refused() -> None:
    """Print the children and statements that were erased, a JSON line each: keep it apart from the backups."""
    for one in _run(load(IntakeSettings), erased.listed):
        print(msgspec.json.encode(one).decode())


@refused.command("restore")
def restore_refused(file: Annotated[Path, typer.Argument(help="what `refused list` printed", exists=True)]) -> None:
    """Refuse again what a list names, after a backup was restored. What comes of it elsewhere is `holdfast erase`'s."""
    lines = [msgspec.json.decode(line, type=erased.Listed) for line in file.read_bytes().splitlines() if line.strip()]
    many = _run(load(IntakeSettings), lambda db: erased.restore(db, lines))
    print(f"{many} of {len(lines)} were not refused here; now all are.")


@refused.command("sealed")
def sealed(
    authority: Annotated[str, typer.Option(help="nine-character code of the authority")],
    child: Annotated[str, typer.Option(help="the child's pseudonym")],
) -> None:
    """Print how many entries of the quarantine are of a child: they are sealed, and nothing but the key can tell."""
    settings = load(IntakeSettings)
    print(_run(settings, lambda db: erased.sealed_of(db, settings.master(), authority, child)))


def _run(settings: IntakeSettings, do: Callable[[issue.Connection], Awaitable[Answer]]) -> Answer:
    async def connected() -> Answer:
        await postgres.migrate(settings.database(), "services.intake")
        connection = await asyncpg.connect(settings.database(), timeout=10)
        try:
            return await do(connection)
        finally:
            await connection.close()

    try:
        return asyncio.run(connected())
    except issue.Refusal as error:
        _stop(str(error))
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        _stop(f"the database cannot be reached ({type(error).__name__}): is it running, and is the address right?")


def _types(asked: str | None) -> list[str]:
    if asked is None:
        return list(EVENT_TYPES)
    named = [kind.strip() for kind in asked.split(",") if kind.strip()]
    full = [kind if kind.startswith("care.") else f"care.{kind}.v1" for kind in named]
    if unknown := [kind for kind in full if kind not in EVENT_TYPES]:
        _stop(f"no such type: {', '.join(unknown)}; there are {', '.join(EVENT_TYPES)}")
    if not full:
        _stop("name at least one type, or leave --types out for all")
    return full


def _figures_as(figures: bool, role: str | None) -> str | None:
    if role is not None and not figures:
        _stop("--role says as whom a dry run is told the authority's figures: it goes with --figures")
    if role is not None and role not in issue.FIGURES_ROLES:
        _stop(f"a dry run tells exact figures, so the role is {' or '.join(issue.FIGURES_ROLES)}, not {role}")
    return (role or issue.FIGURES_ROLES[0]) if figures else None


def _end_of(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)
    except ValueError:
        _stop(f"{day} is not a date written YYYY-MM-DD")


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
