"""The course of an upload without a gateway around it: how it ends, and that nothing of it outlives that.

The files are read by the real process; who asks and what the door answers are fakes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from holdfast.returns.sending import Answer
from holdfast.runtime.clock import Clock
from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.settings import GatewaySettings
from services.gateway.uploads import course
from services.gateway.uploads.course import Uploads
from services.gateway.uploads.folder import Folders
from services.gateway.uploads.held import State, Upload

HERE = "E08000016"
HEAD = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
ROWS = "".join(f"{child},09/04/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,\n" for child in range(3))


def analyst(number: int = 1) -> Principal:
    return Principal(f"user:{number}", "person", "analyst", HERE, secret=bytes([number]))


class FakeAccess:
    """Everybody stays signed in, until they don't."""

    def __init__(self) -> None:
        self.signed_in = True

    async def still(self, _: Principal) -> bool:
        return self.signed_in


class FakeIntake:
    """A door to which every fact is new; it may be closed, or take its time."""

    def __init__(self) -> None:
        self.closed = False
        self.free = asyncio.Event()
        self.free.set()
        self.bodies: list[bytes] = []

    async def import_facts(self, _: Principal, __: str, lines: bytes, ___: Any) -> bytes:
        await self.free.wait()
        if self.closed:
            raise Problem(503, "door-unavailable", "Away")
        self.bodies.append(lines)
        facts = lines.count(b'"fact"')
        counted = dict.fromkeys(Answer.__struct_fields__[:9], 0) | {"published": facts, "new": facts}
        return msgspec.json.encode(counted | {"recordedtime": "2026-01-02T03:04:05Z"})


class Bench:
    """Uploads with what they stand on, and ways to begin one and to wait for it."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        given: dict[str, Any] = {"uploads": 2, "upload_minutes": 5, "upload_memory_mebibytes": 1024}
        self.folder, self.access, self.intake = folder, FakeAccess(), FakeIntake()
        self.folders = Folders(folder)
        self.folders.open()
        made: Any = GatewaySettings.model_construct(**given | settings)
        access: Any = self.access
        intake: Any = self.intake
        self.uploads = Uploads(made, intake, access, self.folders, Clock())

    async def begin(self, owner: Principal | None = None, text: str = HEAD + ROWS) -> Upload:
        async def receive(folder: Path) -> int:
            (folder / "e.csv").write_text(text)
            return 1

        return await self.uploads.take(owner or analyst(), HERE, receive)

    async def until(self, upload: Upload, *states: State) -> None:
        await eventually(lambda: upload.state in states)

    def kept(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def is_held(self, upload: Upload) -> bool:
        try:
            self.uploads.of(upload.owner, HERE, upload.id)
        except Problem:
            return False
        return True


async def eventually(check: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not check():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.01)


@asynccontextmanager
async def a_bench(folder: Path, **settings: Any) -> AsyncIterator[Bench]:
    bench = Bench(folder, **settings)
    try:
        yield bench
    finally:
        await bench.uploads.close()
        bench.folders.close()


async def test_from_the_files_to_the_outcome_the_files_go_first(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        upload = await bench.begin()
        await bench.until(upload, "ready")
        assert bench.kept() == []
        assert upload.read is not None
        assert (upload.read.facts, upload.read.children) == (3, 3)
        bench.uploads.go_on(upload, withdraw=True)
        await bench.until(upload, "done")
        assert upload.sent is not None
        assert upload.sent.numbers.published == 3
        assert len(bench.intake.bodies) == 2
        assert bench.is_held(upload)
        assert len(bench.uploads) == 0


async def test_what_nobody_confirms_is_forgotten_in_time(tmp_path: Path) -> None:
    async with a_bench(tmp_path, upload_minutes=3 / 60) as bench:
        upload = await bench.begin()
        await eventually(lambda: not bench.is_held(upload))
        assert upload.state in ("reading", "comparing", "ready")
        assert bench.kept() == []


async def test_whoever_is_signed_out_sends_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "ASK_AGAIN_SECONDS", 0.05)
    async with a_bench(tmp_path) as bench:
        waiting = await bench.begin()
        await bench.until(waiting, "ready")
        sent = len(bench.intake.bodies)
        bench.access.signed_in = False
        await eventually(lambda: not bench.is_held(waiting))
        assert len(bench.intake.bodies) == sent


async def test_a_door_that_is_closed_is_asked_again_from_the_first_fact(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        bench.intake.closed = True
        upload = await bench.begin()
        await bench.until(upload, "stopped")
        assert upload.trouble is not None
        assert upload.compared is None
        bench.intake.closed = False
        bench.uploads.go_on(upload, withdraw=False)
        await bench.until(upload, "ready")
        assert upload.trouble is None
        assert not upload.withdraw


async def test_a_reading_that_needs_too_much_fails_alone_and_says_so(tmp_path: Path) -> None:
    rows = "".join(f"{child},09/04/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,\n" for child in range(200_000))
    async with a_bench(tmp_path, upload_memory_mebibytes=64) as bench:
        upload = await bench.begin(text=HEAD + rows)
        await bench.until(upload, "failed")
        assert upload.trouble is not None
        assert "one year at a time" in upload.trouble.detail
        assert bench.kept() == []


async def test_files_without_a_row_end_there(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        upload = await bench.begin(text=HEAD)
        await bench.until(upload, "unreadable")
        assert bench.intake.bodies == []
        assert upload.csv


async def test_a_place_is_free_again_when_an_upload_has_ended_and_one_that_is_received_counts(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        coming, come = asyncio.Event(), asyncio.Event()

        async def slowly(folder: Path) -> int:
            coming.set()
            await come.wait()
            raise Problem(400, "unreadable", "Broken off")

        slow = asyncio.create_task(bench.uploads.take(analyst(1), HERE, slowly))
        await coming.wait()
        first = await bench.begin(analyst(2))
        with pytest.raises(Problem, match="Others are importing"):
            await bench.begin(analyst(3))
        come.set()
        with pytest.raises(Problem, match="Broken off"):
            await slow
        await bench.until(first, "ready")
        await bench.begin(analyst(3))
        with pytest.raises(Problem, match="Others are importing"):
            await bench.begin(analyst(4))
        bench.uploads.go_on(first, withdraw=True)
        await bench.until(first, "done")
        await bench.begin(analyst(4))


async def test_of_those_that_have_ended_the_latest_can_still_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "MOST_ENDED", 2)
    async with a_bench(tmp_path) as bench:
        ended = []
        for number in range(1, 4):
            upload = await bench.begin(analyst(number), HEAD)
            await bench.until(upload, "unreadable")
            ended.append(upload)
        await eventually(lambda: not bench.is_held(ended[0]))
        assert [bench.is_held(upload) for upload in ended] == [False, True, True]


async def test_an_upload_that_never_comes_to_its_end_gives_its_place_up(tmp_path: Path) -> None:
    async with a_bench(tmp_path, upload_minutes=0.05 / 60, uploads=1) as bench:

        async def never(folder: Path) -> int:
            (folder / "e.csv").write_text(HEAD)
            await asyncio.Event().wait()
            return 1

        with pytest.raises(Problem, match="too long"):
            await bench.uploads.take(analyst(), HERE, never)
        assert bench.kept() == []
        with pytest.raises(Problem, match="too long"):
            await bench.uploads.take(analyst(2), HERE, never)


async def test_closing_ends_whatever_an_upload_is_at(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        bench.intake.free.clear()
        upload = await bench.begin()
        await bench.until(upload, "comparing")
        await bench.uploads.close()
        assert not bench.is_held(upload)
        bench.folders.close()
        assert bench.kept() == []
