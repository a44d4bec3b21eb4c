"""An authority's figures on a day, asked of the gateway with a reader's token. Reckons nothing."""

from collections.abc import Mapping

import httpx
import msgspec

from holdfast.cli.door import Problem
from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.figures import Row


class RegisterBehind(Exception):
    """The register has not read as far as was asked."""


def rows_asked(client: httpx.Client, authority: str, asked: Mapping[str, str]) -> list[Row]:
    """The rows of a day, `on`. Raises CannotRun where there are none to be had, and RegisterBehind."""
    try:
        answer = client.get(f"/api/authorities/{authority}/indicators", params=dict(asked))
    except httpx.TransportError:
        raise CannotRun(f"The gateway at {client.base_url} does not answer: `make up` starts the platform.") from None
    if answer.status_code != 200:
        said = _problem(answer)
        if said.type.endswith("/behind"):
            raise RegisterBehind
        raise CannotRun(f"The gateway gave no figures of {asked['on']} ({answer.status_code}): {_why(said)}.")
    try:
        return msgspec.json.decode(answer.content, type=list[Row])
    except msgspec.MsgspecError:
        raise CannotRun("The gateway did not answer with exact figures: ask with the token of an analyst.") from None


def _problem(answer: httpx.Response) -> Problem:
    try:
        return msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        return Problem()


def _why(problem: Problem) -> str:
    return (problem.detail or problem.title or "it gave no reason").rstrip(".")
