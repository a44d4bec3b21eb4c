"""The parts of an upload that need no service: names, findings, words, the folder, and the process that reads."""

import asyncio
import csv
import subprocess
import sys
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from holdfast.returns import Fault, Origin
from holdfast.returns.faults_csv import COLUMNS
from holdfast.returns.sending import Rejected
from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.settings import GatewaySettings
from services.gateway.uploads.findings import MOST_DOWNLOADED, ROWS_SHOWN, compressed, grouped, refused
from services.gateway.uploads.folder import Folders
from services.gateway.uploads.form import place_of
from services.gateway.uploads.held import Upload
from services.gateway.uploads.messages import LENGTH_BYTES, Failed, Located, Numbers, Progress, from_reader
from services.gateway.uploads.process import ReaderEnded, environment_of_readers, reading
from services.gateway.uploads.views import Count, has_changed, limits_words, progress_words, would_change

ROOT = Path(__file__).parents[2]
ANN = Principal("user:1", "person", "analyst", "E08000016", secret=b"1")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("2017-episodes.csv", "2017-episodes.csv"),
        ("2017/episodes.csv", "2017/episodes.csv"),
        ("returns\\2017\\episodes.csv", "returns/2017/episodes.csv"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("a/./../b.csv", "a/b.csv"),
        ("new\nline\x00.csv", "new_line_.csv"),
        ("Zoë's return.csv", "Zoë's return.csv"),
    ],
)
def test_a_file_keeps_its_name_and_its_folders_and_never_leads_outside(name: str, place: str) -> None:
    assert place_of(name) == Path(place)


@pytest.mark.parametrize("name", ["", "..", "/", "x" * 201, "a/b/c/d/e/f/g.csv"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Problem, match="name"):
        place_of(name)


def fault(code: str, row: int | None, *, left_out: bool = True, file: str = "e.csv", column: str = "DEC") -> Fault:
    return Fault(file, row, column, code, f"{code}!", "Mend it.", left_out)


def test_findings_that_are_alike_stand_together_and_what_was_lost_stands_first() -> None:
    odd = [fault("odd", row, left_out=False) for row in range(9, 4, -1)]
    lost = [fault("lost", 2), fault("lost", None, file="m.csv")]
    first, second = grouped([*odd, *lost])
    assert (first.code, first.left_out, first.count) == ("lost", True, 2)
    assert first.places == [Located("e.csv", "DEC", "row", ["2"]), Located("m.csv", "DEC", "rows", [])]
    assert (second.code, second.left_out, second.places) == (
        "odd",
        False,
        [Located("e.csv", "DEC", "rows", list("56789"))],
    )


def test_of_many_alike_the_first_rows_are_shown_and_all_are_counted() -> None:
    (group,) = grouped(fault("lost", row) for row in range(500))
    assert (group.count, group.shown) == (500, ROWS_SHOWN)
    assert group.places[0].rows == [str(row) for row in range(ROWS_SHOWN)]


def test_in_xml_a_finding_has_a_line_and_an_element() -> None:
    lines = [Fault("a.xml", row, "DEC", "lost", "!", "Mend it.", place=f"child {row}") for row in (20, 9)]
    assert grouped(lines)[0].places == [Located("a.xml", "DEC", "lines", ["9 (child 9)", "20 (child 20)"])]


def read_csv(held: bytes) -> list[list[str]]:
    return list(csv.reader(zlib.decompress(held).decode("utf-8-sig").splitlines()))


def test_the_download_holds_every_finding_and_no_formula() -> None:
    head, first, second = read_csv(
        compressed([fault("lost", 2, file="=cmd|x.csv"), fault("odd", None, left_out=False)])
    )
    assert tuple(head) == COLUMNS
    assert first == ["'=cmd|x.csv", "2", "DEC", "lost", "lost!", "Mend it.", "True", ""]
    assert second == ["e.csv", "", "DEC", "odd", "odd!", "Mend it.", "False", ""]


def test_the_download_is_bounded_and_says_how_many_are_not_in_it() -> None:
    rows = read_csv(compressed([fault("lost", 2)] * (MOST_DOWNLOADED + 7)))
    assert len(rows) == MOST_DOWNLOADED + 2
    assert rows[-1] == ["and 7 more"]


def test_what_the_door_refuses_is_of_its_row_or_of_the_child_as_a_whole() -> None:
    folder = Path("/x/y")
    one = refused(Rejected(Origin("/x/y/2017/e.csv", 4), "too-early", "/data/placement/type"), folder)
    assert (one.file, one.row, one.column) == ("2017/e.csv", 4, "placement type")
    assert one.sentence == "The door refused it: a date or instant before 1980."
    whole = refused(Rejected(None, "of-another-version", "/subject"), folder)
    assert (whole.file, whole.row) == ("", None)
    assert grouped([whole])[0].places == [Located("", "subject", "rows", [])]


def upload(state: str, done: int, total: int) -> Upload:
    made = Upload("x", "E08000016", ANN, files=3, until=1900.0, since=100.0)
    made.turn(state, 100.0)  # type: ignore[arg-type]
    made.progress = Progress(done, total, "Reading", 7)
    return made


@pytest.mark.parametrize(
    ("state", "done", "total", "now", "words", "percent"),
    [
        ("reading", 0, 0, 100.0, "3 files received", None),
        ("reading", 30, 120, 101.0, "Reading: 25%, 7 rows", 25),
        ("sending", 0, 0, 100.0, "The first facts are on their way", None),
        ("comparing", 0, 4000, 101.0, "0 of 4,000 facts compared", 0),
        ("comparing", 1000, 4000, 101.0, "1,000 of 4,000 facts compared", 25),
        ("sending", 1000, 4000, 110.0, "1,000 of 4,000 facts sent, 100 a second, about 30 seconds to go", 25),
        ("sending", 1000, 40_000, 110.0, "1,000 of 40,000 facts sent, 100 a second, about 6 minutes to go", 2),
        ("sending", 4000, 4000, 140.0, "4,000 of 4,000 facts sent", 100),
        ("ready", 0, 0, 140.0, "", 100),
    ],
)
def test_progress_is_worded_with_its_rate_and_its_end(
    state: str, done: int, total: int, now: float, words: str, percent: int | None
) -> None:
    told = progress_words(upload(state, done, total), now)
    assert (told.words, told.percent, told.state) == (words, percent, state)


def numbers(**said: int) -> Numbers:
    return Numbers(**dict.fromkeys(Numbers.__struct_fields__, 0) | said)


def test_what_would_change_and_what_has_changed_are_counted_by_kind() -> None:
    told = numbers(published=10, new=5, restated=2, withdrawn=3, unchanged=5)

    def named(counts: list[Count]) -> dict[str, int]:
        return {one.name: one.number for one in counts}

    assert named(would_change(told)) == {"New": 5, "Restated": 2, "Gone": 3, "Unchanged": 5}
    withdrew = named(has_changed(told, withdrew=True))
    assert withdrew == {"New": 5, "Restated": 2, "Withdrawn": 3, "Unchanged": 5}
    left = named(has_changed(numbers(published=7, new=5, restated=2, withdrawn=3, unchanged=5), withdrew=False))
    assert left == {"New": 5, "Restated": 2, "Left standing": 3, "Unchanged": 5}


def test_the_limits_are_those_of_the_settings() -> None:
    given: dict[str, Any] = {"upload_mebibytes": 8, "upload_files": 20, "upload_minutes": 1}
    said = limits_words(GatewaySettings(**given))
    assert "8 MiB and 20 files at a time; 4 returns" in said
    assert "1 minute," in said


def test_a_folder_is_its_owners_alone_and_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "uploads")
    assert folders.open() == 0
    made = folders.new()
    (made / "2017.csv").write_text("x")
    for folder in (tmp_path / "uploads", made.parent, made):
        assert folder.stat().st_mode & 0o777 == 0o700
    folders.close()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next_and_what_a_living_one_holds_is_not(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from services.gateway.uploads.folder import Folders\n"
        "folders = Folders(Path(sys.argv[1])); folders.open(); (folders.new() / 'x.csv').write_text('x')\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        ours = Folders(tmp_path)
        assert ours.open() == 0
        assert len(list(tmp_path.rglob("x.csv"))) == 1
        ours.close()
        other.kill()
        other.wait(10)
    assert len(list(tmp_path.rglob("x.csv"))) == 1
    later = Folders(tmp_path)
    assert later.open() == 1
    assert list(tmp_path.rglob("x.csv")) == []
    later.close()


def read_in_a_process(folder: Path, mebibytes: int = 1024) -> list[Progress]:
    """Read a folder in a process of its own."""
    told: list[Progress] = []

    async def read() -> None:
        async with reading(folder, date(2024, 1, 1), mebibytes) as reader:
            await reader.read(told.append)

    asyncio.run(read())
    return told


def test_reading_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    rows = "".join(f"{number},09/04/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,\n" for number in range(200_000))
    head = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    (tmp_path / "e.csv").write_text(head + rows)
    with pytest.raises(ReaderEnded) as ended:
        read_in_a_process(tmp_path, mebibytes=64)
    assert ended.value.too_large


def test_a_fault_of_ours_is_told_by_its_place_and_never_by_its_text(tmp_path: Path) -> None:
    # A day that is none makes the process fail on what it was given.
    command = [sys.executable, "-m", "services.gateway.uploads.reader", str(tmp_path), "REF-12345", "1024"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    failed = from_reader.decode(done.stdout[LENGTH_BYTES:])
    assert isinstance(failed, Failed)
    assert failed.kind == "ValueError"
    assert failed.where[-1].startswith("main:")
    assert b"REF-12345" not in done.stdout + done.stderr


def test_the_process_that_reads_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_SIGNING_KEY", "secret")
    assert not [name for name in environment_of_readers() if name.startswith("HOLDFAST_")]
