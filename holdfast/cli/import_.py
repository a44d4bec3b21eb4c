"""`holdfast import`: reads SSDA903 returns and asks the door to make what its source last said the same.

What is asked for and in what order; what a reading shows is in `import_shown`, the sending in `import_sent`.
"""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from holdfast.cli.import_sent import send_reading, show_outcome, show_withdrawal
from holdfast.cli.import_shown import show_reading
from holdfast.cli.sender_token import find_token
from holdfast.contracts.authorities import authorities
from holdfast.returns import read_returns
from holdfast.returns.sending import SYSTEM, Outcome
from holdfast.runtime.clock import Clock

# The exit code where a person ought to say yes first.
MUCH_WITHDRAWN = 3


def import_returns(
    folders: Annotated[list[Path], typer.Argument(exists=True, help="Folders of SSDA903 CSV files, or the files.")],
    authority: Annotated[str, typer.Option(help="The authority's nine-character code, such as E08000016.")],
    url: Annotated[str, typer.Option(envvar="HOLDFAST_INTAKE_URL", help="The door.")] = "http://127.0.0.1:8101",
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_TOKEN", help="The sender's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(envvar="HOLDFAST_TOKEN_FILE", help="A file with it.")] = None,
    recorded_at: Annotated[str | None, typer.Option(help="When it was recorded, such as 2018-06-30T12:00:00Z.")] = None,
    withdraw_anyway: Annotated[
        bool, typer.Option("--withdraw-anyway", help="Don't ask where more than one row in twenty would be withdrawn.")
    ] = False,
) -> None:
    """Import SSDA903 returns: what differs from what they said before. Importing the same files twice sends nothing.

    Ends with 0; 1: some rows were left out; 2: it could not be done; 3: so much would be withdrawn that it asks first.
    """
    out = Console(highlight=False, soft_wrap=True)
    if authority not in authorities():
        _give_up(f"{authority} is not the code of an English authority with looked-after children.")
    recorded = _instant(recorded_at)
    bearer = find_token(authority, SYSTEM, token, token_file)
    reading = read_returns(folders, today=Clock().today())
    show_reading(out, reading)
    if not reading.facts:
        _give_up("No Episodes file with a row that can be read was found: nothing was sent.")

    def confirm(compared: Outcome) -> bool:
        if not withdraw_anyway:
            show_withdrawal(out, compared)
        return withdraw_anyway or (sys.stdin.isatty() and typer.confirm("Withdraw them and go on?"))

    sent = send_reading(out, reading, url=url, bearer=bearer, recorded_at=recorded, confirm=confirm)
    if sent.unconfirmed:
        _give_up("Nothing was sent. Where the files are right, import them with --withdraw-anyway.", MUCH_WITHDRAWN)
    if sent.outcome is not None:
        show_outcome(out, sent.outcome)
    if sent.stopped is not None:
        _give_up(sent.stopped)
    left_out = any(fault.left_out for fault in reading.faults)
    raise typer.Exit(1 if left_out or (sent.outcome and sent.outcome.rejected) else 0)


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    instant = None
    with suppress(ValueError):
        instant = datetime.fromisoformat(text)
    if instant is None or instant.tzinfo is None:
        _give_up("--recorded-at is an instant with an offset, such as 2018-06-30T12:00:00Z.")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _give_up(sentence: str, code: int = 2) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
