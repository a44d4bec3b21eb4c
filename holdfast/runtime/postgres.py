"""How our processes talk to PostgreSQL: a pool, numbered migrations, and one schema and role for each service."""

import hashlib
import re
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

_NUMBERED = re.compile(r"^\d{4}_\w+\.sql$")
# Any number will do, as long as every runner uses the same.
_MIGRATING = 0x686F6C64

# What says that the database is away, or has ended our connection: worth trying again, never a reason to skip.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.PostgresSystemError,
    asyncpg.InterfaceError,
    # What the client says of a connection that was cut between two of its steps.
    asyncpg.InternalClientError,
)


async def pool(url: str, **overrides: Any) -> "asyncpg.Pool[asyncpg.Record]":
    """A bounded pool. Statements end after 30 s, so that nobody waits for ever."""
    settings: dict[str, Any] = {"min_size": 1, "max_size": 8, "command_timeout": 30, "timeout": 10}
    made = await asyncpg.create_pool(url, **settings | overrides)
    assert made is not None
    return made


async def migrate(url: str, package: str) -> list[str]:
    """Run the package's `migrations/NNNN_name.sql` not run yet, in order, each in a transaction; returns their names.

    The schema is the role's own (its search path). Raises ValueError where one that has run was changed since.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        # One at a time, however many processes start together.
        await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATING)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations "
            "(name text PRIMARY KEY, checksum text NOT NULL, run_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row["name"]: row["checksum"] for row in await connection.fetch("SELECT name, checksum FROM migrations")}
        return [name for name, sql in _scripts(package) if await _run(connection, name, sql, done.get(name))]
    finally:
        await connection.close()


def _scripts(package: str) -> list[tuple[str, str]]:
    folder = files(package).joinpath("migrations")
    return sorted((item.name, item.read_text("utf-8")) for item in folder.iterdir() if _NUMBERED.match(item.name))


async def _run(connection: "asyncpg.Connection[asyncpg.Record]", name: str, sql: str, held: str | None) -> bool:
    checksum = hashlib.sha256(sql.encode()).hexdigest()
    if held is not None:
        if held != checksum:
            raise ValueError(f"the migration {name} was changed after it had run: add a new one instead")
        return False
    async with connection.transaction():
        await connection.execute(sql)
        await connection.execute("INSERT INTO migrations (name, checksum) VALUES ($1, $2)", name, checksum)
    return True


async def prepare(admin_url: str, database: str, passwords: dict[str, str]) -> None:
    """Make the database, and for each service a role and a schema that no other role can read. Repeatable."""
    connection = await asyncpg.connect(admin_url, timeout=10)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await connection.execute(f'CREATE DATABASE "{database}"')
    finally:
        await connection.close()
    connection = await asyncpg.connect(with_database(admin_url, database), timeout=10)
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        for service, password in passwords.items():
            await _prepare_service(connection, database, service, password)
    finally:
        await connection.close()


async def _prepare_service(
    connection: "asyncpg.Connection[asyncpg.Record]", database: str, service: str, password: str
) -> None:
    quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", service)
    await connection.execute(f'{"ALTER" if known else "CREATE"} ROLE "{service}" LOGIN NOBYPASSRLS PASSWORD {quoted}')
    await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO "{service}"')
    await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{service}" AUTHORIZATION "{service}"')
    await connection.execute(f'ALTER ROLE "{service}" IN DATABASE "{database}" SET search_path = "{service}"')


def with_database(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def service_url(admin_url: str, database: str, service: str, password: str) -> str:
    """The address by which a service reaches its own schema."""
    parts = urlsplit(admin_url)
    return urlunsplit(parts._replace(netloc=f"{service}:{password}@{parts.hostname}:{parts.port}", path=f"/{database}"))
