"""What is wrong with a return, located: the file, the row and the column, a stable code, and how to put it right.

Sentences never repeat what a cell holds, since any cell of a return may be personal. Nothing here decides anything.
"""

from msgspec import Struct


class Origin(Struct, frozen=True, order=True):
    """A row of a file, counted as a spreadsheet counts: the line of column names is row 1."""

    file: str
    row: int


class Fault(Struct, frozen=True):
    """One thing wrong. `left_out`: the row (or, where `row` is None, the whole file) was not read because of it.

    Where `left_out` is False it is a finding: told, and nothing was lost.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    sentence: str
    mend: str
    left_out: bool = True


# code -> (what is wrong, how to put it right); `{column}` is filled in.
ROW_FAULTS = {
    "blank": ("{column} is blank.", "Fill it in."),
    "not-a-date": ("{column} is not a date.", "Write dates as dd/mm/yyyy."),
    "date-out-of-range": ("{column} is before 1980 or more than a year ahead.", "Check the year."),
    "unknown-code": ("{column} holds a code that is in no list.", "Use a code of the return's guidance."),
    "wrong-form": ("{column} is not written as one is.", "Copy it again from the case system."),
    "not-a-number": ("{column} is not a distance in miles.", "Write a number such as 12.5, or 999.9 for unknown."),
    "ends-before-it-begins": ("{column} is before the day the row begins.", "Put the two dates the right way round."),
    "too-many-cells": ("The row has more cells than there are columns.", "Put text with commas into quotation marks."),
    "born-after": (
        "{column} is later than an admission of the same child, so it was not used there.",
        "Correct the date of birth or the date the episode began.",
    ),
}

FINDINGS = {
    "repeated-row": (
        "Another row further down has the same key; that one was read.",
        "Keep one row for each child, date and kind.",
    ),
    "open-with-reason": (
        "The episode has a reason for ceasing but no end, so it was read as open.",
        "Give DEC, or leave REC blank.",
    ),
    "ended-without-reason": (
        "The episode has an end but no reason for ceasing, so no discharge was read from it.",
        "Give REC: X1 where the child is still looked after.",
    ),
    "legal-status-row-moves": (
        "The row says only the legal status changed, yet {column} differs from the row before; no move was read.",
        "Use RNE B or U where the placement changed too.",
    ),
    "one-reference-two-children": (
        "Two Header rows have one child's reference, yet {column} differs: maybe two children. The last one was read.",
        "Give each child a reference of its own, in every file, or correct {column} and keep one row.",
    ),
    "not-continued": (
        "REC is X1, yet no episode of the child begins on the day this one ends; no end of care was read from it.",
        "Add the episode that begins on DEC, or give the reason why care ended.",
    ),
    "ends-after-next-begins": (
        "The episode ends after the child's next one begins; the next one was read from its own first day.",
        "Correct DEC, or DECOM of the next episode: they are the same day.",
    ),
    "alone-in-its-year": (
        "No other row of the file begins in this year or the year before, yet it decides which year's return this is.",
        "Check the year of DECOM.",
    ),
    "no-episode-of-child": (
        "No episode of this child was read, so the missing episode is in no figure.",
        "Add the child's episodes, or correct the reference.",
    ),
    "no-header-row": (
        "No Header row with this child was read, so date of birth and sex are not known.",
        "Add the child to the Header file.",
    ),
    "absent-next-year": (
        "The episode is open, and a later year's return does not name the child; the child stays looked after.",
        "Close the episode, or add the child to the later return.",
    ),
}

FILE_FAULTS = {
    "not-utf-8": ("The file is not UTF-8 text.", "Save it as CSV UTF-8."),
    "unreadable": ("The file can't be read as CSV.", "Open it in a spreadsheet and save it as CSV UTF-8."),
    "semicolons": ("The cells of the file are parted by semicolons.", "Save it as CSV with commas."),
    "empty": ("The file holds no rows.", "Leave it out, or export it again."),
    "no-row-read": ("No row of the file can be read.", "Put right what is wrong with its rows."),
    "lacks-column": ("The file has no column {column}.", "Export the table with all its columns."),
    "no-episodes": (
        "No Episodes file belongs to this file.",
        "Name the files of one return alike, such as 2017-header.csv and 2017-episodes.csv.",
    ),
}


def row_fault(origin: Origin, code: str, column: str | None = None) -> Fault:
    """A fault for which the row is not read."""
    sentence, mend = ROW_FAULTS[code]
    return Fault(origin.file, origin.row, column, code, sentence.format(column=column), mend)


def finding(origin: Origin, code: str, column: str | None = None) -> Fault:
    """Something odd about a row that was read all the same."""
    sentence, mend = {**ROW_FAULTS, **FINDINGS}[code]
    said, done = sentence.format(column=column), mend.format(column=column)
    return Fault(origin.file, origin.row, column, code, said, done, left_out=False)


def file_fault(file: str, code: str, column: str | None = None) -> Fault:
    """A fault for which a whole file is not read."""
    sentence, mend = FILE_FAULTS[code]
    return Fault(file, None, column, code, sentence.format(column=column), mend)
