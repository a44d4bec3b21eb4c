"""The course of an upload: read, compared, confirmed, sent; and the bounds on how many there are and for how long.

All of it is in the memory of this process and of the one that reads: when either ends, the upload is gone, and is made
again without harm, since the door publishes nothing that was said before.
"""

import asyncio
import secrets
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from holdfast.runtime.clock import Clock
from holdfast.runtime.http import Problem
from holdfast.runtime.logs import logger
from services.gateway.domain import Principal
from services.gateway.neighbours.intake import Asked, Intake
from services.gateway.people.access import Access
from services.gateway.settings import GatewaySettings
from services.gateway.telemetry import UPLOADS, UPLOADS_HELD
from services.gateway.uploads.folder import Folders
from services.gateway.uploads.held import ENDED, State, Upload
from services.gateway.uploads.messages import Progress, Request, Told
from services.gateway.uploads.process import Reader, ReaderEnded, reading

log = logger(__name__)

# Ended uploads whose outcome can still be looked at.
MOST_ENDED = 20
# How often an upload that waits for a word asks whether its person is still signed in.
ASK_AGAIN_SECONDS = 30.0

Receive = Callable[[Path], Awaitable[int]]


class SignedOut(Exception):
    """Whoever uploaded may not go on."""


class Uploads:
    """Every upload of this process."""

    def __init__(self, settings: GatewaySettings, intake: Intake, access: Access, folders: Folders, clock: Clock):
        self._settings, self._intake, self._access = settings, intake, access
        self._folders, self._clock = folders, clock
        self._held: dict[str, tuple[Upload, asyncio.Task[None]]] = {}
        self._coming = 0

    async def take(self, owner: Principal, authority: str, receive: Receive) -> Upload:
        """Receive files into a folder of their own and begin; a session's former upload gives way. Raises Problem."""
        self._refuse_full(self._former(owner))
        self._coming += 1
        folder, begun = self._folders.new(), False
        try:
            files = await self._received(receive, folder)
            await self.drop(*self._former(owner))
            upload = self._begin(owner, authority, files, folder)
            begun = True
        finally:
            self._coming -= 1
            if not begun:
                shutil.rmtree(folder, ignore_errors=True)
        return upload

    async def _received(self, receive: Receive, folder: Path) -> int:
        try:
            async with asyncio.timeout(self._kept_seconds):
                return await receive(folder)
        except TimeoutError as error:
            raise Problem(
                408, "too-slow", "The upload took too long", "Nothing was kept. Zip the files first."
            ) from error

    def of(self, owner: Principal, authority: str, upload: str) -> Upload:
        """An upload of this very session. Raises Problem 404 for any other, and for one that is no more."""
        held, _ = self._held.get(upload, (None, None))
        if held is None or held.owner.secret != owner.secret or held.authority != authority:
            raise Problem(
                404,
                "unknown-upload",
                "This upload is not here any more",
                "Uploads are kept for a short while only, and by one server. Nothing is lost: upload the files again, "
                "and what has been imported already is not sent a second time.",
            )
        return held

    def go_on(self, upload: Upload, *, withdraw: bool) -> None:
        """A person's word: send, or try again where it stopped. Nothing where it waits for none."""
        if upload.state == "ready":
            upload.withdraw = withdraw
        if upload.state in ("ready", "stopped"):
            upload.said.set()

    async def drop(self, *uploads: Upload) -> None:
        """Forget uploads, whatever they are at; what was sent stays sent."""
        tasks = [self._held[upload.id][1] for upload in uploads if upload.id in self._held]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def drop_of(self, owner: Principal) -> None:
        """Forget whatever a session holds."""
        await self.drop(*self._of_session(owner))

    def __len__(self) -> int:
        """How many are at work, or wait for a word."""
        return sum(upload.state not in ENDED for upload, _ in self._held.values())

    async def close(self) -> None:
        """Forget everything."""
        await self.drop(*(upload for upload, _ in self._held.values()))

    def _of_session(self, owner: Principal) -> list[Upload]:
        return [upload for upload, _ in self._held.values() if upload.owner.secret == owner.secret]

    def _former(self, owner: Principal) -> list[Upload]:
        """What a session's next upload takes the place of. Raises Problem 409 while that is being sent."""
        held = self._of_session(owner)
        if any(upload.state == "sending" for upload in held):
            raise Problem(409, "import-under-way", "Your last upload is being sent", "Wait until it is done.")
        return held

    def _refuse_full(self, giving_way: list[Upload]) -> None:
        others = len(self) - sum(upload.state not in ENDED for upload in giving_way)
        if self._coming + others >= self._settings.uploads:
            UPLOADS.labels("refused").inc()
            raise Problem(
                503,
                "too-many-uploads",
                "Others are importing returns just now",
                "Try again in a few minutes. Nothing was kept of what you sent.",
                headers={"Retry-After": "60"},
            )

    def _begin(self, owner: Principal, authority: str, files: int, folder: Path) -> Upload:
        now = self._now()
        upload = Upload(secrets.token_urlsafe(16), authority, owner, files, now + self._kept_seconds, now)
        task = asyncio.create_task(self._live(upload, folder))
        self._held[upload.id] = (upload, task)
        task.add_done_callback(lambda _: self._forget(upload, folder))
        UPLOADS_HELD.set(len(self._held))
        log.info("a return was uploaded", user=owner.id, authority=authority, files=files)
        return upload

    def _forget(self, upload: Upload, folder: Path) -> None:
        _, task = self._held.pop(upload.id)
        UPLOADS_HELD.set(len(self._held))
        shutil.rmtree(folder, ignore_errors=True)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Not its text, which may quote what it was given.
            log.error("an upload ended by a fault of ours", kind=type(error).__name__)

    async def _live(self, upload: Upload, folder: Path) -> None:
        """From the first file to the last look at the outcome."""
        outcome = "dropped"
        try:
            outcome = await self._read_and_send(upload, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            UPLOADS.labels(outcome).inc()
            log.info("an upload ended", user=upload.owner.id, authority=upload.authority, outcome=outcome)
        if upload.state in ENDED:
            upload.until = self._now() + self._kept_seconds
            self._make_room_for_ended()
            await asyncio.sleep(self._kept_seconds)

    async def _read_and_send(self, upload: Upload, folder: Path) -> str:
        """How it ended, in a word."""
        memory = self._settings.upload_memory_mebibytes
        try:
            async with (
                asyncio.timeout_at(upload.until) as limit,
                reading(folder, self._clock.today(), memory) as reader,
            ):
                return await self._course(upload, folder, reader, limit)
        except TimeoutError:
            return "expired"
        except SignedOut:
            return "signed out"
        except ReaderEnded as ended:
            upload.trouble = _too_large() if ended.too_large else _fault()
            upload.state = "failed"
            return "failed"

    async def _course(self, upload: Upload, folder: Path, reader: Reader, limit: asyncio.Timeout) -> str:
        def tell(progress: Progress) -> None:
            upload.progress = progress

        upload.read = await reader.read(tell)
        shutil.rmtree(folder)
        if not upload.read.facts:
            upload.turn("unreadable", self._now())
            return "unreadable"
        upload.compared = await self._pass(upload, reader, "comparing", limit)
        numbers = upload.compared.numbers
        if not (numbers.published or numbers.remembered):
            upload.turn("unchanged", self._now())
            return "unchanged"
        upload.turn("ready", self._now())
        self._keep(upload, limit)
        await self._word(upload)
        upload.sent = await self._pass(upload, reader, "sending", limit)
        upload.turn("done", self._now())
        return "imported"

    async def _pass(self, upload: Upload, reader: Reader, state: State, limit: asyncio.Timeout) -> Told:
        """Take every fact past the door; where that fails, wait until somebody says to try again."""
        while True:
            upload.turn(state, self._now())
            if state == "sending":
                # It has been confirmed: each request is bounded, and there are so many of them.
                limit.reschedule(None)
            try:
                return await self._ask_each(upload, reader, dry_run=state == "comparing")
            except Problem as problem:
                upload.turn("stopped", self._now())
                upload.trouble = problem
                self._keep(upload, limit)
            await self._word(upload)

    async def _ask_each(self, upload: Upload, reader: Reader, *, dry_run: bool) -> Told:
        # What would go is always told; as of when it is recorded, the comparison has said.
        recordedtime = None if upload.compared is None else upload.compared.recordedtime
        asked = Asked(dry_run, dry_run or upload.withdraw, recordedtime)
        said = await reader.go_through()
        while isinstance(said, Request):
            await self._refuse_signed_out(upload)
            answer = await self._intake.import_facts(upload.owner, upload.authority, said.body, asked)
            upload.progress = Progress(said.done, said.total)
            said = await reader.answer(answer)
        return said

    def _keep(self, upload: Upload, limit: asyncio.Timeout) -> None:
        """From now on it waits for a person, for so long."""
        upload.until = self._now() + self._kept_seconds
        limit.reschedule(upload.until)

    async def _word(self, upload: Upload) -> None:
        """Wait until its person says to go on."""
        upload.said.clear()
        while not upload.said.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(ASK_AGAIN_SECONDS):
                    await upload.said.wait()
            await self._refuse_signed_out(upload)

    async def _refuse_signed_out(self, upload: Upload) -> None:
        if not await self._access.still(upload.owner):
            raise SignedOut

    def _make_room_for_ended(self) -> None:
        ended = [(upload.until, task) for upload, task in self._held.values() if upload.state in ENDED]
        for _, task in sorted(ended, key=lambda one: one[0])[:-MOST_ENDED]:
            task.cancel()

    @property
    def _kept_seconds(self) -> float:
        return self._settings.upload_minutes * 60.0

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _too_large() -> Problem:
    return Problem(
        413,
        "too-large",
        "These files are more than can be read here at once",
        "Upload one year at a time, as CSV rather than XML; or ask whoever runs the platform to import them.",
    )


def _fault() -> Problem:
    return Problem(
        500,
        "fault",
        "The reading stopped by a fault of ours",
        "Nothing of it was kept. Please tell whoever runs the platform, who finds in the log where it stopped.",
    )
