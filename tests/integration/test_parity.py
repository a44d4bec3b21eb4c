"""The standing check on the real thing: a stream, a register and a gateway over one broker, and differences planted."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from holdfast.contracts.figures import Reading
from holdfast.indicators.parts import FIGURES
from tests.factories import pseudonym
from tests.integration.conftest import a_broker
from tests.integration.gateway_rig import eventually
from tests.integration.parity_rig import WITHIN_SECONDS, Whole, came, children_of, operator_of, whole

ROOT = Path(__file__).parents[2]
AGREEING, ERASED, FORGED, DUMPED, NAMED = "E08000018", "E08000016", "E09000002", "E09000003", "E09000004"


@pytest.fixture(scope="module")
def all_three(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with a_broker() as kafka, whole(kafka, postgres_server, tmp_path_factory.mktemp("parity")) as made:
        yield made


def page(all_three: Whole, authority: str, path: str) -> str:
    client = all_three.gateway.http(all_three.gateway.token("analyst", authority))
    answer = client.get(f"/authorities/{authority}{path}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def differing(found: dict[str, Any], indicator: str, breakdown: str = "all") -> list[dict[str, Any]]:
    return [one for one in found["differences"] if (one["indicator"], one["breakdown"]) == (indicator, breakdown)]


def telemetry(all_three: Whole) -> str:
    return all_three.gateway.http().get("/metrics").text


def test_stream_and_register_agree_on_every_integer_and_it_is_shown_when(all_three: Whole) -> None:
    all_three.post(*children_of(AGREEING))
    found = all_three.until(AGREEING, "agreed", all_three.end_of(AGREEING))
    assert found["differences"] == [] and found["agreed_at"]
    # It goes on being looked at as events come.
    all_three.post(came(AGREEING, "one more"))
    again = all_three.until(AGREEING, "agreed", all_three.end_of(AGREEING))
    assert again["read_to"] > found["read_to"]
    assert "Stream and register agreed at" in page(all_three, AGREEING, "")
    assert f'parity_agreed_timestamp_seconds{{authority="{AGREEING}"}}' in telemetry(all_three)


def test_a_statement_missing_from_the_register_is_found_and_named_to_those_who_may_see_it(all_three: Whole) -> None:
    all_three.post(*children_of(ERASED))
    all_three.until(ERASED, "agreed", all_three.end_of(ERASED))
    gone = pseudonym(f"{ERASED} 1")
    assert all_three.sql("DELETE FROM register_of_tests.statements WHERE child = $1 RETURNING type", gone)
    all_three.restart_register()

    found = all_three.until(ERASED, "disagrees")
    today = differing(found, "looked_after")[0]
    assert (today["first"], today["second"]) == (12, 11), today
    assert "Looked after" in page(all_three, ERASED, "/parity") or "looked after" in page(all_three, ERASED, "/parity")
    assert "differ in" in page(all_three, ERASED, "")

    manager = all_three.gateway.http(all_three.gateway.token("manager", ERASED))
    assert manager.get(f"/api/authorities/{ERASED}/parity").status_code == 403
    neighbour = all_three.gateway.http(all_three.gateway.token("analyst", AGREEING))
    assert neighbour.get(f"/api/authorities/{ERASED}/parity").status_code == 403
    assert f'disagreeing_cells{{authority="{ERASED}",indicator="looked_after"}}' in telemetry(all_three)
    shown = operator_of(all_three.gateway).get("/operations").text
    assert ERASED in shown and "differ in" in shown and "Not well" in shown
    assert '<th scope="row">metrics</th><td><span class="well yes">Well</span></td><td>ready</td>' in shown
    assert f">{gone}<" not in shown


def test_a_figure_that_the_stream_did_not_make_is_found_and_gone_once_it_is_said_again(all_three: Whole) -> None:
    all_three.post(*children_of(FORGED))
    all_three.until(FORGED, "agreed", all_three.end_of(FORGED))
    true = all_three.figure(FORGED, "looked_after")
    all_three.say(structs.replace(true, readings=[Reading("on", 99)]))

    found = all_three.until(FORGED, "disagrees")
    (only,) = found["differences"]
    assert (only["indicator"], only["first"], only["second"]) == ("looked_after", 99, 12)
    assert found["cells"] == {"looked_after": 1}

    all_three.post(came(FORGED, "one more there"))
    all_three.until(FORGED, "agreed", all_three.end_of(FORGED))
    eventually("it is told no more", lambda: f'cells{{authority="{FORGED}"' not in telemetry(all_three), WITHIN_SECONDS)


def holdfast(all_three: Whole, *words: str, authority: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOLDFAST_KAFKA": all_three.kafka,
        "HOLDFAST_GATEWAY_URL": all_three.gateway.url,
        "HOLDFAST_READER_TOKEN": all_three.gateway.token("analyst", authority),
    }
    command = [sys.executable, "-m", "holdfast.cli", *words, "--authority", authority]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)


def test_a_dump_of_the_topic_read_here_agrees_with_both_and_what_is_taken_out_of_it_is_named(
    all_three: Whole, tmp_path: Path
) -> None:
    all_three.post(*children_of(DUMPED))
    all_three.until(DUMPED, "agreed", all_three.end_of(DUMPED))
    dump = tmp_path / "dump.ndjson"
    written = holdfast(all_three, "dump", "--to", str(dump), authority=DUMPED)
    assert written.returncode == 0, written.stderr
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600
    assert "16 records" in written.stdout

    for words in (["parity"], ["parity", "--dump", str(dump)]):
        told = holdfast(all_three, *words, authority=DUMPED)
        assert told.returncode == 0, told.stdout + told.stderr
        assert told.stdout.count("agree") == 3 and f"{len(FIGURES)} cells on 37 days" in told.stdout

    first, *lines = dump.read_text().splitlines()
    without = [line for line in lines if f"/{pseudonym(f'{DUMPED} 1')}/" not in line]
    assert len(without) == len(lines) - 1
    dump.write_text("\n".join([first, *without]) + "\n")
    told = holdfast(all_three, "parity", "--dump", str(dump), authority=DUMPED)
    assert told.returncode == 1, told.stdout + told.stderr
    assert "stream    register  agree" in told.stdout
    assert "(looked_after), all" in told.stdout and "stream 12, offline 11, register 12" in told.stdout


def test_the_command_names_the_side_that_is_wrong(all_three: Whole) -> None:
    all_three.post(*children_of(NAMED))
    all_three.until(NAMED, "agreed", all_three.end_of(NAMED))
    true = all_three.figure(NAMED, "looked_after")
    all_three.say(structs.replace(true, readings=[Reading("on", 99)]))
    told = holdfast(all_three, "parity", authority=NAMED)
    assert told.returncode == 1, told.stdout + told.stderr
    assert "register  offline   agree" in told.stdout
    assert "stream 99, register 12, offline 12" in told.stdout


def test_the_command_says_what_it_cannot_do(all_three: Whole, tmp_path: Path) -> None:
    dump = tmp_path / "dump.ndjson"
    assert holdfast(all_three, "dump", "--to", str(dump), authority=AGREEING).returncode == 0
    told = holdfast(all_three, "parity", "--dump", str(dump), authority=DUMPED)
    assert told.returncode == 1 and "make one of" in told.stderr
    all_three.post(came(AGREEING, "after the dump"))
    all_three.until(AGREEING, "agreed", all_three.end_of(AGREEING))
    told = holdfast(all_three, "parity", "--dump", str(dump), authority=AGREEING)
    assert told.returncode == 1 and "make another dump" in told.stderr
