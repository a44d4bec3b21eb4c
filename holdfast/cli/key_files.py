"""`holdfast secrets`: makes the key files that a platform outside this machine is given, such as by docker compose."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from holdfast.cli.laptop.credentials import make_credentials
from holdfast.cli.laptop.faults import CannotRun


def key_files(folder: Annotated[Path, typer.Argument(help="Where they go; what is there already is kept.")]) -> None:
    """Make a master key, signing keys and the list of trusted keys, for their owner's eyes alone."""
    try:
        make_credentials(folder)
    except OSError as refused:
        raise CannotRun(f"{folder} cannot be written to ({refused.strerror}).") from refused
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"{folder}: master.key, intake.pem, gateway.pem, trusted-keys.json")
    out.print("Without master.key no pseudonym can be made again: keep a copy where it is safe.")
