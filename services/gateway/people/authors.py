"""What to call whoever did something, on the pages: what is kept holds an id, so that nobody's name lies about."""

from collections.abc import Iterable
from uuid import UUID

from services.gateway.parts import Parts

PROGRAM = "A program, with a reader's token"
GONE = "Somebody who has no account any more"


async def names_of(parts: Parts, authors: Iterable[str]) -> dict[str, str]:
    """Each author, `user:<id>` or a machine's `token:<id>`, in words; whoever is neither stays as it is."""
    ids = {author: _user_id(author) for author in set(authors)}
    found = await parts.store.names_of([each for each in ids.values() if each is not None])
    return {author: _words(author, None if each is None else found.get(each, GONE)) for author, each in ids.items()}


def _words(author: str, name: str | None) -> str:
    return name or (PROGRAM if author.startswith("token:") else author)


def _user_id(author: str) -> UUID | None:
    kind, _, name = author.partition(":")
    try:
        return UUID(name) if kind == "user" else None
    except ValueError:
        return None
