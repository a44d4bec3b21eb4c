"""A child is erased everywhere on the running platform: figures, journey, door, every store; shown by its own proof."""

import asyncio
import contextlib
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.system.platform import COMMAND, Platform, Reader, Sender, eventually, today

# Of two partitions.
HERE, QUIET = "E08000026", "E08000027"
# So short that what takes days elsewhere is done while one waits.
QUICK = {"HOLDFAST_COMPACTION_LAG_MS": "1000", "HOLDFAST_TOMBSTONE_RETENTION_MS": "1000"}
# Some of those that the proof must have searched.
STORES = (
    "care.events",
    "care.indicators",
    "care.rejected",
    "metrics-children-changelog",
    "intake.children",
    "intake.quarantine, unsealed",
    "placements.statements",
    "gateway.erasures",
)
PASSWORD = "correct horse battery"
_numbers = count(1)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    running = Platform(tmp_path_factory.mktemp("erasing") / "platform", "--without-demonstration", **QUICK)
    running.home.mkdir(exist_ok=True)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def sender(platform: Platform) -> Sender:
    return platform.sender(HERE)


@pytest.fixture(scope="module")
def steward(platform: Platform) -> Reader:
    return platform.reader(HERE, "steward")


def story(sender: Sender, child: str) -> list[dict[str, Any]]:
    """Looked after since fifty weeks, in three placements."""
    placement = {"type": "U6", "provider": "PR1"}
    born, days = (today() - timedelta(days=4000)).isoformat(), [350, 250, 150]
    on = [(today() - timedelta(days=each)).isoformat() for each in days]
    admitted = {"on": on[0], "legal_status": "C2", "date_of_birth": born, "sex": "male", "category_of_need": "N1"}
    told = [sender.event(child, "admission", "p/0", f"{on[0]}T10:00:00Z", admitted | {"placement": placement})]
    for number, day in enumerate(on[1:], 1):
        moved = {"on": day, "reason_for_new_episode": "P", "placement": placement | {"placement_id": f"P{number}"}}
        told.append(sender.event(child, "placement-move", f"p/{number}", f"{day}T10:00:00Z", moved))
    return told


def looked_after(steward: Reader, many: int) -> None:
    eventually(f"{many} are looked after", lambda: steward.figure("looked_after") == (many, None))


def children(platform: Platform) -> set[str]:
    """The pseudonyms that the topic names."""
    return {key.split("/")[1] for key in platform.keys("care.events")}


def newest(before: set[str], platform: Platform) -> str:
    [child] = children(platform) - before - {"a" * 26}
    return child


def everything(steward: Reader) -> list[Any]:
    """All figures of today, and of the last twelve month ends."""
    day, found = today(), [steward.figures(breakdowns="true")]
    for _ in range(12):
        day = day.replace(day=1) - timedelta(days=1)
        found.append(steward.figures(breakdowns="true", on=day.isoformat()))
    return found


def verify(platform: Platform, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "erase", "--verify", *more], env=platform.environment | {"COLUMNS": "300"}, capture_output=True,
        text=True, timeout=300, cwd=platform.home,
    )  # fmt: skip


def stir(sender: Sender) -> None:
    """Say something of somebody else, so that files are closed and cleaned."""
    day = (today() - timedelta(days=1)).isoformat()
    data = {"on": day, "legal_status": "C2"}
    number = next(_numbers)
    assert sender.post([sender.event("LCS-KEPT", "legal-status", f"s/{number}", f"{day}T10:00:00Z", data)]) == [
        "accepted"
    ]


def test_a_child_is_erased_everywhere_and_the_other_stays(platform: Platform, sender: Sender, steward: Reader) -> None:
    assert sender.post(story(sender, "LCS-KEPT")) == ["accepted"] * 3
    looked_after(steward, 1)
    [kept] = children(platform)
    eventually("every figure is said", lambda: steward.figure("three_or_more_placements") == (1, 1))
    alone = everything(steward)
    assert sender.post(story(sender, "LCS-GONE")) == ["accepted"] * 3
    looked_after(steward, 2)
    gone = newest({kept}, platform)
    assert everything(steward) != alone

    command = ("erase", steward.url, "--authority", HERE, "--child", gone, "--token", steward.token)
    refused = subprocess.run([COMMAND, *command], env=platform.environment, capture_output=True, text=True, timeout=60,
                             stdin=subprocess.DEVNULL)  # fmt: skip
    assert refused.returncode == 2
    assert "3 statements" in refused.stdout
    assert steward.figure("looked_after") == (2, None)
    done = platform.run(*command, "--reason", "asked for by the family", "--yes")
    assert "Gone from figures at" in done
    assert "The register has erased 3 statements" in done
    assert re.search(r"clean by \d{4}-\d\d-\d\d", done)

    # As if the child had never been: every figure of every date, at once, for the command has waited for them.
    assert everything(steward) == alone
    journey = f"/authorities/{HERE}/children"
    with signed_in_as(platform, "steward") as browser:
        assert browser.get(f"{journey}/{gone}").status_code == 404
        assert browser.get(f"{journey}/{kept}").status_code == 200
    again = sender.http.post(
        "/events", content=json.dumps(story(sender, "LCS-GONE")),
        headers={"Content-Type": "application/cloudevents-batch+json"},
    )  # fmt: skip
    assert [verdict["errors"][0]["code"] for verdict in again.json()] == ["erased"] * 3
    assert sender.post(story(sender, "LCS-KEPT")) == ["accepted"] * 3
    assert platform.run(*command, "--reason", "again", "--yes").count("Done:") == 3

    recorded = steward.http.get(f"/api/authorities/{HERE}/erasures").json()
    assert [one["reason"] for one in recorded] == ["again", "asked for by the family"]
    assert gone not in json.dumps(recorded)
    proven = verify(platform)
    assert proven.returncode == 0, proven.stdout + proven.stderr
    for store in STORES:
        assert store in proven.stdout
    assert gone not in proven.stdout


def test_the_brokers_files_come_out_clean(platform: Platform, sender: Sender) -> None:
    """In a second and some turns of the cleaner, where elsewhere it takes the topic's days."""

    def clean() -> bool:
        stir(sender)
        proven = verify(platform)
        assert proven.returncode == 0, proven.stdout + proven.stderr
        return "Clean: of 1 erased children" in proven.stdout

    eventually("nothing lies in any file", clean, 240)


def test_a_partition_where_nothing_more_is_said_comes_out_clean_too(platform: Platform) -> None:
    """The register sees to it: the broker closes a file only when another record comes."""
    sender, steward = platform.sender(QUIET), platform.reader(QUIET, "steward")
    before = children(platform)
    assert sender.post(story(sender, "LCS-QUIET")) == ["accepted"] * 3
    looked_after(steward, 1)
    body = {"child": newest(before, platform), "reason": "x"}
    outcome = steward.http.post(f"/api/authorities/{QUIET}/erasures", json=body).json()
    assert outcome["complete"], outcome
    assert steward.figure("looked_after") == (0, None)

    def no_statement_is_left() -> bool:
        proven = verify(platform, "--authority", QUIET)
        assert proven.returncode == 0, proven.stdout + proven.stderr
        left = re.findall(r"in the files still: ([0-9,]+) statements", proven.stdout)
        return set(left) <= {"0"}

    eventually("the files hold no statement", no_statement_is_left, 240)


def test_what_is_left_anywhere_is_found(platform: Platform, sender: Sender, steward: Reader) -> None:
    [row] = sql(platform, "SELECT child FROM intake.refused LIMIT 1")
    sql(platform, "CREATE TABLE gateway.notes (about text[])")
    sql(platform, "INSERT INTO gateway.notes VALUES (ARRAY[$1::text])", row["child"])
    proven = verify(platform)
    assert proven.returncode == 1
    assert re.search(r"gateway\.notes +1 rows +1", proven.stdout)
    assert "NOT CLEAN" in proven.stdout
    sql(platform, "DROP TABLE gateway.notes")
    assert verify(platform).returncode == 0


def test_one_statement_is_erased_and_the_rest_of_the_child_counts(
    platform: Platform, sender: Sender, steward: Reader
) -> None:
    before = children(platform)
    told = story(sender, "LCS-ONE")
    assert sender.post(told) == ["accepted"] * 3
    looked_after(steward, 2)
    child = newest(before, platform)
    eventually("three placements", lambda: steward.figure("three_or_more_placements") == (2, 2))
    statements = [key.split("/")[2] for key in platform.keys("care.events") if child in key]
    body = {"child": child, "statement": statements[-1], "reason": "another child's"}
    address = f"/api/authorities/{HERE}/erasures"
    would = steward.http.post(address, json=body | {"dry_run": True}).json()
    assert (would["what"], would["register"]["statements"]) == ("statement", 1)
    assert "three_or_more_placements" in would["register"]["indicators"]
    outcome = steward.http.post(address, json=body).json()
    assert outcome["complete"], outcome
    assert steward.figure("three_or_more_placements") == (1, 2)
    assert sender.post(told) == ["accepted", "accepted", "rejected"]
    assert verify(platform, "--statement", statements[-1]).returncode == 0
    missing = {"child": child, "statement": "0" * 32, "reason": "x"}
    assert steward.http.post(address, json=missing).status_code == 404


def has_another_register(platform: Platform, was: int | None) -> bool:
    return platform.pid("placements") not in (None, was)


def test_a_register_killed_in_the_middle_goes_on_when_it_is_asked_again(
    platform: Platform, sender: Sender, steward: Reader
) -> None:
    before, alone = children(platform), everything(steward)
    assert sender.post(story(sender, "LCS-KILLED")) == ["accepted"] * 3
    looked_after(steward, 3)
    child = newest(before, platform)
    address, body = f"/api/authorities/{HERE}/erasures", {"child": child, "reason": "x"}
    for _ in range(3):
        pid = platform.pid("placements")
        impatient = httpx.Client(base_url=steward.url, headers=steward.http.headers, timeout=0.15)
        with contextlib.suppress(httpx.TransportError), impatient:
            impatient.post(address, json=body)
        # Killed whether it was quick enough to answer or not.
        subprocess.run(["kill", "-9", str(pid)], check=False)
        eventually("another register", partial(has_another_register, platform, pid), 120)

    def complete() -> bool:
        answer = steward.http.post(address, json=body)
        return answer.status_code == 200 and bool(answer.json()["complete"])

    eventually("it is erased", complete, 120)
    eventually("the figures are as before", lambda: everything(steward) == alone, 120)
    proven = verify(platform)
    assert proven.returncode == 0, proven.stdout


def test_a_steward_erases_on_the_childs_page(platform: Platform, sender: Sender, steward: Reader) -> None:
    before = children(platform)
    assert sender.post(story(sender, "LCS-PAGE")) == ["accepted"] * 3
    looked_after(steward, 3)
    child = newest(before, platform)
    page = f"/authorities/{HERE}/children/{child}"
    with signed_in_as(platform, "analyst") as browser:
        assert "Erase this child" not in browser.get(page).text
        assert browser.get(f"{page}/erase").status_code == 403
    with signed_in_as(platform, "steward") as browser:
        assert "Erase this child" in browser.get(page).text
        shown = browser.get(f"{page}/erase").text
        form = {
            "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0],
            "reason": "asked",
            "typed": "no",
        }
        wrong = browser.post(f"{page}/erase", data=form)
        assert (wrong.status_code, "The letters don" in wrong.text) == (400, True)
        assert browser.get(page).status_code == 200
        done = browser.post(f"{page}/erase", data=form | {"typed": child[:6]})
        assert (done.status_code, "Gone from figures at" in done.text) == (200, True)
        assert child not in done.text
        assert browser.get(page).status_code == 404
        assert "asked" in browser.get(f"/authorities/{HERE}/erasures").text


@contextlib.contextmanager
def signed_in_as(platform: Platform, role: str) -> Iterator[httpx.Client]:
    """A browser without scripts, in which somebody of this role has signed in."""
    words = ("user", "create", "--name", role, "--role", role, "--authority", HERE, "--password-stdin", "--replace")
    subprocess.run(
        [COMMAND, *words], input=PASSWORD + "\n", env=platform.environment, text=True, check=True, capture_output=True
    )
    url = platform.url("gateway")
    with httpx.Client(base_url=url, headers={"Accept": "text/html", "Origin": url}, timeout=120) as browser:
        browser.get("/sign-in")
        form = {"csrf_token": browser.cookies.get("holdfast_form") or "", "name": role, "password": PASSWORD}
        assert browser.post("/sign-in", data=form).status_code == 303
        yield browser


def sql(platform: Platform, query: str, *values: Any) -> list[Any]:
    password = (Path(platform.home) / "secrets" / "postgres.password").read_text()
    url = f"postgresql://postgres:{password}@127.0.0.1:{platform.port['POSTGRES']}/holdfast"

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    return asyncio.run(ask())
