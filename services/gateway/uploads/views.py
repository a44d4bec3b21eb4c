"""What the pages of an upload show, worded. Reads no clock and asks nobody."""

from msgspec import Struct

from services.gateway.settings import GatewaySettings
from services.gateway.uploads.held import AT_WORK, State, Upload
from services.gateway.uploads.messages import Numbers

_DOING: dict[State, tuple[str, str]] = {
    "reading": ("Reading your files", "read"),
    "comparing": ("Comparing with what was said before", "compared"),
    "sending": ("Importing", "sent"),
}
# Sooner than this a rate says nothing yet.
_FIRST_SECONDS = 2.0


class Count(Struct, frozen=True):
    """One number of a comparison or an import: what is counted, and what that means."""

    name: str
    number: int
    meaning: str


class ProgressWords(Struct, frozen=True):
    """How far an upload is, as a page shows it and a script asks for it. `percent`: None where that isn't known."""

    state: State
    title: str
    words: str
    percent: int | None


def limits_words(settings: GatewaySettings) -> str:
    """How much may be uploaded, and how long it is kept."""
    return (
        f"Up to {settings.upload_mebibytes:,} MiB and {settings.upload_files:,} files at a time; "
        f"{_number(settings.uploads, 'return')} can be worked on at once. "
        f"What was read waits for your word for {_number(settings.upload_minutes, 'minute')}, and is then forgotten."
    )


def progress_words(upload: Upload, now: float) -> ProgressWords:
    """How far it is, how fast, and when it will be done."""
    if upload.state not in AT_WORK:
        return ProgressWords(upload.state, "", "", 100)
    title, done_word = _DOING[upload.state]
    done, total = upload.progress.done, upload.progress.total
    if not total:
        begun = (
            f"{_number(upload.files, 'file')} received"
            if upload.state == "reading"
            else "The first facts are on their way"
        )
        return ProgressWords(upload.state, title, begun, None)
    percent = 100 * done // total
    if upload.state == "reading":
        rows = f", {_number(upload.progress.rows, 'row')}" if upload.progress.rows else ""
        return ProgressWords(upload.state, title, f"{upload.progress.doing}: {percent}%{rows}", percent)
    return ProgressWords(
        upload.state, title, f"{done:,} of {_number(total, 'fact')} {done_word}{_end_in_sight(upload, now)}", percent
    )


def _end_in_sight(upload: Upload, now: float) -> str:
    spent, done = now - upload.since, upload.progress.done
    if spent < _FIRST_SECONDS or not done or done == upload.progress.total:
        return ""
    seconds = spent / done * (upload.progress.total - done)
    left = f"{round(seconds)} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
    return f", {done / spent:,.0f} a second, about {left} to go"


def would_change(numbers: Numbers) -> list[Count]:
    """What an import would do, as the door reckons it."""
    return [
        Count("New", numbers.new, "facts that were never stated before"),
        Count("Restated", numbers.restated, "facts that say something else now"),
        Count("Gone", numbers.withdrawn, "facts stated before that the files no longer have"),
        Count("Unchanged", numbers.unchanged, "facts that are not sent again"),
    ]


def has_changed(numbers: Numbers, *, withdrew: bool) -> list[Count]:
    """What an import did."""
    gone = Count("Withdrawn", numbers.withdrawn, "facts that the files no longer have")
    left = Count("Left standing", numbers.withdrawn, "facts that the files no longer have")
    return [
        Count("New", numbers.new, "facts stated for the first time"),
        Count("Restated", numbers.restated, "facts that say something else now"),
        gone if withdrew else left,
        Count("Unchanged", numbers.unchanged, "facts that were not sent again"),
    ]


def minutes_left(upload: Upload, now: float) -> str:
    """For how long an upload is still kept."""
    return _number(max(1, round((upload.until - now) / 60)), "minute")


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
