"""Several returns: which files belong together, and how years are laid over one another."""

from datetime import UTC, date, datetime
from pathlib import Path

from holdfast.contracts.facts import Kind, standing
from holdfast.returns import Reading, facts_offline, read_returns
from tests.unit.test_returns import EPISODES, HEADER, MISSING, codes, read, said, written

# Puts a return into the year ending 31 March 2018, or 2019.
IN_2017 = "9,01/05/2017,S,C1,N1,U6,PR1,,,,,,"
IN_2018 = "9,01/05/2017,S,C1,N1,U6,PR1,02/05/2018,E4A,,,,\n9,02/06/2018,S,C1,N1,U6,PR1,,,,,,"


def names(reading: Reading, child: str = "1") -> list[str]:
    """The facts of a child by what distinguishes them."""
    return [fact.fact.removeprefix(f"{child}/") for fact in reading.facts if fact.subject == child]


def test_the_next_years_return_closes_last_years_open_row(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n{IN_2017}",
        episodes_2018=f"1,09/04/2017,S,C1,N1,U6,PR1,10/05/2018,X1,CARPL,,,\n1,10/05/2018,P,C1,N1,K2,PR4,,,,,,\n{IN_2018}",
    )
    assert names(reading) == ["2017-04-09/S", "2018-05-10/P"]
    moved = said(reading)[1][2]
    assert moved["reason_for_placement_change"] == "CARPL"
    assert [year.year_ending for year in reading.years] == [date(2018, 3, 31), date(2019, 3, 31)]


def test_a_row_of_a_later_years_days_that_the_later_return_has_not_is_dropped(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"""1,09/04/2017,S,C1,N1,U6,PR1,01/03/2018,X1,,,,
            1,01/03/2018,P,C1,N1,K2,PR4,,,,,,
            {IN_2017}""",
        episodes_2018=f"1,02/03/2018,P,C1,N1,K2,PR4,,,,,,\n{IN_2018}",
    )
    assert names(reading) == ["2017-04-09/S", "2018-03-02/P"]
    assert reading.dropped == 1


def test_a_row_that_ended_on_the_first_of_april_covers_no_day_of_the_year_that_begins_then(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,01/04/2018,X1,,,,\n{IN_2017}",
        episodes_2018=f"1,01/04/2018,P,C1,N1,K2,PR4,,,,,,\n{IN_2018}",
    )
    assert names(reading) == ["2017-04-09/S", "2018-04-01/P"]
    assert reading.dropped == 0


def test_an_open_child_that_the_next_return_does_not_name_stays_and_is_a_finding(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n{IN_2017}",
        episodes_2018=IN_2018,
        header_2018="9,1,05/06/2010,WBRI,,,",
        header_2017="1,1,05/06/2010,WBRI,,,",
    )
    assert names(reading) == ["2017-04-09/S"]
    assert codes(reading) == [("absent-next-year", 2, "DEC", False)]


def test_a_child_whom_the_next_return_names_without_an_episode_is_no_longer_looked_after(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n{IN_2017}",
        episodes_2018=IN_2018,
        header_2018="1,1,05/06/2010,WBRI,,,",
    )
    assert names(reading) == []


def test_a_row_that_could_not_be_read_is_still_in_its_return(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n{IN_2017}",
        episodes_2018=f"1,09/04/2017,S,C1,N1,??,PR1,,,,,,\n{IN_2018}",
    )
    assert names(reading) == ["2017-04-09/S"]


def test_a_changed_date_of_birth_restates_every_admission_of_the_child(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,E4A,,,,\n{IN_2017}",
        header_2017="1,1,05/06/2010,WBRI,,,",
        episodes_2018=f"1,09/05/2018,S,C1,N1,U6,PR1,,,,,,\n{IN_2018}",
        header_2018="1,2,06/06/2010,WBRI,,,",
    )
    admissions = [data for _, kind, data in said(reading)[:3] if kind == "admission"]
    assert [(data["date_of_birth"], data["sex"]) for data in admissions] == [("2010-06-06", "female")] * 2


def test_what_a_later_set_has_no_column_for_stays_as_it_was(tmp_path: Path) -> None:
    written(tmp_path, episodes_2017=f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,77\n{IN_2017}")
    (tmp_path / "2018-episodes.csv").write_text(
        "CHILD,DECOM,RNE,LS,PLACE,DEC,REC,PL_POST\n1,09/04/2017,S,C1,U6,,,B2 2BB\n9,02/06/2018,S,C1,U6,,,\n"
    )
    data = next(iter(read_returns([tmp_path]).facts)).data
    assert data["placement"] == {"type": "U6", "provider": "PR1", "urn": "77", "postcode": "B22BB"}
    assert data["category_of_need"] == "N1"


def test_missing_rows_are_laid_over_one_another_only_where_the_later_return_has_the_table(tmp_path: Path) -> None:
    first = {
        "episodes_2017": f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n{IN_2017}",
        "missing_2017": "1,05/06/2010,M,20/03/2018,",
    }
    later = {"episodes_2018": f"1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n{IN_2018}"}
    assert "M/2018-03-20" in names(read(tmp_path, **first, **later))
    assert "M/2018-03-20" not in names(read(tmp_path, missing_2018="9,05/06/2010,M,20/06/2018,"))


def test_files_belong_together_by_their_names(tmp_path: Path) -> None:
    for year, day in (("2017", "01/05/2017"), ("2018", "01/05/2018")):
        (tmp_path / f"Header {year}.csv").write_text(f"{HEADER}\n1,1,05/06/2010,WBRI,,,\n")
        (tmp_path / f"Episodes {year}.csv").write_text(f"{EPISODES}\n1,{day},S,C1,N1,U6,PR1,,,,,,\n")
    (tmp_path / "Missing.csv").write_text(f"{MISSING}\n")
    (tmp_path / "UASC 2017.csv").write_text("CHILD,SEX,DOB,DUC\n")
    (tmp_path / "notes.csv").write_text("what,when\n")
    reading = read_returns([tmp_path])
    assert [[Path(file).name for file in year.files] for year in reading.years] == [
        ["Episodes 2017.csv", "Header 2017.csv", "UASC 2017.csv"],
        ["Episodes 2018.csv", "Header 2018.csv"],
    ]
    assert [(fault.code, Path(fault.file).name) for fault in reading.faults] == [("no-episodes", "Missing.csv")]
    left_out = [(Path(unread.file).name, unread.because) for unread in reading.left_out]
    assert left_out == [("notes.csv", "not a table of the return")]


def test_a_header_of_any_name_belongs_to_the_only_episodes_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{HEADER}\n1,1,05/06/2010,WBRI,,,\n")
    (tmp_path / "b.csv").write_text(f"{EPISODES}\n1,01/05/2017,S,C1,N1,U6,PR1,,,,,,\n")
    assert next(iter(read_returns([tmp_path]).facts)).data["sex"] == "male"


def test_two_episodes_files_of_one_year_are_one_return_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(f"{EPISODES}\n1,01/05/2017,S,C1,N1,K2,PR1,,,,,,\n")
    (tmp_path / "a.csv").write_text(
        f"{EPISODES}\n1,01/05/2017,S,C1,N1,U6,PR1,,,,,,\n2,01/06/2017,S,C1,N1,U6,PR1,,,,,,\n"
    )
    reading = read_returns([tmp_path])
    assert len(reading.years) == 1
    assert [fact.data["placement"]["type"] for fact in reading.facts] == ["K2", "U6"]
    assert ("repeated-row", 2, None, False) in codes(reading)


def test_unreadable_files_are_faults_and_stop_nothing(tmp_path: Path) -> None:
    written(tmp_path, episodes=IN_2017)
    (tmp_path / "x.csv").write_bytes(b"CHILD,\x00\x81")
    (tmp_path / "y.csv").write_bytes(b"")
    (tmp_path / "z.csv").write_text("CHILD,DECOM,RNE,LS,PLACE,DEC\n")
    reading = read_returns([tmp_path])
    assert len(reading.facts) == 1
    assert [fault.code for fault in reading.faults if fault.left_out] == ["not-text", "empty", "lacks-column"]


def test_a_table_without_a_column_that_it_must_have_or_with_it_twice_is_a_fault(tmp_path: Path) -> None:
    written(tmp_path, episodes=IN_2017)
    (tmp_path / "w.csv").write_text(EPISODES.replace("CHILD", "KID", 1) + "\n")
    (tmp_path / "x.csv").write_text("CHILD;DECOM;RNE\n1;01/05/2017;S\n")
    (tmp_path / "y.csv").write_text(f"{MISSING},MIS_END\n")
    reading = read_returns([tmp_path])
    assert [(fault.code, fault.column) for fault in reading.faults if fault.left_out] == [
        ("lacks-column", "CHILD"),
        ("lacks-column", "LS"),
        ("repeated-column", "MIS_END"),
    ]


def test_a_header_needs_no_more_than_it_is_read_for(tmp_path: Path) -> None:
    written(tmp_path, episodes=IN_2017)
    (tmp_path / "y.csv").write_text("CHILD,SEX,DOB\n9,2,05/06/2010\n")
    reading = read_returns([tmp_path])
    assert next(iter(reading.facts)).data["date_of_birth"] == "2010-06-05"
    assert reading.faults == []


def test_where_an_episodes_file_could_not_be_read_no_other_takes_its_header(tmp_path: Path) -> None:
    written(tmp_path, episodes_2018=IN_2018, header_2017="9,2,05/06/2010,WBRI,,,")
    (tmp_path / "2017-episodes.csv").write_text("CHILD,DECOM\n9,01/05/2017\n")
    reading = read_returns([tmp_path])
    assert [(fault.code, Path(fault.file).name) for fault in reading.faults if fault.left_out] == [
        ("lacks-column", "2017-episodes.csv"),
        ("no-episodes", "2017-header.csv"),
    ]
    assert not any("date_of_birth" in fact.data for fact in reading.facts)


def test_offline_facts_are_those_of_the_door_with_the_postcode_as_locality(tmp_path: Path) -> None:
    reading = read(
        tmp_path, episodes="1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,E4A,,,b1 1aa,", header="1,2,05/06/2010,,,,"
    )
    facts = facts_offline(reading, "E08000016", datetime(2018, 6, 30, 12, tzinfo=UTC))
    admission, discharge = facts["1"]
    assert (admission.kind, admission.system, admission.sex) == (Kind.ADMISSION, "ssda903", "female")
    assert admission.placement is not None and admission.placement.locality == "B11AA"
    assert (discharge.kind, discharge.reason) == (Kind.DISCHARGE, "E4A")
    assert admission.recorded_at == discharge.recorded_at
    assert len(standing(facts["1"])) == 2
