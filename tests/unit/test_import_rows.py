"""What an import of one child's rows publishes, case by case: a return, and then another."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from holdfast.contracts.events import encode_event
from holdfast.returns import Reading, read_returns
from services.intake.compared import Compared
from services.intake.domain import record_of
from tests.returning_door import ReturningDoor
from tests.unit.test_returns import written

TODAY = date(2024, 1, 1)
HEADER = "1,1,05/06/2010,,,,"
# Some other child, so that each file has a day of its own year.
OTHER = {year: f"9,31/03/{year + 1},S,C2,N1,U6,PR1,31/03/{year + 1},E4A,,,," for year in (2017, 2018, 2019)}

Reads = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Reads:
    """A return of a year, from the rows of its tables."""

    def of_year(year: int, episodes: str, header: str | None = HEADER, missing: str | None = None) -> Reading:
        folder = tmp_path / str(year)
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        tables = {"episodes": f"{episodes}\n{OTHER[year]}", "header": header, "missing": missing}
        written(folder, **{f"{name}_{year}": rows for name, rows in tables.items() if rows is not None})
        return read_returns([folder], today=TODAY)

    return of_year


def told(compared: list[Compared]) -> list[tuple[str, str, Any]]:
    """Every statement about child 1: its kind, the fact, and what is said without the day and the place."""
    return [
        (one.change.kind, one.change.name.removeprefix("1/"), shown(one.change.said.data))
        for each in compared
        for one in each.statements
        if one.child.reference == "1"
    ]


def shown(data: Any) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(data)
    if "placement" in said:
        said["placement"] = said["placement"]["type"]
    left = ("on", "from", "kind", "category_of_need", "legal_status", "sex")
    return {name: value for name, value in said.items() if name not in left}


FIRST = "1,01/05/2017,S,C2,N1,U6,PR1,01/02/2018,X1,CARPL,,,\n1,01/02/2018,P,C2,N1,U4,PR1,,,,,,"


def test_next_years_return_closes_last_years_rows_and_leaves_a_beginning_that_it_cannot_know(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    closed = "1,01/02/2018,P,C2,N1,U4,PR1,01/09/2018,X1,ALLEG,,,\n1,01/09/2018,P,C2,N1,K2,PR1,01/12/2018,E4A,,,,"
    assert told(door.take(read(2018, closed))) == [
        (
            "new",
            "2018-09-01/P",
            {"reason_for_new_episode": "P", "reason_for_placement_change": "ALLEG", "placement": "K2"},
        ),
        ("new", "2018-09-01/P/discharge", {"reason_episode_ceased": "E4A"}),
    ]


def test_what_next_years_return_says_otherwise_is_restated_as_the_move_that_it_was(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    assert told(door.take(read(2018, "1,01/02/2018,P,C2,N1,K2,PR1,,,,,,"))) == [
        (
            "restated",
            "2018-02-01/P",
            {"reason_for_new_episode": "P", "reason_for_placement_change": "CARPL", "placement": "K2"},
        )
    ]


def test_an_earlier_year_imported_later_mends_the_beginning_and_states_nothing_that_a_later_return_says(
    read: Reads,
) -> None:
    door = ReturningDoor()
    later = read(2018, "1,01/02/2018,P,C1,N1,K2,PR1,,,,,,")
    assert told(door.take(later)) == [
        ("new", "2018-02-01/P", {"began_before": True, "date_of_birth": "2010-06-05", "placement": "K2"})
    ]
    assert told(door.take(read(2017, FIRST))) == [
        ("new", "2017-05-01/S", {"date_of_birth": "2010-06-05", "placement": "U6"}),
        (
            "restated",
            "2018-02-01/P",
            {"reason_for_new_episode": "P", "reason_for_placement_change": "CARPL", "placement": "K2"},
        ),
        ("new", "2018-02-01/P/status", {}),
    ]


def test_a_row_of_an_earlier_year_that_a_later_return_does_not_have_is_not_taken(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2018, "1,01/02/2018,P,C2,N1,K2,PR1,,,,,,"))
    (compared,) = door.take(read(2017, "1,01/05/2017,S,C2,N1,U6,PR1,,,,,,"))
    assert (told([compared]), compared.outvoted) == ([], 1)


def test_a_resubmission_withdraws_rows_of_its_year_that_have_gone_with_all_that_they_stated(read: Reads) -> None:
    door = ReturningDoor()
    ended = FIRST.replace("U4,PR1,,", "U4,PR1,01/03/2018,E4A")
    door.take(read(2017, ended, missing="1,05/06/2010,M,01/06/2017,02/06/2017"))
    (compared,) = door.take(read(2017, FIRST.split("\n")[0].replace("01/02/2018,X1,CARPL", ",,"), missing=""))
    assert told([compared]) == [
        ("withdrawn", "2018-02-01/P", {}),
        ("withdrawn", "2018-02-01/P/discharge", {}),
        ("withdrawn", "M/2017-06-01", {}),
    ]
    assert (compared.counts.rows_withdrawn, compared.counts.rows_held, compared.counts.held) == (2, 4, 6)


def test_a_row_whose_end_was_taken_back_is_open_again(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, "1,01/05/2017,S,C2,N1,U6,PR1,01/02/2018,E4A,,,,"))
    assert told(door.take(read(2017, "1,01/05/2017,S,C2,N1,U6,PR1,,,,,,"))) == [
        ("withdrawn", "2017-05-01/S/discharge", {})
    ]


def test_what_has_gone_is_counted_and_left_standing_unless_it_is_to_be_withdrawn(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    gone = read(2017, FIRST.split("\n")[0])
    (compared,) = door.take(gone, withdraw=False)
    assert (told([compared]), compared.withdrawn, compared.counts.rows_withdrawn) == ([], 1, 1)
    assert [kind for kind, *_ in told(door.take(gone))] == ["withdrawn"]


def test_a_return_without_a_file_of_missing_episodes_says_nothing_of_them(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST, missing="1,05/06/2010,M,01/06/2017,02/06/2017"))
    assert told(door.take(read(2017, FIRST))) == []


def test_a_row_that_cannot_be_read_is_there_all_the_same(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    assert told(door.take(read(2017, FIRST.replace("U4", "ZZ")))) == []


def test_a_child_that_no_file_names_stays_as_it_was(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    assert told(door.take(read(2018, "2,01/06/2018,S,C2,N1,U6,PR1,,,,,,", header=""))) == []


def test_a_corrected_birth_restates_admissions_that_are_in_no_file_too(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST.replace("P,C2,N1,U4,PR1,,", "P,C2,N1,U4,PR1,01/03/2018,E4A")))
    again = "1,01/06/2018,S,C2,N1,U6,PR1,,,,,,"
    assert told(door.take(read(2018, again, header="1,1,06/06/2010,,,,"))) == [
        ("restated", "2017-05-01/S", {"date_of_birth": "2010-06-06", "placement": "U6"}),
        ("new", "2018-06-01/S", {"date_of_birth": "2010-06-06", "placement": "U6"}),
    ]


def test_a_blank_birth_takes_back_nothing(read: Reads) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    assert told(door.take(read(2017, FIRST, header="1,,,,,,"))) == []


def test_a_row_that_changes_the_legal_status_alone_moves_nobody_whichever_year_comes_first(read: Reads) -> None:
    earlier = "1,01/05/2017,S,C2,N1,U6,PR1,01/02/2018,X1,,,,\n1,01/02/2018,L,E1,N1,U6,PR1,,,,,,"
    for order in ((2017, 2018), (2018, 2017)):
        door = ReturningDoor()
        for year in order:
            door.take(read(year, earlier if year == 2017 else "1,01/02/2018,L,E1,N1,U6,PR1,,,,,,"))
        assert door.stands()["1/2018-02-01/L"] == ("care.legal-status.v1", {"legal_status": "E1", "on": "2018-02-01"})


def test_the_order_within_a_day_is_kept_where_next_years_return_has_one_of_the_two_rows(read: Reads) -> None:
    two = "1,01/02/2018,S,C2,N1,U6,PR1,01/02/2018,X1,,,,\n1,01/02/2018,P,C2,N1,U4,PR1,,,,,,"
    door = ReturningDoor()
    door.take(read(2017, two))
    assert told(door.take(read(2018, "1,01/02/2018,P,C2,N1,U4,PR1,,,,,,"))) == []


def test_a_column_that_a_set_lacks_leaves_its_field_as_it_was(read: Reads, tmp_path: Path) -> None:
    door = ReturningDoor()
    door.take(read(2017, FIRST))
    with_urn = FIRST.replace("P,C2,N1,U4,PR1,,,,,,", "P,C2,N1,U4,PR1,,,,,OL1 1AA,1234567")
    assert len(told(door.take(read(2017, with_urn)))) == 1
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    rows = [line.split(",") for line in (tmp_path / "2017" / "2017-episodes.csv").read_text().splitlines()]
    (lacking / "2017-episodes.csv").write_text("\n".join(",".join(row[:10]) for row in rows))
    assert told(door.take(read_returns([lacking], today=TODAY))) == []


def test_what_is_read_back_and_stated_again_is_written_as_it_was(read: Reads) -> None:
    """Whole miles are integers on the broker, though they are read back as numbers with a point."""
    door = ReturningDoor()
    placement = {"type": "U6", "distance_miles": 5, "in_authority": True}
    data = {"on": "2017-05-01", "legal_status": "C2", "placement": placement, "date_of_birth": "2010-06-05"}
    line = {"subject": "1", "fact": "1/2017-05-01/S", "type": "care.admission.v1", "data": data, "untold": {}}
    end = {"on": "2017-06-01", "reason_episode_ceased": "E4A"}
    ceased = {"subject": "1", "fact": "1/2017-05-01/S/discharge", "type": "care.discharge.v1", "data": end}
    years = {"subject": "1", "years": ["2018-03-31"], "date_of_birth": "2010-06-05"}
    assert len(take(door, years, line, ceased).statements) == 2
    assert len(take(door, years | {"years": ["2019-03-31"], "date_of_birth": "2010-06-06"}).statements) == 1
    restated = door.events[-1]
    assert b'"distance_miles":5,' in record_of(restated).value
    assert record_of(restated).value == encode_event(restated)


def test_without_a_line_of_the_child_each_fact_stands_for_itself_and_fields_can_be_left_as_they_were() -> None:
    door = ReturningDoor()
    data = {"on": "2017-05-01", "reason_for_new_episode": "P", "placement": {"type": "U6", "distance_miles": 5}}
    move = {"subject": "1", "fact": "a move", "type": "care.placement-move.v1", "data": data}
    assert len(take(door, move, move | {"fact": "another"}).statements) == 2
    nearer = move | {"data": data | {"placement": {"type": "U6"}}}
    assert take(door, nearer | {"not_restated": ["placement/distance_miles"]}).unchanged == 1
    (restated,) = take(door, nearer).statements
    assert (restated.change.kind, restated.change.name) == ("restated", "a move")


def take(door: ReturningDoor, *lines: dict[str, Any]) -> Compared:
    """What an import of these lines comes to."""
    return asyncio.run(door.take_lines([msgspec.json.encode(line) for line in lines], withdraw=True))
