"""Benchmark of an import through a real door: a made return, the real register, a broker and a database of their own.

Three imports in a row: the first, the same again, and next year's. Each goes to the door twice, to be compared and to
be sent; both are timed. Prints figures, asserts nothing.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rich.console import Console

from holdfast.cli import import_sent
from holdfast.returns import read_returns
from tests.system.platform import Platform

AUTHORITY = "E08000016"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
FIRST, SECOND = date(2021, 4, 1), date(2022, 4, 1)


def main() -> None:
    """Bring up a platform of its own and import into it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=12_000)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="hf-"))
    home.chmod(0o755)
    platform = Platform(home / "bench", "--without-demonstration")
    try:
        platform.start()
        bench_imports(platform, home, asked.children)
    finally:
        platform.stop()
        shutil.rmtree(home, ignore_errors=True)


def bench_imports(platform: Platform, home: Path, children: int) -> None:
    """The imports, each with the time of both its passes."""
    token = platform.run("token", "create", "--authority", AUTHORITY, "--system", "ssda903")
    lives = list(_lives(children))
    first = _written(home / "first", lives, FIRST)
    second = _written(home / "second", lives, SECOND)
    bench(platform, token, "a first import", first)
    bench(platform, token, "the same again", first)
    bench(platform, token, "next year's", second)


def bench(platform: Platform, token: str, what: str, folder: Path) -> None:
    """One import, timed as the command does it."""
    began = time.perf_counter()
    reading = read_returns([folder])
    read = time.perf_counter() - began
    before = _busy_seconds(platform)
    sent = import_sent.send_reading(
        Console(quiet=True),
        reading,
        url=platform.url("intake"),
        bearer=token,
        recorded_at=None,
        confirm=lambda _: True,
    )
    assert sent.stopped is None, sent.stopped
    assert sent.outcome is not None
    facts = len(reading.facts)
    print(f"{what}: {facts:,} facts of {reading.children:,} children, read in {read:.1f} s")
    for name, seconds in (("compared", sent.compared_seconds), ("sent", sent.sent_seconds)):
        print(f"    {name} in {seconds:.1f} s: {facts / seconds:,.0f} facts/s")
    both = sent.compared_seconds + sent.sent_seconds
    counts = ("new", "restated", "withdrawn", "unchanged")
    said = ", ".join(f"{getattr(sent.outcome, name):,} {name}" for name in counts)
    print(f"    both: {facts / both:,.0f} facts/s; {said}")
    busy = {name: seconds - before[name] for name, seconds in _busy_seconds(platform).items()}
    print("    of the processor:", ", ".join(f"{name} {seconds:.1f} s" for name, seconds in busy.items()), flush=True)


def _busy_seconds(platform: Platform) -> dict[str, float]:
    """What each process, and this one, has taken of the processor; those that the system does not tell are left out."""
    found = {"importer": sum(os.times()[:2])}
    for name in ("intake", "placements", "metrics", "kafka"):
        stat = Path(f"/proc/{platform.pid(name)}/stat")
        if stat.exists():
            ticks = stat.read_text().rpartition(")")[2].split()[11:13]
            found[name] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return found


def _lives(children: int) -> Iterator[list[tuple[date, str, str, str]]]:
    """Each child's rows, in order: the day, the reason, the placement and its postcode."""
    chance = random.Random(7)
    for _ in range(children):
        day = date(2018, 1, 1) + timedelta(days=chance.randrange(1_500))
        rows = [(day, "S", "U6", f"OL{chance.randrange(10)} 1AA")]
        while len(rows) < 8 and (day := day + timedelta(days=20 + chance.randrange(200))) < date(2023, 4, 1):
            rows.append(
                (day, chance.choice("PPBLUT"), chance.choice(["U4", "U6", "K2"]), f"OL{chance.randrange(10)} 1AA")
            )
        yield rows


def _written(folder: Path, lives: list[list[tuple[date, str, str, str]]], begins_on: date) -> Path:
    """The return of a year: the rows that cover a day of it."""
    folder.mkdir()
    ends_on = begins_on + timedelta(days=364)
    episodes, headers = [EPISODES], [HEADER]
    for child, rows in enumerate(lives, 100_000):
        ends = [row[0] for row in rows[1:]] + [None]
        told = [
            (row, end if end and end <= ends_on else None)
            for row, end in zip(rows, ends, strict=True)
            if row[0] <= ends_on and (end is None or end > begins_on)
        ]
        for (day, reason, place, postcode), end in told:
            closed = (f"{end:%d/%m/%Y}", "X1", "CARPL") if end else ("", "", "")
            episodes.append(f"{child},{day:%d/%m/%Y},{reason},C2,N1,{place},PR1,{','.join(closed)},,{postcode},")
        if told:
            headers.append(f"{child},1,05/06/2012,,,,")
    for name, lines in (("episodes", episodes), ("header", headers)):
        (folder / f"{begins_on:%Y}-{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


if __name__ == "__main__":
    main()
