"""What services rely on of PostgreSQL: a schema and role each that no other can read, and migrations that run once."""

import asyncio
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import asyncpg
import pytest

from holdfast.runtime import postgres

PASSWORDS = {"intake_t": "one", "placements_t": "two"}


@pytest.fixture
async def urls(postgres_url: str) -> dict[str, str]:
    database = urlsplit(postgres_url).path.strip("/")
    await postgres.prepare(postgres_url, database, PASSWORDS)
    return {
        service: postgres.service_url(postgres_url, database, service, password)
        for service, password in PASSWORDS.items()
    }


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "migrating" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "0001_first.sql").write_text("CREATE TABLE kept (n int);")
    (folder / "0002_second.sql").write_text("INSERT INTO kept VALUES (1); INSERT INTO kept VALUES (2);")
    (folder / "notes.txt").write_text("not a migration")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "migrating", ModuleType("gone"))
    del sys.modules["migrating"]
    return folder


async def test_no_role_can_read_anothers_schema(urls: dict[str, str]) -> None:
    owner = await asyncpg.connect(urls["intake_t"])
    other = await asyncpg.connect(urls["placements_t"])
    try:
        await owner.execute("CREATE TABLE secret (n int)")
        assert await owner.fetchval("SELECT count(*) FROM intake_t.secret") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await other.fetchval("SELECT count(*) FROM intake_t.secret")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await other.execute("CREATE TABLE public.left_behind (n int)")
    finally:
        await owner.close()
        await other.close()


async def test_preparing_twice_changes_nothing_and_a_new_password_holds(
    postgres_url: str, urls: dict[str, str]
) -> None:
    database = urlsplit(postgres_url).path.strip("/")
    await postgres.prepare(postgres_url, database, PASSWORDS | {"intake_t": "it's changed"})
    connection = await asyncpg.connect(urls["placements_t"])
    await connection.close()


async def test_migrations_run_once_even_where_many_start_together(urls: dict[str, str], package: Path) -> None:
    ran = await asyncio.gather(*(postgres.migrate(urls["intake_t"], "migrating") for _ in range(4)))
    assert sorted(name for names in ran for name in names) == ["0001_first.sql", "0002_second.sql"]
    connection = await asyncpg.connect(urls["intake_t"])
    try:
        assert await connection.fetchval("SELECT sum(n) FROM kept") == 3
    finally:
        await connection.close()


async def test_a_migration_changed_after_it_had_run_is_refused(urls: dict[str, str], package: Path) -> None:
    await postgres.migrate(urls["intake_t"], "migrating")
    (package / "0001_first.sql").write_text("CREATE TABLE kept (n bigint);")
    with pytest.raises(ValueError, match="0001_first"):
        await postgres.migrate(urls["intake_t"], "migrating")


async def test_a_migration_that_fails_leaves_nothing_behind(urls: dict[str, str], package: Path) -> None:
    (package / "0003_third.sql").write_text("CREATE TABLE half (n int); SELECT nonsense;")
    with pytest.raises(asyncpg.PostgresError):
        await postgres.migrate(urls["intake_t"], "migrating")
    connection = await asyncpg.connect(urls["intake_t"])
    try:
        assert await connection.fetchval("SELECT to_regclass('half')") is None
        assert await connection.fetchval("SELECT count(*) FROM migrations") == 2
    finally:
        await connection.close()
