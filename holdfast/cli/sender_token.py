"""Where a sender's or a reader's token comes from: the option, the environment, a file. Never printed, never kept."""

import os
from pathlib import Path
from typing import NoReturn

import typer


def find_token(authority: str, system: str, token: str | None, token_file: Path | None) -> str:
    """The sender's token, or one sentence on how to come by one and exit code 2."""
    ask = "Give the sender's token as --token-file FILE or in the variable HOLDFAST_TOKEN."
    how = f"holdfast token create --authority {authority} --system {system}"
    return _read(token, token_file) or _give_up(ask, how)


def find_reader_token(authority: str, token: str | None, token_file: Path | None, role: str = "analyst") -> str:
    """The token of a machine that reads figures, or one sentence on how to come by one and exit code 2."""
    ask = "Give a reader's token as --token-file FILE or in the variable HOLDFAST_READER_TOKEN."
    how = f"holdfast token create --reader --authority {authority} --role {role}"
    return _read(token, token_file) or _give_up(ask, how)


def _read(token: str | None, token_file: Path | None) -> str:
    try:
        return (token or (token_file.read_text(encoding="utf-8") if token_file else "")).strip()
    except (OSError, UnicodeDecodeError):
        typer.echo(f"The file {token_file} can't be read.", err=True)
        raise typer.Exit(2) from None


def _give_up(ask: str, how: str) -> NoReturn:
    here = (Path(os.environ.get("HOLDFAST_HOME", ".holdfast")) / "env" / "intake.env").exists()
    made = f"On this machine `{how}` makes one." if here else f"The platform's operator makes one with `{how}`."
    typer.echo(f"{ask} {made}", err=True)
    raise typer.Exit(2)
