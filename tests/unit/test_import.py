"""`holdfast import`: what it sends, how patient it is, and what it prints. The door is a fake behind a transport."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import typer
from typer.testing import CliRunner

from holdfast.cli import import_, import_sent, sender_token
from holdfast.cli.door import Door, DoorAway, DoorRefused, Stopped
from holdfast.returns import Reading, read_returns
from holdfast.returns.sending import chunks
from tests.unit.test_returns import written

ROWS = "778899,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,E4A,,,,\n112233,09/04/2017,S,C1,N1,U6,PR1,,,,,,"
HEADERS = "778899,1,05/06/2010,,,,\n112233,1,05/06/2010,,,,"

RECORDED = "2018-06-30T12:00:00Z"

Handler = Callable[[httpx.Request], httpx.Response]


class FakeDoor:
    """Remembers what each fact was last said to be, and refuses facts of discharge where asked to."""

    def __init__(self, refuse_discharges: bool = False) -> None:
        self.held: dict[str, Any] = {}
        self.refuse_discharges = refuse_discharges
        self.published = 0
        # Of twenty rows held, so many are in no file.
        self.gone = 0
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        lines = [msgspec.json.decode(line) for line in request.content.splitlines()]
        facts = {number: line for number, line in enumerate(lines, 1) if "fact" in line}
        refused = {n for n, line in facts.items() if self.refuse_discharges and line["fact"].endswith("/discharge")}
        rejected = [
            {"line": number, "code": "unknown-code", "pointer": "/data", "message": "quotes 778899"}
            for number in refused
        ]
        taken = [line for number, line in facts.items() if number not in refused]
        different = [line for line in taken if self.held.get(line["fact"]) != line]
        restated = [line for line in different if line["fact"] in self.held]
        if request.url.params.get("dry_run") != "true":
            self.held |= {line["fact"]: line for line in taken}
            self.published += len(different)
        counted = {"published": len(different), "unchanged": len(taken) - len(different), "restated": len(restated)}
        gone = {
            "withdrawn": self.gone,
            "rows_withdrawn": self.gone,
            "rows_held": 20,
            "held": 20,
            "outvoted": 0,
            "remembered": 0,
        }
        counted |= {"published": len(different) + self.gone, "new": len(different) - len(restated)}
        answer = counted | gone | {"rejected": rejected, "later": [], "recordedtime": RECORDED}
        return httpx.Response(200, content=msgspec.json.encode(answer))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Runs the command against a handler; the waits are not waited."""
    application = typer.Typer()
    application.command()(import_.import_returns)
    monkeypatch.setattr(import_sent, "_wait", lambda stopping, seconds: stopping.is_set())
    monkeypatch.delenv("HOLDFAST_TOKEN", raising=False)

    def command(handler: Handler, *arguments: str, token: str | None = "secret") -> Any:
        def connect(url: str, bearer: str) -> httpx.Client:
            return httpx.Client(
                base_url=url, transport=httpx.MockTransport(handler), headers={"authorization": f"Bearer {bearer}"}
            )

        monkeypatch.setattr(import_sent, "connect", connect)
        given = [*arguments, "--authority", "E08000016", *(["--token", token] if token else [])]
        return CliRunner().invoke(application, given)

    yield command


def test_importing_twice_publishes_nothing_the_second_time(run: Callable[..., Any], tmp_path: Path) -> None:
    door = FakeDoor()
    folder = str(written(tmp_path, episodes=ROWS, header=HEADERS))
    first, second = run(door, folder), run(door, folder)
    assert "3 new, 0 restated, 0 withdrawn, 0 unchanged, 0 rejected" in first.output
    assert "0 new, 0 restated, 0 withdrawn, 3 unchanged, 0 rejected" in second.output
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert door.published == 3


def test_a_return_goes_to_the_door_twice_first_only_to_see_what_would_change(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    door = FakeDoor()
    run(door, str(written(tmp_path, episodes=ROWS, header=HEADERS)))
    tried, sent = door.requests
    assert tried.headers["authorization"] == "Bearer secret"
    assert (tried.url.path, dict(tried.url.params)) == (
        "/imports",
        {"system": "ssda903", "withdraw": "true", "dry_run": "true"},
    )
    # As the door said it, so that all of an import is recorded at one instant.
    assert dict(sent.url.params) == {"system": "ssda903", "withdraw": "true", "recordedtime": RECORDED}
    assert tried.content == sent.content
    lines = [msgspec.json.decode(line) for line in sent.content.splitlines()]
    assert [line["subject"] for line in lines] == ["112233"] * 2 + ["778899"] * 3
    assert lines[0] == {
        "subject": "112233",
        "years": ["2018-03-31"],
        "date_of_birth": "2010-06-05",
        "sex": "male",
        "silent": [{"year": "2018-03-31", "fields": ["placement/distance_miles", "placement/in_authority", "missing"]}],
    }


@pytest.mark.parametrize("gone", [1, 2])
def test_more_than_one_row_in_twenty_gone_stops_before_anything_is_sent(
    run: Callable[..., Any], tmp_path: Path, gone: int
) -> None:
    door = FakeDoor()
    door.gone = gone
    folder = str(written(tmp_path, episodes=ROWS, header=HEADERS))
    result = run(door, folder)
    if gone == 1:
        assert (result.exit_code, len(door.requests)) == (0, 2)
        assert "3 new, 0 restated, 1 withdrawn" in result.output
        return
    assert (result.exit_code, len(door.requests), door.published) == (3, 1, 0)
    assert "2 of the 20 rows held for these years are no longer in the files" in result.output
    assert "--withdraw-anyway" in result.output
    assert run(door, folder, "--withdraw-anyway").exit_code == 0
    assert door.published == 3


def test_what_the_door_rejects_is_located_in_the_file_and_nothing_personal_is_printed(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    result = run(FakeDoor(refuse_discharges=True), str(written(tmp_path, episodes=ROWS, header=HEADERS)))
    assert result.exit_code == 1
    assert "2017-episodes.csv row 2: a code that is in no code list (/data)" in result.output
    assert not any(child in result.output for child in ("778899", "112233"))


def test_rows_left_out_are_shown_with_what_to_do_and_the_rest_is_sent(run: Callable[..., Any], tmp_path: Path) -> None:
    rows = f"{ROWS}\n112244,09/04/2017,S,C1,N1,W1,PR1,,,,,,"
    result = run(FakeDoor(), str(written(tmp_path, episodes=rows, header=HEADERS)))
    assert result.exit_code == 1
    assert "1 left out (unknown-code): PLACE holds a code that is in no list." in result.output
    assert "2017-episodes.csv row 4" in result.output
    assert "3 new" in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--recorded-at", "yesterday"], "--recorded-at is an instant"),
        (["--authority", "E99999999"], "is not the code of an English authority"),
    ],
)
def test_a_wrong_argument_is_one_sentence(
    run: Callable[..., Any], tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    application = typer.Typer()
    application.command()(import_.import_returns)
    given = [str(written(tmp_path, episodes=ROWS)), "--authority", "E08000016", "--token", "x", *arguments]
    result = CliRunner().invoke(application, given)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_without_a_token_it_says_how_to_make_one(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "intake.env").touch()
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    result = run(FakeDoor(), str(written(tmp_path, episodes=ROWS)), token=None)
    assert result.exit_code == 2
    assert "holdfast token create --authority E08000016 --system ssda903" in result.output


def test_a_folder_without_episodes_sends_nothing(run: Callable[..., Any], tmp_path: Path) -> None:
    door = FakeDoor()
    result = run(door, str(written(tmp_path, header=HEADERS)))
    assert result.exit_code == 2
    assert door.requests == []


def test_a_door_that_refuses_the_token_is_one_sentence(run: Callable[..., Any], tmp_path: Path) -> None:
    def refusing(_: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"title": "Unauthorized", "detail": "This token has expired."})

    result = run(refusing, str(written(tmp_path, episodes=ROWS)))
    assert result.exit_code == 2
    assert "This token has expired (401)" in result.output


def _reading(tmp_path: Path, numbers: dict[str, int]) -> Reading:
    """Children with so many rows each: one a day, all legal statuses but the first."""
    rows = [
        f"{child},{(date(2017, 4, 1) + timedelta(days=day)):%d/%m/%Y},{'L' if day else 'S'},C2,N1,U6,PR1,,,,,,"
        for child, number in numbers.items()
        for day in range(number)
    ]
    return read_returns([written(tmp_path, episodes="\n".join(rows))])


def test_chunks_hold_whole_children_each_after_its_own_line(tmp_path: Path) -> None:
    reading = _reading(tmp_path, {f"c{child:03}": 149 for child in range(40)})
    made = list(chunks(reading))
    assert [chunk.facts for chunk in made] == [16 * 149, 16 * 149, 8 * 149]
    assert [origin for chunk in made for origin in chunk.origins if origin] == [fact.origin for fact in reading.facts]
    for chunk in made:
        lines = [msgspec.json.decode(line) for line in chunk.body.splitlines()]
        assert ["years" in line for line in lines] == [origin is None for origin in chunk.origins]
        assert len({line["subject"] for line in lines}) == sum("years" in line for line in lines)


def test_a_child_with_more_facts_than_a_chunk_holds_stays_together(tmp_path: Path) -> None:
    rows = "\n".join(f"b,,M,{(date(2010, 1, 1) + timedelta(days=day)):%d/%m/%Y}," for day in range(2600))
    folder = written(
        tmp_path, episodes="a,09/04/2017,S,C1,N1,U6,PR1,,,,,,\nc,09/04/2017,S,C1,N1,U6,PR1,,,,,,", missing=rows
    )
    assert [chunk.facts for chunk in chunks(read_returns([folder]))] == [1, 2600, 1]


def test_a_child_with_more_facts_than_any_may_have_is_left_out_and_the_others_are_sent(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    rows = "\n".join(f"b,,M,{(date(2004, 1, 1) + timedelta(days=day)):%d/%m/%Y}," for day in range(5_001))
    door = FakeDoor()
    result = run(door, str(written(tmp_path, episodes=ROWS, header=HEADERS, missing=rows)))
    assert (result.exit_code, door.published) == (1, 3)
    assert "3 new, 0 restated, 0 withdrawn, 0 unchanged, 5,001 rejected" in result.output
    assert "2017-missing.csv row 2: the child has as many different statements as one child may have" in result.output


def test_a_command_that_is_stopped_says_how_to_go_on(run: Callable[..., Any], tmp_path: Path) -> None:
    door = FakeDoor()

    def stopped(request: httpx.Request) -> httpx.Response:
        if door.requests:
            raise KeyboardInterrupt
        return door(request)

    result = run(stopped, str(written(tmp_path, episodes=ROWS, header=HEADERS)))
    assert (result.exit_code, door.published) == (2, 0)
    assert "Run the same command again to go on" in result.output


def test_a_child_that_is_only_named_is_told_too(tmp_path: Path) -> None:
    (chunk,) = chunks(read_returns([written(tmp_path, episodes=ROWS, header=f"{HEADERS}\n99,1,05/06/2010,,,,")]))
    assert msgspec.json.decode(chunk.body.splitlines()[-1])["subject"] == "99"
    assert chunk.origins[-1] is None


class Answers:
    """A door that gives one answer after the other, the last for ever; notes how long it was waited for."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self.left = list(answers)
        self.asked = 0
        self.waits: list[float] = []
        self.stop = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return self.stop

    def door(self, tries: int | None) -> Door:
        client = httpx.Client(base_url="http://door", transport=httpx.MockTransport(self))
        return Door(client, tries=tries, wait=self.wait, say=lambda sentence: None)


def test_a_busy_door_is_asked_again_when_it_says_so() -> None:
    answers = Answers(
        httpx.Response(429, headers={"retry-after": "3"}),
        httpx.Response(503, headers={"retry-after": "999"}),
        httpx.ConnectError("refused"),
        httpx.Response(200, content=b"[]"),
    )
    assert answers.door(5).post("/events", b"", "text/plain") == b"[]"
    assert answers.waits[:2] == [3.0, 30.0]
    assert len(answers.waits) == 3


def test_a_door_that_stays_away_is_given_up_after_the_bound() -> None:
    answers = Answers(httpx.ConnectError("refused"))
    with pytest.raises(DoorAway, match="in 4 tries: it does not answer"):
        answers.door(4).post("/events", b"", "text/plain")
    assert answers.asked == 4


def test_a_refusal_is_not_repeated() -> None:
    answers = Answers(httpx.Response(403, json={"title": "Forbidden"}))
    with pytest.raises(DoorRefused, match=r"Forbidden \(403\)"):
        answers.door(4).post("/events", b"", "text/plain")
    assert answers.asked == 1


def test_waiting_ends_when_told_to_stop() -> None:
    answers = Answers(httpx.ConnectError("refused"))
    answers.stop = True
    with pytest.raises(Stopped):
        answers.door(None).post("/events", b"", "text/plain")


def test_a_token_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")
    assert sender_token.find_token("E08000016", "ssda903", None, tmp_path / "token") == "secret"
    with pytest.raises(typer.Exit):
        sender_token.find_token("E08000016", "ssda903", None, tmp_path / "none")
