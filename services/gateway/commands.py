"""The gateway's commands: people, readers' tokens, and the demonstration's targets. Each runs against its database."""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, datetime
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from holdfast.contracts import topics
from holdfast.contracts.targets import Bound, Target, Targets
from holdfast.runtime import postgres
from holdfast.runtime.kafka import consumer, read_to_end
from holdfast.runtime.outlet import Outlet
from services.gateway.domain import ALLOWED, OF_ONE_AUTHORITY, refusal_of_role
from services.gateway.people.secret import TOKEN_PREFIX, hash_of
from services.gateway.people.sign_in import fault_of_password, hash_password
from services.gateway.people.store import NameTaken, Store
from services.gateway.settings import GatewaySettings

Result = TypeVar("Result")

Name = Annotated[str, typer.Argument(help="what the person signs in with")]
Authority = Annotated[str | None, typer.Option(help="nine-character code of the one authority they see")]
Role = Annotated[str, typer.Option(help="manager, analyst or operator")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="read the password from standard input")]


# The demonstration authority's bounds.
DEMONSTRATION: dict[str, Target] = {
    "three_or_more_placements": Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True)),
    "long_term_stable": Target(date(2000, 1, 1), "high", green=Bound(70, 100, True), red=Bound(68, 100, False)),
    "discharged_to_permanence": Target(date(2000, 1, 1), "high", green=Bound(35, 100, True), red=Bound(33, 100, False)),
    "adoptions": Target(date(2000, 1, 1), "high", green=Bound(227, 1000, True), red=Bound(20, 100, False)),
    "family_based": Target(date(2000, 1, 1), "high", green=Bound(875, 1000, True)),
}


def commands(settings: GatewaySettings) -> None:
    """Run the command that the process was started with."""
    made = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    made.add_typer(_users(settings), name="user")
    made.add_typer(_tokens(settings), name="token")
    made.command("demonstration")(_demonstration(settings))
    made(prog_name="python -m services.gateway")


def _users(settings: GatewaySettings) -> typer.Typer:
    users = typer.Typer(no_args_is_help=True, help="People with a local account.")

    @users.command()
    def create(
        name: Annotated[str | None, typer.Argument(help="what the person signs in with")] = None,
        named: Annotated[str | None, typer.Option("--name", help="the same, as an option")] = None,
        role: Role = "",
        authority: Authority = None,
        password_stdin: FromInput = False,
        replace: Annotated[bool, typer.Option(help="give a person who is there already this password")] = False,
    ) -> None:
        """Make an account."""
        chosen = (named or name or "").strip() or _refuse("Say the person's name, with --name.")
        # An operator belongs to no authority; the one named is not kept.
        theirs = authority if role in OF_ONE_AUTHORITY else None
        fault = refusal_of_role(role, theirs, settings.authorities)
        if fault:
            _refuse(fault)
        password = _password(password_stdin)
        hashed = hash_password(password)

        async def add(store: Store) -> None:
            try:
                await store.add_user(chosen, hashed, role, theirs)
            except NameTaken:
                held = await store.user(chosen)
                if not replace or held is None or (held.role, held.authority) != (role, theirs):
                    _refuse(f"There is somebody called {chosen} already.")
                await store.set_password(chosen, hashed)

        _with_store(settings, add)
        print(f"{chosen} can sign in as {role}.")

    @users.command("list")
    def list_() -> None:
        """Everybody with an account."""
        table = Table("name", "role", "authority", "disabled")
        for user in _with_store(settings, lambda store: store.users()):
            table.add_row(user.name, user.role, user.authority or "", _instant(user.disabled_at))
        Console().print(table)

    @users.command()
    def disable(name: Name) -> None:
        """Let somebody in no more, and end their sessions."""
        if not _with_store(settings, lambda store: store.disable_user(name)):
            _refuse(f"There is nobody called {name}.")
        print(f"{name} can sign in no more.")

    return users


def _tokens(settings: GatewaySettings) -> typer.Typer:
    tokens = typer.Typer(no_args_is_help=True, help="Tokens of machines that read figures.")
    reader = typer.Option("--reader", help="a reader's token, which all of these are", hidden=True)

    @tokens.command()
    def create(
        authority: Annotated[str, typer.Option(help="nine-character code of the authority it reads")],
        role: Annotated[str, typer.Option(help="manager or analyst")],
        expires_on: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the last day it is good for; for ever without")
        ] = None,
        reader: Annotated[bool, reader] = True,
    ) -> None:
        """Make a token and print it, this once."""
        fault = refusal_of_role(role, authority, settings.authorities)
        if "operations" in ALLOWED.get(role, ()):
            fault = f"A machine reads figures, and the role {role} sees none: choose manager or analyst."
        if fault:
            _refuse(fault)
        token_id, secret = secrets.token_hex(4), TOKEN_PREFIX + secrets.token_urlsafe(32)
        until = expires_on.date() if expires_on else None
        _with_store(settings, lambda store: store.add_token(token_id, hash_of(secret), role, authority, until))
        print(secret)

    @tokens.command("list")
    def list_(reader: Annotated[bool, reader] = True) -> None:
        """Every token, without its secret."""
        table = Table("id", "authority", "role", "made at", "good to", "revoked")
        for token in _with_store(settings, lambda store: store.tokens()):
            last = token.expires_on.isoformat() if token.expires_on else ""
            made, revoked = _instant(token.created_at), _instant(token.revoked_at)
            table.add_row(token.id, token.authority, token.role, made, last, revoked)
        Console().print(table)

    @tokens.command()
    def revoke(token_id: str, reader: Annotated[bool, reader] = True) -> None:
        """End a token."""
        if not _with_store(settings, lambda store: store.revoke_token(token_id)):
            _refuse(f"There is no token {token_id}: `token list` shows those there are.")
        print(f"The token {token_id} is good no more.")

    return tokens


def _demonstration(settings: GatewaySettings) -> Callable[[str], None]:
    def demonstration(authority: Annotated[str, typer.Option(help="code of the demonstration authority")]) -> None:
        """Set the demonstration authority's targets, but where some were set already."""
        # Here, for no other command needs to wait for a server's libraries.
        from holdfast.runtime.http import Problem

        if authority not in settings.authorities:
            _refuse(f"{authority} is not the code of an authority served here.")
        try:
            made = asyncio.run(_set_missing(settings, authority))
        except (Problem, KafkaError) as error:
            _refuse(f"Kafka did not take the targets: is it running at {settings.kafka}? ({type(error).__name__})")
        print(f"{authority}: {made} targets set, {len(DEMONSTRATION) - made} were there.")

    return demonstration


async def _set_missing(settings: GatewaySettings, authority: str) -> int:
    """Set the targets of indicators that have none; returns how many."""
    from services.gateway.figures.targets import TargetsHeld, publish

    reader, outlet, held = consumer(settings.kafka), Outlet(settings.kafka), TargetsHeld()
    try:
        await reader.start()
        async for record in read_to_end(reader, topics.TARGETS):
            held.take(record)
        missing = [indicator for indicator in DEMONSTRATION if held.of(authority, indicator)[0] < 0]
        for indicator in missing:
            target = DEMONSTRATION[indicator]
            stated = Targets(authority, indicator, [target], "demonstration", settings.clock().instant())
            await publish(outlet, stated, settings.broker_seconds)
    finally:
        await outlet.close()
        await reader.stop()
    return len(missing)


def _password(from_input: bool) -> str:
    if from_input:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        _refuse("Give the password on standard input, with --password-stdin.")
    fault = fault_of_password(password)
    if fault:
        _refuse(fault)
    return str(password)


def _with_store(settings: GatewaySettings, question: Callable[[Store], Awaitable[Result]]) -> Result:
    async def ask() -> Result:
        url = settings.database()
        await postgres.migrate(url, "services.gateway")
        pool = await postgres.pool(url, max_size=1)
        try:
            return await question(Store(pool))
        finally:
            await pool.close()

    return _run(ask())


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    try:
        return asyncio.run(work)
    except OSError:
        _refuse("The gateway's database is not answering: is PostgreSQL running, and HOLDFAST_DATABASE_URL right?")


def _instant(told: datetime | None) -> str:
    return "" if told is None else told.strftime("%Y-%m-%d %H:%M")


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)
