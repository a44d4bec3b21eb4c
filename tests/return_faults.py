"""Faults put into a good return, each with everything that is then found: the code, the file's word, row and column.

The good return has children 2 and 3, of whom everything adds up; the faults are in rows of child 1 below theirs. Row 1
of each file has the columns, so the first row of child 1 is row 5 in Episodes, row 4 in Header, row 3 in Missing.
"""

from typing import NamedTuple

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"

GOOD = {
    "episodes": """2,09/04/2017,S,C1,N1,U6,PR1,10/06/2017,X1,CARPL,,B1 1AA,
                   2,10/06/2017,P,C1,N1,K2,PR4,,,,,B2 2BB,
                   3,20/09/2017,S,V2,N2,U6,PR1,28/03/2018,E4A,,,B4 4BB,""",
    "header": "2,1,05/06/2010,WBRI,A1,,\n3,2,05/06/2014,WBRI,A2,,",
    "missing": "2,05/06/2010,M,01/10/2017,03/10/2017",
}
HEADER = "1,1,05/06/2010,WBRI,A3,,"
OPEN = "1,09/05/2017,S,C1,N1,U6,PR1,,,,,B9 9AA,"
# The same, ended by a move; and what may follow it.
MOVED = "1,09/05/2017,S,C1,N1,U6,PR1,10/06/2017,X1,CARPL,,B9 9AA,"
NEXT = "1,10/06/2017,P,C1,N1,U4,PR4,,,,,B8 8AA,"
ENDED = "1,09/05/2017,S,C1,N1,U6,PR1,10/06/2017,E4A,,,B9 9AA,"

# Code, the file's word, its row, the column.
Named = tuple[str, str, int | None, str | None]


def E(code: str, row: int, column: str | None) -> Named:
    """Found in Episodes."""
    return (code, "episodes", row, column)


def H(code: str, row: int, column: str | None) -> Named:
    """Found in Header."""
    return (code, "header", row, column)


def M(code: str, row: int, column: str | None) -> Named:
    """Found in Missing."""
    return (code, "missing", row, column)


class Bad(NamedTuple):
    """Rows of child 1 put below the good ones, and everything that is then found."""

    what: str
    found: list[Named]
    episodes: str = OPEN
    header: str = HEADER
    missing: str = ""


def _decom(text: str) -> str:
    return OPEN.replace("09/05/2017", text)


_DATES = [
    Bad("a day that its month has not", [E("not-a-date", 5, "DECOM")], _decom("31/02/2017")),
    Bad("a date of zeros", [E("not-a-date", 5, "DECOM")], _decom("00/00/0000")),
    Bad("a date the other way round", [E("not-a-date", 5, "DECOM")], _decom("2017-13-01")),
    Bad("a date as Americans write it", [E("not-a-date", 5, "DECOM")], _decom("05/19/2017")),
    Bad("a year of two digits", [E("not-a-date", 5, "DECOM")], _decom("09/05/17")),
    Bad("a time of day", [E("not-a-date", 5, "DECOM")], _decom("09/05/2017 14:30")),
    Bad("a spreadsheet's number of a day", [E("date-as-number", 5, "DECOM")], _decom("42864")),
    Bad("text instead of a date", [E("not-a-date", 5, "DECOM")], _decom("last spring")),
    Bad("no date", [E("blank", 5, "DECOM")], _decom("")),
    Bad("a date long ago", [E("date-out-of-range", 5, "DECOM")], _decom("09/05/1917")),
    Bad("a date long ahead", [E("date-out-of-range", 5, "DECOM")], _decom("09/05/2971")),
    Bad("an end that is no date", [E("not-a-date", 5, "DEC")], "1,09/05/2017,S,C1,N1,U6,PR1,31/04/2018,X1,,,,"),
    Bad(
        "a birth that is no date",
        [E("header-row-left-out", 5, "CHILD"), H("not-a-date", 4, "DOB")],
        header="1,1,29/02/2011,WBRI,A3,,",
    ),
    Bad("a missing episode that begins on no date", [M("not-a-date", 3, "MIS_START")], missing="1,,M,soon,"),
    Bad("a missing episode that ends on no date", [M("not-a-date", 3, "MIS_END")], missing="1,,M,01/06/2017,32/06"),
    Bad("a missing episode without a beginning", [M("blank", 3, "MIS_START")], missing="1,,M,,03/06/2017"),
]


_CELLS = [
    Bad("a legal status in no list", [E("unknown-code", 5, "LS")], OPEN.replace("C1", "C9")),
    Bad("no legal status", [E("blank", 5, "LS")], OPEN.replace("C1", "")),
    Bad("a placement type in no list", [E("unknown-code", 5, "PLACE")], OPEN.replace("U6", "W1")),
    Bad("no placement type", [E("blank", 5, "PLACE")], OPEN.replace("U6", "")),
    Bad("a need in no list", [E("unknown-code", 5, "CIN")], OPEN.replace("N1", "N9")),
    Bad("a provider in no list", [E("unknown-code", 5, "PLACE_PROVIDER")], OPEN.replace("PR1", "PR7")),
    Bad("a reason for the episode in no list", [E("unknown-code", 5, "RNE")], OPEN.replace(",S,", ",X,")),
    Bad("a reason for ceasing in no list", [E("unknown-code", 5, "REC")], "1,09/05/2017,S,C1,N1,U6,PR1,,E99,,,,"),
    Bad(
        "a reason for the change in no list",
        [E("unknown-code", 5, "REASON_PLACE_CHANGE"), E("beginning-not-known", 6, None)],
        f"{MOVED.replace('CARPL', 'LIIAF')}\n{NEXT}",
    ),
    Bad("a note instead of a postcode", [E("wrong-form", 5, "PL_POST")], OPEN.replace("B9 9AA", "see the file!")),
    Bad("a note instead of a URN", [E("wrong-form", 5, "URN")], f"{OPEN}not registered"),
    Bad("a kind of missing in no list", [M("unknown-code", 3, "MISSING")], missing="1,,Q,01/06/2017,"),
    Bad(
        "a sex in no list",
        [E("header-row-left-out", 5, "CHILD"), H("unknown-code", 4, "SEX")],
        header="1,7,05/06/2010,WBRI,A3,,",
    ),
    Bad("no reference", [E("blank", 5, "CHILD")], OPEN.replace("1,", ",", 1)),
    Bad("a reference that was rounded", [E("rounded-reference", 5, "CHILD")], OPEN.replace("1,", "1.2E+11,", 1)),
    Bad("a reference longer than any", [E("wrong-form", 5, "CHILD")], OPEN.replace("1,", f"{'1' * 65},", 1)),
    Bad("too many cells", [E("too-many-cells", 5, None)], f"{OPEN},,one more"),
    Bad("a quotation mark that is not closed", [E("stray-quote", 5, None)], OPEN.replace("N1", '"N1')),
    Bad("a row cut short", [E("short-row", 5, None)], OPEN.removesuffix(",,,,B9 9AA,")),
    Bad(
        "two cells of a row that can't be read",
        [E("not-a-date", 5, "DECOM"), E("unknown-code", 5, "PLACE")],
        OPEN.replace("09/05/2017", "soon").replace("U6", "W1"),
    ),
    Bad("a placement type that was no more", [E("code-outside-its-years", 5, "PLACE")], OPEN.replace("U6", "K3")),
    Bad("a legal status that was no more", [E("code-outside-its-years", 5, "LS")], OPEN.replace("C1", "D1")),
    Bad(
        "a reason for ceasing that was not yet",
        [E("code-outside-its-years", 5, "REC")],
        ENDED.replace("E4A", "E45"),
    ),
    Bad(
        "a reason for the change that was not yet",
        [E("code-outside-its-years", 6, "REASON_PLACE_CHANGE")],
        f"{MOVED.replace('CARPL', 'CUSTOD')}\n{NEXT}",
    ),
    Bad("no provider", [E("no-provider", 5, "PLACE_PROVIDER")], OPEN.replace("PR1", "")),
    Bad("a parent's placement of others", [E("provider-misfit", 5, "PLACE_PROVIDER")], OPEN.replace("U6", "P1")),
    Bad("foster care of a public body", [E("provider-misfit", 5, "PLACE_PROVIDER")], OPEN.replace("PR1", "PR3")),
]


_ONE_ROW = [
    Bad(
        "a discharge before the admission",
        [E("ends-before-it-begins", 5, "DEC")],
        "1,09/05/2017,S,C1,N1,U6,PR1,08/05/2017,E4A,,,,",
    ),
    Bad(
        "a discharge on the day of the admission",
        [E("one-day-period", 5, "DEC")],
        "1,09/05/2017,S,C1,N1,U6,PR1,09/05/2017,E4A,,,,",
    ),
    Bad(
        "a second discharge on the day of the first",
        [E("second-discharge", 6, "DEC")],
        f"{ENDED}\n1,10/06/2017,S,C1,N1,U6,PR1,10/06/2017,E4A,,,,",
    ),
    Bad(
        "a day's care inside care that goes on",
        [E("left-open", 5, "DEC"), E("one-day-inside-care", 6, "DEC")],
        f"{OPEN}\n1,10/06/2017,S,C1,N1,K2,PR1,10/06/2017,E4A,,,,",
    ),
    Bad(
        "an episode of one day",
        [E("one-day-episode", 5, "DEC")],
        f"{MOVED.replace('10/06/2017', '09/05/2017')}\n{NEXT.replace('10/06/2017', '09/05/2017')}",
    ),
    Bad("a reason for ceasing and no end", [E("open-with-reason", 5, "REC")], OPEN.replace(",,,,,", ",,E4A,,,")),
    Bad("an end and no reason", [E("ended-without-reason", 5, "REC")], ENDED.replace("E4A", "")),
    Bad(
        "a short break of a month",
        [E("short-break-too-long", 5, "LS")],
        ENDED.replace("C1", "V3"),
    ),
    Bad(
        "care that begins in hospital",
        [E("starts-in-temporary", 5, "PLACE")],
        OPEN.replace("U6,PR1", "T1,"),
    ),
    Bad(
        "care that ends on holiday",
        [E("ends-in-temporary", 6, "PLACE")],
        f"{MOVED}\n1,10/06/2017,P,C1,N1,T2,,12/06/2017,E4A,,,B7 7AA,",
    ),
    Bad(
        "a carer's holiday of six weeks",
        [E("temporary-too-long", 6, "PLACE")],
        f"""{MOVED}
            1,10/06/2017,P,C1,N1,T3,,22/07/2017,X1,,,B7 7AA,
            1,22/07/2017,P,C1,N1,U6,PR1,,,,,B9 9AA,""",
    ),
    Bad(
        "adoption by the carer, said to be a change of carer",
        [E("same-carer-adopter", 6, "RNE")],
        f"{MOVED}\n{NEXT.replace('U4', 'A5')}",
    ),
]


_BETWEEN_ROWS = [
    Bad(
        "two periods of care open at once",
        [E("left-open", 5, "DEC"), E("second-admission", 6, None)],
        f"{OPEN}\n1,09/07/2017,S,C2,N1,K2,PR4,,,,,B8 8AA,",
    ),
    Bad(
        "a period of care that begins before another has ended",
        [E("ends-after-next-begins", 5, "DEC"), E("second-admission", 6, None)],
        "1,09/05/2017,S,C1,N1,U6,PR1,10/09/2017,E4A,,,B9 9AA,\n1,09/07/2017,S,C2,N1,K2,PR4,,,,,B8 8AA,",
    ),
    Bad("a move out of an episode left open", [E("left-open", 5, "DEC")], f"{OPEN}\n{NEXT}"),
    Bad(
        "a move after the discharge",
        [E("move-outside-care", 6, "RNE")],
        f"{ENDED}\n{NEXT.replace('10/06/2017', '09/07/2017')}",
    ),
    Bad(
        "a legal status after the discharge",
        [E("status-outside-care", 6, "RNE")],
        f"{ENDED}\n1,09/07/2017,L,C2,N1,U6,PR1,,,,,B9 9AA,",
    ),
    Bad(
        "an admission of a child who stayed looked after",
        [E("second-admission", 6, "RNE")],
        f"{MOVED}\n{NEXT.replace(',P,', ',S,')}",
    ),
    Bad("an episode that is said to go on and doesn't", [E("not-continued", 5, "REC")], MOVED),
    Bad(
        "a gap between two episodes",
        [E("not-continued", 5, "REC")],
        f"{MOVED}\n{NEXT.replace('10/06/2017', '12/06/2017')}",
    ),
    Bad("two rows with one key", [E("repeated-row", 5, None)], f"{OPEN}\n{OPEN}"),
    Bad(
        "a row of legal status with another placement",
        [E("legal-status-row-moves", 6, "PL_POST")],
        f"{MOVED.replace('CARPL', '')}\n1,10/06/2017,L,C2,N1,U6,PR1,,,,,B8 8AA,",
    ),
    Bad(
        "a row of legal status with the same one",
        [E("status-unchanged", 6, "LS")],
        f"{MOVED.replace('CARPL', '')}\n1,10/06/2017,L,C1,N1,U6,PR1,,,,,B9 9AA,",
    ),
    Bad(
        "a move with another legal status",
        [E("status-changes-too", 6, "LS")],
        f"{MOVED}\n{NEXT.replace('C1', 'C2')}",
    ),
    Bad(
        "both said to change, and the legal status the same",
        [E("status-unchanged", 6, "LS")],
        f"{MOVED}\n{NEXT.replace(',P,', ',B,')}",
    ),
    Bad(
        "a move to where the child was",
        [E("spurious-restart", 6, "RNE")],
        f"{MOVED}\n1,10/06/2017,P,C1,N1,U6,PR1,,,,,B9 9AA,",
    ),
    Bad(
        "a carer who moved nowhere",
        [E("nothing-moved", 6, "RNE")],
        f"{MOVED.replace('CARPL', 'PLACE')}\n1,10/06/2017,T,C1,N1,U6,PR1,,,,,B9 9AA,",
    ),
    Bad(
        "a move without a reason",
        [E("no-reason-for-change", 5, "REASON_PLACE_CHANGE")],
        f"{MOVED.replace('CARPL', '')}\n{NEXT}",
    ),
    Bad(
        "from hospital to another carer",
        [E("no-return", 7, "PLACE")],
        f"""{MOVED.replace("CARPL", "")}
            1,10/06/2017,P,C1,N1,T1,,17/06/2017,X1,,,B7 7AA,
            1,17/06/2017,P,C1,N1,U4,PR1,,,,,B9 9AA,""",
    ),
    Bad(
        "from hospital to another address",
        [E("no-return", 7, "PL_POST")],
        f"""{MOVED.replace("CARPL", "")}
            1,10/06/2017,P,C1,N1,T1,,17/06/2017,X1,,,B7 7AA,
            1,17/06/2017,P,C1,N1,U6,PR1,,,,,B6 6AA,""",
    ),
    Bad(
        "from hospital by another reason",
        [E("no-return", 7, "RNE")],
        f"""{MOVED.replace("CARPL", "")}
            1,10/06/2017,P,C1,N1,T1,,17/06/2017,X1,,,B7 7AA,
            1,17/06/2017,T,C1,N1,U6,PR1,,,,,B9 9AA,""",
    ),
    Bad("a DECOM of another year", [E("alone-in-its-year", 5, "DECOM")], OPEN.replace("2017", "2023")),
]


_HEADER = [
    Bad(
        "twins with one reference, born on different days",
        [H("one-reference-two-children", 4, "DOB"), H("one-reference-two-children", 5, "DOB")],
        header=f"{HEADER}\n1,1,06/06/2010,WBRI,A3,,",
    ),
    Bad(
        "twins with one reference, a boy and a girl",
        [H("one-reference-two-children", 4, "SEX"), H("one-reference-two-children", 5, "SEX")],
        header=f"{HEADER}\n1,2,05/06/2010,WBRI,A3,,",
    ),
    Bad(
        "twins with one reference, whose pupil numbers differ",
        [H("one-reference-two-children", 4, "UPN"), H("one-reference-two-children", 5, "UPN")],
        header=f"{HEADER}\n1,1,05/06/2010,WBRI,A4,,",
    ),
    Bad(
        "one child twice, the second time without a pupil number",
        [H("repeated-row", 4, None)],
        header=f"{HEADER}\n1,1,05/06/2010,WBRI,UN1,,",
    ),
    Bad(
        "twins with one reference in Episodes too",
        [
            E("repeated-row", 5, None),
            H("one-reference-two-children", 4, "SEX"),
            H("one-reference-two-children", 5, "SEX"),
        ],
        episodes=f"{OPEN}\n{OPEN}",
        header=f"{HEADER}\n1,2,05/06/2010,WBRI,A4,,",
    ),
    Bad("no Header row", [E("no-header-row", 5, "CHILD")], header=""),
    Bad("no date of birth", [H("no-date-of-birth", 4, "DOB")], header="1,1,,WBRI,A3,,"),
    Bad("a birth after the admission", [H("born-after", 4, "DOB")], header="1,1,05/06/2018,WBRI,A3,,"),
    Bad(
        "nobody known when care began, and eighteen before the year is over",
        [E("beginning-not-known", 5, None), E("open-past-eighteen", 5, None)],
        OPEN.replace(",S,", ",L,"),
        "1,1,05/01/2000,WBRI,A3,,",
    ),
]


_MISSING = [
    Bad(
        "a missing episode of a child without episodes",
        [M("no-episode-of-child", 3, "CHILD")],
        "",
        "",
        "1,,M,01/06/2017,",
    ),
    Bad("back before it was gone", [M("ends-before-it-begins", 3, "MIS_END")], missing="1,,M,05/06/2017,04/06/2017"),
    Bad(
        "two missing episodes at once",
        [M("missing-overlap", 4, "MIS_START")],
        missing="1,,M,01/06/2017,09/06/2017\n1,,M,05/06/2017,07/06/2017",
    ),
    Bad(
        "a missing episode left open",
        [M("missing-left-open", 3, "MIS_END")],
        missing="1,,M,01/06/2017,\n1,,M,05/06/2017,07/06/2017",
    ),
    Bad(
        "missing and away at once",
        [M("missing-and-away", 4, "MIS_START")],
        missing="1,,M,01/06/2017,09/06/2017\n1,,A,05/06/2017,07/06/2017",
    ),
    Bad(
        "missing after care ended",
        [M("missing-outside-care", 3, "MIS_START")],
        episodes=ENDED,
        missing="1,,M,10/06/2017,11/06/2017",
    ),
    Bad(
        "missing before care began",
        [M("missing-outside-care", 3, "MIS_START")],
        missing="1,,M,08/05/2017,11/05/2017",
    ),
]


BAD = [*_DATES, *_CELLS, *_ONE_ROW, *_BETWEEN_ROWS, *_HEADER, *_MISSING]
