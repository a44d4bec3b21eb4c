"""Migrations of every service: from nothing, and from every earlier schema with rows in it, to the same schema."""

import asyncio
import importlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from holdfast.runtime import postgres
from tests.integration.conftest import a_database
from tests.integration.schema_dumped import Schema, schema_of

SERVICES = ("intake", "placements", "gateway")
PASSWORD = "only-for-tests"
# A row or more for every table of each service's first migration.
ROWS = {
    "intake": [
        "INSERT INTO authority_keys (authority, keyid, master_id, wrapped) VALUES ('E08000018', 'k1', 'm1', 'x')",
        "INSERT INTO tokens (hash, authority, system, types, expires_at) "
        "VALUES ('h', 'E08000018', 'liquidlogic', '{care.admission.v1}', now())",
        "INSERT INTO children (authority, pseudonym, reference) VALUES ('E08000018', 'abc', 'sealed')",
        "INSERT INTO statements (child, hash) VALUES (1, 2)",
        "INSERT INTO quarantine (authority, digest, system, errors, body, received_at, last_received_at) "
        "VALUES ('E08000018', 'd', 'liquidlogic', '[]', 'sealed', now(), now())",
    ],
    "placements": [
        "INSERT INTO offsets VALUES ('care.events', 0, 7)",
        "INSERT INTO statements (authority, child, statement, system, by_steward, fact, type, happened_on, "
        """recorded_at, received_at, partition, "offset", event) """
        "VALUES ('E08000018', 'abc', '0123456789abcdef', 'liquidlogic', "
        "false, 'f', 'care.admission.v1', '2017-06-14', now(), now(), 0, 6, '{}')",
        "INSERT INTO authorities (authority, changed_to, statements) VALUES ('E08000018', 7, 1)",
        "INSERT INTO looks (authority, issuer, person, role, purpose, child, what) "
        "VALUES ('E08000018', 'gateway', 'p', 'analyst', 'why', 'abc', 'journey')",
    ],
    "gateway": [
        "INSERT INTO users (id, name, password_hash, role) "
        "VALUES ('00000000-0000-0000-0000-000000000001', 'somebody', 'hashed', 'operator')",
        "INSERT INTO sessions (token_hash, user_id, csrf, expires_at) "
        "VALUES ('h', '00000000-0000-0000-0000-000000000001', 'c', now())",
        "INSERT INTO reader_tokens (id, secret_hash, role, authority) VALUES ('t', 'h', 'analyst', 'E08000018')",
        "INSERT INTO webhooks (id, authority, url, sealed_secret, registered_by, generation, from_offset) "
        "VALUES ('00000000-0000-0000-0000-000000000002', 'E08000018', 'https://example.org', 's', 'p', 'g', 0)",
        "INSERT INTO deliveries (webhook_id, alert_key, since, alert_state, body) "
        "VALUES ('00000000-0000-0000-0000-000000000002', 'k', 's', 'raised', '{}')",
        "INSERT INTO alerts_read VALUES ('g', 1)",
    ],
}


def migrations(service: str) -> list[str]:
    return sorted(path.name for path in files(f"services.{service}").joinpath("migrations").iterdir())


EARLIER = [(service, done) for service in SERVICES for done in range(1, len(migrations(service)))]


class Database:
    """A service's schema in a database of its own."""

    def __init__(self, superuser_url: str, service: str) -> None:
        self.superuser_url, self.service = superuser_url, service
        self.role = f"migrating_{service}"
        name = urlsplit(superuser_url).path.strip("/")
        asyncio.run(postgres.prepare(superuser_url, name, {self.role: PASSWORD}))
        self._url = postgres.service_url(superuser_url, name, self.role, PASSWORD)

    def migrate(self, package: str | None = None) -> list[str]:
        return asyncio.run(postgres.migrate(self._url, package or f"services.{self.service}"))

    def schema(self) -> Schema:
        return asyncio.run(schema_of(self.superuser_url, self.role))

    def fill(self) -> None:
        for statement in ROWS[self.service]:
            self.run(statement)

    def rows(self) -> dict[str, int]:
        """How many rows each table has, but that of the migrations themselves."""
        tables = [name for name, kind, *_ in self.schema()["relations"] if kind == "r" and name != "migrations"]
        return {name: self.run(f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(tables)}

    def run(self, statement: str) -> list[Any]:
        async def asked() -> list[Any]:
            connection = await asyncpg.connect(self.superuser_url)
            try:
                await connection.execute(f'SET search_path = "{self.role}"')
                return list(await connection.fetch(statement))
            finally:
                await connection.close()

        return asyncio.run(asked())


@pytest.fixture
def first(postgres_server: str, service: str) -> Iterator[Database]:
    with a_database(postgres_server) as url:
        yield Database(url, service)


@pytest.fixture
def second(postgres_server: str, service: str) -> Iterator[Database]:
    with a_database(postgres_server) as url:
        yield Database(url, service)


def earlier_package(service: str, done: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package that has the service's first migrations alone."""
    name = f"{service}_after_{done}"
    made = folder / name / "migrations"
    made.mkdir(parents=True)
    (made.parent / "__init__.py").write_text("")
    for script in migrations(service)[:done]:
        with files(f"services.{service}").joinpath("migrations", script).open("rb") as held:
            (made / script).write_bytes(held.read())
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    return name


@pytest.mark.parametrize("service", SERVICES)
def test_from_nothing_every_migration_runs_once(service: str, first: Database) -> None:
    assert first.migrate() == migrations(service)
    schema = first.schema()
    assert first.migrate() == []
    assert first.schema() == schema
    assert set(first.rows().values()) == {0}


@pytest.mark.parametrize(("service", "done"), EARLIER)
def test_every_earlier_schema_with_rows_in_it_ends_in_the_schema_made_from_nothing(
    service: str, done: int, first: Database, second: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.migrate()
    earlier = earlier_package(service, done, tmp_path, monkeypatch)
    assert second.migrate(earlier) == migrations(service)[:done]
    second.fill()
    held = {table: count for table, count in second.rows().items() if count}
    assert held

    assert second.migrate() == migrations(service)[done:]
    assert second.schema() == first.schema()
    now = second.rows()
    assert {table: now.get(table) for table in held} == held


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_of_the_first_schema_gets_rows(
    service: str, first: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.migrate(earlier_package(service, 1, tmp_path, monkeypatch))
    first.fill()
    assert all(first.rows().values()), first.rows()


@pytest.mark.parametrize("service", ["placements"])
@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("columns", "ALTER TABLE looks ADD COLUMN more text"),
        ("columns", "ALTER TABLE looks ALTER COLUMN what SET DEFAULT 'x'"),
        ("columns", "ALTER TABLE looks ALTER COLUMN what DROP NOT NULL"),
        ("columns", "ALTER TABLE offsets ALTER COLUMN read_to TYPE numeric"),
        ("indexes", "CREATE INDEX more ON looks (what)"),
        ("constraints", "ALTER TABLE looks ADD CHECK (what <> '')"),
        ("policies", "DROP POLICY reading ON looks"),
        ("comments", "COMMENT ON TABLE looks IS 'another'"),
        ("relations", "ALTER TABLE looks NO FORCE ROW LEVEL SECURITY"),
        ("relations", "GRANT SELECT ON looks TO PUBLIC"),
    ],
)
def test_a_schema_that_differs_anywhere_is_another_schema(
    service: str, what: str, change: str, first: Database
) -> None:
    first.migrate()
    before = first.schema()
    first.run(change)
    assert first.schema()[what] != before[what]
