"""Where a sender's token comes from: the option, the environment, a file. Never printed, never kept."""

import os
from pathlib import Path

import typer


def find_token(authority: str, system: str, token: str | None, token_file: Path | None) -> str:
    """The token, or one sentence on how to come by one and exit code 2."""
    try:
        found = token or (token_file.read_text(encoding="utf-8") if token_file else "")
    except (OSError, UnicodeDecodeError):
        typer.echo(f"The file {token_file} can't be read.", err=True)
        raise typer.Exit(2) from None
    if found.strip():
        return found.strip()
    typer.echo(_how_to_make_one(authority, system), err=True)
    raise typer.Exit(2)


def _how_to_make_one(authority: str, system: str) -> str:
    ask = "Give the sender's token as --token-file FILE or in the variable HOLDFAST_TOKEN."
    home = Path(os.environ.get("HOLDFAST_HOME", ".holdfast"))
    command = f"holdfast token create --authority {authority} --system {system}"
    if (home / "env" / "intake.env").exists():
        return f"{ask} On this machine `{command}` makes one."
    return f"{ask} The platform's operator makes one with `{command}`."
