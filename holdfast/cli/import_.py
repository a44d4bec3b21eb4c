"""`holdfast import`: reads SSDA903 returns and asks the door to make what its source last said the same.

What is asked for and in what order; what a reading shows is in `import_shown`, the sending in `import_sent`.
"""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from holdfast.cli.import_sent import send_reading, show_outcome, show_withdrawal
from holdfast.cli.import_shown import show_check, show_reading, write_faults
from holdfast.cli.returns_asked import Paths, Postcodes, YearEnding, give_up, how_to_read, read_as_asked
from holdfast.cli.sender_token import find_token
from holdfast.returns import Reading
from holdfast.returns.sending import SYSTEM, Outcome

# The exit code where a person ought to say yes first.
MUCH_WITHDRAWN = 3


def import_returns(
    paths: Paths,
    authority: Annotated[str, typer.Option(help="The authority's nine-character code, such as E08000016.")],
    url: Annotated[str, typer.Option(envvar="HOLDFAST_INTAKE_URL", help="The door.")] = "http://127.0.0.1:8101",
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_TOKEN", help="The sender's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(envvar="HOLDFAST_TOKEN_FILE", help="A file with it.")] = None,
    recorded_at: Annotated[str | None, typer.Option(help="When it was recorded, such as 2018-06-30T12:00:00Z.")] = None,
    withdraw_anyway: Annotated[
        bool, typer.Option("--withdraw-anyway", help="Don't ask where more than one row in twenty would be withdrawn.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Do everything but send: needs neither the door nor a token.")
    ] = False,
    faults: Annotated[
        Path | None, typer.Option("--faults-csv", dir_okay=False, help="Also write every fault into this CSV file.")
    ] = None,
    year_ending: YearEnding = None,
    postcodes: Postcodes = None,
) -> None:
    """Import SSDA903 returns: what differs from what they said before. Importing the same files twice sends nothing.

    Ends with 0; 1: some rows or files were left out; 2: it could not be done, or there is nothing to send; 3: so much
    would be withdrawn that it asks first.
    """
    out = Console(highlight=False, soft_wrap=True)
    how = how_to_read(year_ending, postcodes, authority)
    recorded = _instant(recorded_at)
    bearer = "" if check else find_token(authority, SYSTEM, token, token_file)
    reading = read_as_asked(paths, how, out)
    show_reading(out, reading)
    if faults is not None:
        write_faults(out, reading, faults)
    if not reading.facts:
        give_up("No Episodes file with a row that can be read was found: nothing was sent.")
    if check:
        show_check(out, reading)
    rejected = False if check else _send(out, reading, url, bearer, recorded, withdraw_anyway)
    raise typer.Exit(1 if rejected or any(fault.left_out for fault in reading.faults) else 0)


def _send(out: Console, reading: Reading, url: str, bearer: str, recorded: str | None, withdraw_anyway: bool) -> bool:
    """Send what was read; True where the door rejected some of it, but for what was erased.

    Ends the command where it could not be done.
    """

    def confirm(compared: Outcome) -> bool:
        if not withdraw_anyway:
            show_withdrawal(out, compared)
        return withdraw_anyway or (sys.stdin.isatty() and typer.confirm("Withdraw them and go on?"))

    sent = send_reading(out, reading, url=url, bearer=bearer, recorded_at=recorded, confirm=confirm)
    if sent.unconfirmed:
        give_up("Nothing was sent. Where the files are right, import them with --withdraw-anyway.", MUCH_WITHDRAWN)
    if sent.outcome is not None:
        show_outcome(out, sent.outcome)
    if sent.stopped is not None:
        give_up(sent.stopped)
    return sent.outcome is not None and sent.outcome.rejected_lines > sent.outcome.erased_lines


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    instant = None
    with suppress(ValueError):
        instant = datetime.fromisoformat(text)
    if instant is None or instant.tzinfo is None:
        give_up("--recorded-at is an instant with an offset, such as 2018-06-30T12:00:00Z.")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
