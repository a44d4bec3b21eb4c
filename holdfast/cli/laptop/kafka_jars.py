"""Fetches the broker's jars, each named and checked by SHA-256. Resolves nothing: the list is complete as it stands.

What a resolver would choose depends on its rules of mediation; a wrong kafka-clients does not start.
"""

import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from holdfast.cli.laptop.faults import CannotRun

_LIST = "kafka-jars.txt"
_TRIES = 3
_AT_ONCE = 4

Progress = Callable[[int, int], None]
"""Called with (jars here, jars in all) as they come."""


class Jar(Struct, frozen=True):
    """A jar by its Maven coordinates and the SHA-256 (hex) of its bytes."""

    group: str
    artifact: str
    version: str
    sha256: str

    def path_in(self, repository: Path) -> Path:
        """Where Maven's layout puts it."""
        return repository.joinpath(*self.group.split("."), self.artifact, self.version, self.file_name)

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def listed_jars() -> list[Jar]:
    """The list that goes with this package."""
    return list(_parsed(files("holdfast.cli.laptop").joinpath(_LIST).read_text()))


def _parsed(text: str) -> Iterator[Jar]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            coordinates, sha256 = line.split()
            group, artifact, version = coordinates.split(":")
            yield Jar(group, artifact, version, sha256)


def jars_are_here(cache: Path) -> bool:
    """Whether there is nothing to fetch; checks that the files are there, not what they hold."""
    return all(jar.path_in(cache / "jars").exists() for jar in listed_jars())


def fetch_jars(cache: Path, progress: Progress) -> list[Path]:
    """The jars' paths, in the list's order, each checked. Fetches what is missing or damaged, four at a time.

    Raises CannotRun where the repository cannot be reached or gives another file than the one listed.
    """
    repository = cache / "jars"
    jars = listed_jars()
    with ThreadPoolExecutor(_AT_ONCE) as fetchers:
        paths: list[Path] = []
        for path in fetchers.map(lambda jar: _fetch(jar, repository), jars):
            paths.append(path)
            progress(len(paths), len(jars))
    return paths


def _fetch(jar: Jar, repository: Path) -> Path:
    path = jar.path_in(repository)
    for _ in range(_TRIES):
        if _is_sound(path, jar.sha256):
            return path
        # A download cut short leaves its half: it is not taken for the jar.
        path.unlink(missing_ok=True)
        _download(jar, repository)
    if _is_sound(path, jar.sha256):
        return path
    if path.exists():
        path.unlink()
        raise CannotRun(f"{jar.file_name} was fetched and is not the file that is listed (its SHA-256 differs).")
    raise CannotRun(
        f"{jar.file_name} of Apache Kafka could not be fetched: is the network there? "
        "A mirror of Maven Central can be named in jgo's configuration file (~/.config/jgo.conf, [repositories])."
    )


def _is_sound(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _download(jar: Jar, repository: Path) -> None:
    """Tries once; leaves nothing, or a file still to be checked."""
    import jgo.config
    import requests
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    logging.getLogger("jgo").setLevel(logging.ERROR)
    mirrors = jgo.config.GlobalSettings.load().repositories
    context = MavenContext(repo_cache=repository, remote_repos=mirrors | {"central": MAVEN_CENTRAL_URL}, timeout=30)
    # RuntimeError is what it raises where no repository has the file.
    with contextlib.suppress(requests.RequestException, RuntimeError):
        context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
