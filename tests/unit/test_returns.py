"""Rows of a return, and the facts they become: tables that an analyst can read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from holdfast.returns import Reading, read_returns

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END"
HOME = "U6,PR1"
TODAY = date(2024, 1, 1)

Said = list[tuple[str, str, dict[str, Any]]]


def written(folder: Path, **tables: str) -> Path:
    """Files in a folder: `episodes_2017` is 2017-episodes.csv. A table is its rows, the column names left out."""
    names = {"episodes": EPISODES, "header": HEADER, "missing": MISSING}
    for name, rows in tables.items():
        table, _, year = name.partition("_")
        lines = [names[table], *(row.strip() for row in rows.strip().splitlines())]
        (folder / f"{year or '2017'}-{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def read(folder: Path, **tables: str) -> Reading:
    """What is read of files."""
    return read_returns([written(folder, **tables)], today=TODAY)


def said(reading: Reading) -> Said:
    """Facts as (name, type without its frame, data without the placement)."""
    return [
        (
            fact.fact,
            fact.type.removeprefix("care.").removesuffix(".v1"),
            {name: value for name, value in fact.data.items() if name != "placement"},
        )
        for fact in reading.facts
    ]


def codes(reading: Reading) -> list[tuple[str, int | None, str | None, bool]]:
    """Faults as (code, row, column, left out)."""
    return [(fault.code, fault.row, fault.column, fault.left_out) for fault in reading.faults]


ADMITTED = {"legal_status": "C1", "category_of_need": "N1", "sex": "female", "date_of_birth": "2010-06-05"}


# The rows of child 1, who is in Header; the facts they become.
MAPPING: list[tuple[str, str, Said]] = [
    (
        "a period of care that starts is an admission",
        "1,09/04/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,",
        [("1/2017-04-09/S", "admission", {"on": "2017-04-09"} | ADMITTED)],
    ),
    (
        "a first row that starts nothing is an admission that began before",
        "1,09/04/2017,P,C1,N1,U6,PR1,,,,,B1 1AA,",
        [("1/2017-04-09/P", "admission", {"on": "2017-04-09", "began_before": True} | ADMITTED)],
    ),
    (
        "so is a first row of legal status",
        "1,09/04/2017,L,C1,N1,U6,PR1,,,,,B1 1AA,",
        [("1/2017-04-09/L", "admission", {"on": "2017-04-09", "began_before": True} | ADMITTED)],
    ),
    (
        "a move carries the reason of the row that ended",
        """1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,X1,CREQB,,B1 1AA,
           1,10/05/2017,P,C1,N1,K2,PR4,,,,,B2 2BB,123""",
        [
            ("1/2017-04-09/S", "admission", {"on": "2017-04-09"} | ADMITTED),
            (
                "1/2017-05-10/P",
                "placement-move",
                {
                    "on": "2017-05-10",
                    "reason_for_new_episode": "P",
                    "reason_for_placement_change": "CREQB",
                },
            ),
        ],
    ),
    (
        "B and U carry the legal status themselves; P and T that change it have a legal status beside them",
        """1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,X1,,,B1 1AA,
           1,10/05/2017,B,C2,N1,K2,PR4,10/06/2017,X1,,,B2 2BB,123
           1,10/06/2017,P,E1,N1,U4,PR4,10/07/2017,X1,,,B3 3BB,
           1,10/07/2017,T,E1,N1,U4,PR1,,,,,B3 3BB,""",
        [
            ("1/2017-04-09/S", "admission", {"on": "2017-04-09"} | ADMITTED),
            (
                "1/2017-05-10/B",
                "placement-move",
                {"on": "2017-05-10", "reason_for_new_episode": "B", "legal_status": "C2"},
            ),
            ("1/2017-06-10/P", "placement-move", {"on": "2017-06-10", "reason_for_new_episode": "P"}),
            ("1/2017-06-10/P/status", "legal-status", {"on": "2017-06-10", "legal_status": "E1"}),
            ("1/2017-07-10/T", "placement-move", {"on": "2017-07-10", "reason_for_new_episode": "T"}),
        ],
    ),
    (
        "a row of legal status is one",
        """1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,X1,,,B1 1AA,
           1,10/05/2017,L,C2,N1,U6,PR1,,,,,B1 1AA,""",
        [
            ("1/2017-04-09/S", "admission", {"on": "2017-04-09"} | ADMITTED),
            ("1/2017-05-10/L", "legal-status", {"on": "2017-05-10", "legal_status": "C2"}),
        ],
    ),
    (
        "a reason for ceasing other than X1 is also a discharge",
        """1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,E4A,,,B1 1AA,
           1,10/05/2017,S,V2,N1,U6,PR1,,X1,,,B1 1AA,""",
        [
            ("1/2017-04-09/S", "admission", {"on": "2017-04-09"} | ADMITTED),
            ("1/2017-04-09/S/discharge", "discharge", {"on": "2017-05-10", "reason_episode_ceased": "E4A"}),
            ("1/2017-05-10/S", "admission", {"on": "2017-05-10"} | ADMITTED | {"legal_status": "V2"}),
        ],
    ),
    (
        "rows of one child and day carry their order in the file, whatever the order of the days there",
        """1,10/05/2017,T,C1,N1,U4,PR1,10/05/2017,X1,,,B1 1AA,
           1,10/05/2017,P,C1,N1,K2,PR4,,X1,,,B2 2BB,
           1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,X1,,,B1 1AA,""",
        [
            ("1/2017-04-09/S", "admission", {"on": "2017-04-09"} | ADMITTED),
            ("1/2017-05-10/T", "placement-move", {"on": "2017-05-10", "reason_for_new_episode": "T", "sequence": 1}),
            ("1/2017-05-10/P", "placement-move", {"on": "2017-05-10", "reason_for_new_episode": "P", "sequence": 2}),
        ],
    ),
]


@pytest.mark.parametrize(("episodes", "facts"), [case[1:] for case in MAPPING], ids=[case[0] for case in MAPPING])
def test_a_row_becomes_what_the_contract_says(tmp_path: Path, episodes: str, facts: Said) -> None:
    reading = read(tmp_path, episodes=episodes, header="1,2,05/06/2010,WBRI,,,")
    assert said(reading) == facts
    assert not [fault for fault in reading.faults if fault.left_out]


def test_a_missing_row_is_a_missing_episode_open_until_it_ends(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        episodes="1,09/04/2017,S,C1,N1,U6,PR1,,,,,,",
        header="1,M,05/06/2010,WBRI,,,",
        missing="1,05/06/2010,M,01/05/2017,03/05/2017\n1,05/06/2010,A,01/06/2017,",
    )
    assert said(reading)[1:] == [
        ("1/M/2017-05-01", "missing-episode", {"kind": "M", "from": "2017-05-01", "until": "2017-05-03"}),
        ("1/A/2017-06-01", "missing-episode", {"kind": "A", "from": "2017-06-01"}),
    ]


@pytest.mark.parametrize(
    ("cells", "placement"),
    [
        ("U6,PR1,sw1a 1aa,1234567,", {"type": "U6", "provider": "PR1", "urn": "1234567", "postcode": "SW1A1AA"}),
        ("k2,pr4,,SC12,12.5", {"type": "K2", "provider": "PR4", "urn": "SC12", "distance_miles": 12.5}),
        ("P1,,,XXXXXXX,999.9", {"type": "P1", "urn": "XXXXXXX"}),
    ],
)
def test_a_placement_says_what_its_row_knows(tmp_path: Path, cells: str, placement: dict[str, Any]) -> None:
    kind, provider, postcode, urn, miles = cells.split(",")
    (tmp_path / "episodes.csv").write_text(
        "CHILD,DECOM,RNE,LS,PLACE,PLACE_PROVIDER,DEC,REC,PL_POST,URN,PL_DISTANCE,PL_LOCATION\n"
        f"1,09/04/2017,S,C1,{kind},{provider},,,{postcode},{urn},{miles},OUT\n"
    )
    (fact,) = read_returns([tmp_path]).facts
    assert fact.data["placement"] == placement | {"in_authority": False}


@pytest.mark.parametrize("miles", ["far", "-1", "1000", "12,5", "nan", "inf"])
def test_a_distance_that_is_none_costs_its_row(tmp_path: Path, miles: str) -> None:
    (tmp_path / "episodes.csv").write_text(
        f'CHILD,DECOM,RNE,LS,PLACE,DEC,REC,PL_DISTANCE\n1,09/04/2017,S,C1,U6,,,"{miles}"\n2,09/04/2017,S,C1,U6,,,20\n'
    )
    reading = read_returns([tmp_path])
    assert [fault for fault in codes(reading) if fault[3]] == [("not-a-number", 2, "PL_DISTANCE", True)]
    assert [fact.data["placement"]["distance_miles"] for fact in reading.facts] == [20.0]


@pytest.mark.parametrize(
    ("code", "sex"), [("1", "male"), ("M", "male"), ("2", "female"), ("F", "female"), ("U", "unknown"), ("", None)]
)
def test_sex_is_read_in_both_of_its_code_lists(tmp_path: Path, code: str, sex: str | None) -> None:
    reading = read(tmp_path, episodes="1,09/04/2017,S,C1,N1,U6,PR1,,,,,,", header=f"1,{code},,WBRI,,,")
    assert next(iter(reading.facts)).data.get("sex") == sex


GOOD = "2,09/04/2017,S,C1,N1,U6,PR1,,,,,,"
BAD_ROWS = [
    ("1,31/02/2017,S,C1,N1,U6,PR1,,,,,,", "not-a-date", "DECOM"),
    ("1,42834,S,C1,N1,U6,PR1,,,,,,", "date-as-number", "DECOM"),
    ("1,2017-09-31,S,C1,N1,U6,PR1,,,,,,", "not-a-date", "DECOM"),
    ("1,2017-04-09 12:30,S,C1,N1,U6,PR1,,,,,,", "not-a-date", "DECOM"),
    ("1,09/04/1917,S,C1,N1,U6,PR1,,,,,,", "date-out-of-range", "DECOM"),
    ("1,09/04/2071,S,C1,N1,U6,PR1,,,,,,", "date-out-of-range", "DECOM"),
    (",09/04/2017,S,C1,N1,U6,PR1,,,,,,", "blank", "CHILD"),
    ("1,09/04/2017,X,C1,N1,U6,PR1,,,,,,", "unknown-code", "RNE"),
    ("1,09/04/2017,S,,N1,U6,PR1,,,,,,", "blank", "LS"),
    ("1,09/04/2017,S,C1,N1,W1,PR1,,,,,,", "unknown-code", "PLACE"),
    ("1,09/04/2017,S,C1,N1,U6,PR9,,,,,,", "unknown-code", "PLACE_PROVIDER"),
    ("1,09/04/2017,S,C1,N1,U6,PR1,08/04/2017,X1,,,,", "ends-before-it-begins", "DEC"),
    ("1,09/04/2017,S,C1,N1,U6,PR1,10/04/2017,E99,,,,", "unknown-code", "REC"),
    ("1,09/04/2017,S,C1,N1,U6,PR1,,,,,see notes (file),", "wrong-form", "PL_POST"),
    ("1,09/04/2017,S,C1,N1,U6,PR1,,,,,,,,one more", "too-many-cells", None),
]


@pytest.mark.parametrize(("row", "code", "column"), BAD_ROWS)
def test_a_bad_row_is_located_and_costs_only_itself(tmp_path: Path, row: str, code: str, column: str | None) -> None:
    reading = read(tmp_path, episodes=f"{row}\n{GOOD}", header="1,1,05/06/2010,WBRI,,,\n2,1,05/06/2010,WBRI,,,")
    assert [fact.subject for fact in reading.facts] == ["2"]
    (fault,) = reading.faults
    assert (fault.code, fault.row, fault.column, fault.left_out) == (code, 2, column, True)
    assert Path(fault.file).name == "2017-episodes.csv"
    assert fault.sentence.endswith(".") and fault.mend.endswith(".")


def test_rows_without_any_text_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(f"\ufeff{EPISODES}\n{GOOD}\n,,,,,,,,,,,,\n\n", encoding="utf-8")
    reading = read_returns([tmp_path])
    assert len(reading.facts) == 1
    assert codes(reading) == [("no-header-file", None, None, False)]


ODD: list[tuple[str, str, list[tuple[str, int | None, str | None, bool]]]] = [
    (
        "an open row with a reason for ceasing",
        "1,09/04/2017,S,C1,N1,U6,PR1,,E4A,,,,",
        [("open-with-reason", 2, "REC", False)],
    ),
    (
        "an end without a reason",
        "1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,,,,,",
        [("ended-without-reason", 2, "REC", False)],
    ),
    (
        "two rows with one key",
        "1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n1,09/04/2017,S,C1,N1,K2,PR1,,,,,,",
        [("repeated-row", 2, None, False)],
    ),
    (
        "a row of legal status with another placement",
        "1,09/04/2017,S,C1,N1,U6,PR1,10/05/2017,X1,,,,\n1,10/05/2017,L,C2,N1,K2,PR1,,,,,,",
        [("legal-status-row-moves", 3, "PLACE", False)],
    ),
    ("a child without a Header row", "3,09/04/2017,S,C1,N1,U6,PR1,,,,,,", [("no-header-row", 2, "CHILD", False)]),
    ("an admission before the birth", "1,09/04/2009,S,C1,N1,U6,PR1,,,,,,", [("born-after", 2, "DOB", False)]),
]


@pytest.mark.parametrize(("episodes", "found"), [case[1:] for case in ODD], ids=[case[0] for case in ODD])
def test_what_is_odd_is_told_and_costs_nothing(
    tmp_path: Path, episodes: str, found: list[tuple[str, int | None, str | None, bool]]
) -> None:
    reading = read(tmp_path, episodes=episodes, header="1,1,05/06/2010,WBRI,,,")
    assert codes(reading) == found
    assert len(reading.facts) == len({fact.origin for fact in reading.facts}) > 0


def test_of_two_rows_with_one_key_the_last_is_read(tmp_path: Path) -> None:
    reading = read(tmp_path, episodes="1,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n1,09/04/2017,S,C1,N1,K2,PR1,,,,,,")
    assert [fact.data["placement"]["type"] for fact in reading.facts] == ["K2"]


def test_no_sentence_repeats_what_a_cell_holds(tmp_path: Path) -> None:
    reading = read(tmp_path, episodes="\n".join(row for row, _, _ in BAD_ROWS) + f"\n{GOOD}")
    text = " ".join(f"{fault.sentence} {fault.mend}" for fault in reading.faults)
    assert not any(cell in text for cell in ("31/02/2017", "W1", "PR9", "E99", "see notes", "one more"))
