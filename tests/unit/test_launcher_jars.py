"""The broker's jars: a list that is complete, and files that are what it says."""

import hashlib
from pathlib import Path

import pytest

from holdfast.cli.laptop import kafka_jars
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.kafka_jars import Jar, fetch_jars, jars_are_here, listed_jars

SOUND = b"the right bytes"
JAR = Jar("org.example", "thing", "1.0", hashlib.sha256(SOUND).hexdigest())


def test_the_list_names_each_jar_once_with_its_checksum() -> None:
    jars = listed_jars()
    assert len({jar.file_name for jar in jars}) == len(jars) == 46
    assert all(len(jar.sha256) == 64 and set(jar.sha256) <= set("0123456789abcdef") for jar in jars)
    kafka = {jar.version for jar in jars if jar.group == "org.apache.kafka"}
    assert kafka == {"4.3.1"}


class Repository:
    """A Maven repository that gives `answers` one after the other; the last one again and again."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.asked = 0

    def download(self, jar: Jar, repository: Path) -> None:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is not None:
            path = jar.path_in(repository)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(answer)


def fetched(monkeypatch: pytest.MonkeyPatch, cache: Path, *answers: bytes | None) -> Repository:
    repository = Repository(*answers)
    monkeypatch.setattr(kafka_jars, "listed_jars", lambda: [JAR])
    monkeypatch.setattr(kafka_jars, "_download", repository.download)
    told: list[tuple[int, int]] = []
    (path,) = fetch_jars(cache, lambda here, of: told.append((here, of)))
    assert path.read_bytes() == SOUND and told == [(1, 1)] and jars_are_here(cache)
    return repository


def test_what_is_here_and_sound_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert fetched(monkeypatch, tmp_path, SOUND).asked == 1
    assert fetched(monkeypatch, tmp_path, None).asked == 0


def test_a_download_cut_short_is_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert fetched(monkeypatch, tmp_path, SOUND[:4], None, SOUND).asked == 3


def test_another_file_than_the_one_listed_is_refused_and_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CannotRun, match="is not the file that is listed"):
        fetched(monkeypatch, tmp_path, b"something else")
    assert not JAR.path_in(tmp_path / "jars").exists()


def test_a_network_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="could not be fetched: is the network there"):
        fetched(monkeypatch, tmp_path, None)
