"""What is wrong with a return, located: the file, the row and the column, a stable code, and how to put it right.

Sentences (`sentences`) never repeat what a cell holds, since any cell of a return may be personal; but one that was
found to be a code of a list may be named. Nothing here decides anything.
"""

from functools import cache

from msgspec import Struct

from holdfast.returns.sentences import FILE_FAULTS, FINDINGS, ROW_FAULTS


class Origin(Struct, frozen=True, order=True, gc=False):
    """A row of a file, counted as a spreadsheet counts: the line of column names is row 1.

    In XML there are no rows: `row` is the line, and `place` says which element it is, `child 12, EPISODE 3`.
    """

    file: str
    row: int
    place: str | None = None

    def __str__(self) -> str:
        """Where in its file."""
        return f"row {self.row}" if self.place is None else f"line {self.row} ({self.place})"


class Fault(Struct, frozen=True, gc=False):
    """One thing wrong. `left_out`: the row (or, where `row` is None, the whole file) was not read because of it.

    Where `left_out` is False it is a finding: told, and nothing was lost. `place` is that of the row's origin.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    sentence: str
    mend: str
    left_out: bool = True
    place: str | None = None

    def where(self) -> str | None:
        """Where in its file; None where it is the whole file."""
        return None if self.row is None else str(Origin(self.file, self.row, self.place))


# A return may have a million rows with one fault: its sentences are made once.
@cache
def _row_sentences(code: str, column: str | None) -> tuple[str, str]:
    sentence, mend = ROW_FAULTS[code]
    return sentence.format(column=column), mend.format(column=column)


@cache
def _finding_sentences(code: str, column: str | None, named: str = "") -> tuple[str, str]:
    sentence, mend = FINDINGS[code]
    return sentence.format(column=column, named=named), mend.format(column=column)


def row_fault(origin: Origin, code: str, column: str | None = None) -> Fault:
    """A fault for which the row is not read."""
    return Fault(origin.file, origin.row, column, code, *_row_sentences(code, column), True, origin.place)


def finding(origin: Origin, code: str, column: str | None = None, named: str = "") -> Fault:
    """Something odd about a row that was read all the same; `named` is the code of a list that it is about."""
    return Fault(origin.file, origin.row, column, code, *_finding_sentences(code, column, named), False, origin.place)


def file_fault(file: str, code: str, column: str | None = None) -> Fault:
    """A fault for which a whole file is not read."""
    sentence, mend = FILE_FAULTS[code]
    return Fault(file, None, column, code, sentence.format(column=column), mend)


def file_finding(file: str, code: str) -> Fault:
    """Something odd about a file that was read all the same."""
    return Fault(file, None, None, code, *_finding_sentences(code, None), False)
