"""`holdfast erase --verify`: the operator's proof that what was erased is in no store, by searching all of them.

It runs beside the platform: on a laptop by what is under its home, elsewhere by HOLDFAST_ADMIN_URL and HOLDFAST_KAFKA
in the door's own environment. Prints counts, never whom they are of.
"""

import asyncio
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
from aiokafka.errors import KafkaError
from msgspec import Struct
from pydantic import Field, SecretStr
from rich.console import Console
from rich.table import Table as Shown

from holdfast.cli.erase_search import Needles, Table, Topic, tables, topics
from holdfast.cli.forward import service_command
from holdfast.cli.laptop import credentials, postgres
from holdfast.cli.laptop.environment import DATABASE, read_environment
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import layout_from
from holdfast.contracts.topics import Erasing
from holdfast.runtime.postgres import with_database
from holdfast.runtime.settings import PREFIX, ServiceSettings, load

# Where a child that was erased is named on purpose, and why.
KEPT = {
    "intake.refused": "the door's list of whom it refuses",
    "placements.erased": "the register's list of what it erases when it is stated again",
    "placements.looks": "who looked at the child: the audit stays",
}


class VerifySettings(ServiceSettings):
    """Where the stores are, for an account that sees every row."""

    port: int = Field(1, description="not used: this step listens on nothing")
    admin_url: SecretStr = Field(description="PostgreSQL address of an account that sees every table")
    database_name: str = Field("holdfast", description="name of the database", pattern="^[a-z][a-z0-9_]*$")


class Stores(Struct, frozen=True):
    """Where to look: the broker, the database, and the environment in which the door's own command runs."""

    bootstrap: str
    database_url: str
    door: dict[str, str]


class Wanted(Struct, frozen=True):
    """One thing that was erased: a child, or a statement of it."""

    authority: str
    child: str
    statement: bytes


class Line(Struct, frozen=True):
    """A store in the report: what was searched, what was found, and what is kept or lies there until when."""

    store: str
    searched: str
    found: int
    says: str
    overdue: bool = False

    @property
    def clean(self) -> bool:
        """Whether nothing is there that ought not to be."""
        return not self.found and not self.overdue


def verify_erased(authority: str | None, child: str | None, statement: str | None) -> bool:
    """Search for all that was erased, or for what is named; prints a line for each store. True: it is in none."""
    out = Console(highlight=False)
    stores = _stores()
    try:
        wanted = asyncio.run(_erased(stores.database_url, authority, child, statement))
        if not wanted:
            raise CannotRun("Nothing of that kind was erased: the door's list has no such entry.")
        lines = asyncio.run(_search(stores, wanted))
    except (OSError, asyncpg.PostgresError) as error:
        raise CannotRun(f"The database cannot be searched ({type(error).__name__}): is it running?") from error
    except KafkaError as error:
        raise CannotRun(f"The broker cannot be searched ({type(error).__name__}): is it running?") from error
    lines.append(_sealed(stores, wanted))
    return _report(out, wanted, lines)


def _stores() -> Stores:
    if f"{PREFIX}ADMIN_URL" in os.environ or f"{PREFIX}ADMIN_URL_FILE" in os.environ:
        settings = load(VerifySettings)
        url = with_database(settings.admin_url.get_secret_value(), settings.database_name)
        return Stores(settings.kafka, url, dict(os.environ))
    layout = layout_from(os.environ)
    door = read_environment(layout, "intake")
    url = postgres.superuser_url(layout, credentials.password(layout.secrets, "postgres"))
    return Stores(layout.bootstrap, with_database(url, DATABASE), door)


async def _erased(url: str, authority: str | None, child: str | None, statement: str | None) -> list[Wanted]:
    """What the door's list holds, narrowed to what is named."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        rows = await connection.fetch(
            "SELECT authority, child, statement FROM intake.refused WHERE ($1::text IS NULL OR authority = $1) "
            "AND ($2::text IS NULL OR child = $2) AND ($3::text IS NULL OR encode(statement, 'hex') = $3)",
            authority,
            child,
            statement,
        )
    finally:
        await connection.close()
    return [Wanted(*row) for row in rows]


async def _search(stores: Stores, wanted: Sequence[Wanted]) -> list[Line]:
    needles = Needles(
        children=frozenset(one.child for one in wanted if not one.statement),
        statements=frozenset(one.statement for one in wanted if one.statement),
    )
    now = datetime.now(UTC)
    found = [_of_table(table) for table in await tables(stores.database_url, needles)]
    return found + [_of_topic(topic, now) for topic in await topics(stores.bootstrap, needles)]


def _of_table(table: Table) -> Line:
    kept = KEPT.get(table.name)
    searched = f"{table.rows:,} rows"
    if kept and table.found:
        return Line(table.name, searched, 0, f"{table.found:,} kept on purpose: {kept}")
    return Line(table.name, searched, table.found, "")


def _of_topic(topic: Topic, now: datetime) -> Line:
    left = topic.values + topic.names
    searched = f"{topic.records:,} records"
    if not left or topic.since is None:
        return Line(topic.name, searched, topic.found, "")
    times = Erasing.of(topic.config)
    says = f"in the files still: {topic.values:,} statements, {topic.names:,} that erase them"
    if times is None:
        return Line(topic.name, searched, topic.found, f"{says}; the topic sets no time by which they go", True)
    values_by, names_by = times.values_gone_by(topic.since), times.names_gone_by(topic.since)
    overdue = (bool(topic.values) and now > values_by) or now > names_by
    says += f"; gone by {_instant(values_by)} and {_instant(names_by)}"
    return Line(topic.name, searched, topic.found, f"overdue, {says}" if overdue else says, overdue)


def _sealed(stores: Stores, wanted: Sequence[Wanted]) -> Line:
    """Rejected events are sealed: only the door's key can tell whose they are, so its own command is asked."""
    found = 0
    for one in {(one.authority, one.child) for one in wanted if not one.statement}:
        words = ["refused", "sealed", "--authority", one[0], "--child", one[1]]
        done = subprocess.run(
            service_command("intake", words), env=stores.door, capture_output=True, text=True, timeout=3600, check=False
        )
        if done.returncode:
            return Line("intake.quarantine, unsealed", "not searched", 0, "run this in the door's environment", True)
        found += int(done.stdout.strip())
    return Line("intake.quarantine, unsealed", "every entry", found, "")


def _report(out: Console, wanted: Sequence[Wanted], lines: Sequence[Line]) -> bool:
    table = Shown("store", "searched", "found", "", box=None)
    for line in lines:
        table.add_row(line.store, line.searched, str(line.found) if line.clean else f"[red]{line.found}[/]", line.says)
    out.print(table)
    children = sum(not one.statement for one in wanted)
    sought = f"{children:,} erased children and {len(wanted) - children:,} erased statements"
    clean = all(line.clean for line in lines)
    waiting = any("in the files still" in line.says for line in lines)
    if not clean:
        out.print(f"NOT CLEAN: of {sought} something is left where it ought not to be. Repeat `holdfast erase` for it.")
    elif waiting:
        out.print(f"Nothing says anything of {sought}; the broker's files will be clean by the times above.")
    else:
        out.print(f"Clean: of {sought} no store holds anything.")
    return clean


def _instant(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
