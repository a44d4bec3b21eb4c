"""What is said of each fault and finding of a return: what is wrong, and how to put it right. `{column}` is filled in.

Where a finding is that of a journey too (`indicators.findings`), it has the same code, so that it is told once.
"""

Sentences = dict[str, tuple[str, str]]

# The row is not read.
ROW_FAULTS: Sentences = {
    "blank": ("{column} is blank.", "Fill it in."),
    "not-a-date": ("{column} is not a date.", "Write dates as dd/mm/yyyy."),
    "date-as-number": (
        "{column} is a number instead of a date.",
        "Give the column a date format in the spreadsheet, dd/mm/yyyy, and save it as CSV again.",
    ),
    "date-out-of-range": ("{column} is before 1980 or more than a year ahead.", "Check the year."),
    "unknown-code": ("{column} holds a code that is in no list.", "Use a code of the return's guidance."),
    "wrong-form": ("{column} is not written as one is.", "Copy it again from the case system."),
    "rounded-reference": (
        "{column} was turned into a rounded number by a spreadsheet, so it may stand for several children.",
        "Export it again with {column} as text.",
    ),
    "not-a-number": ("{column} is not a distance in miles.", "Write a number such as 12.5, or 999.9 for unknown."),
    "ends-before-it-begins": ("{column} is before the day the row begins.", "Put the two dates the right way round."),
    "too-many-cells": ("The row has more cells than there are columns.", "Put text with commas into quotation marks."),
    "stray-quote": (
        "The row has a quotation mark that is not closed, or stands inside a cell.",
        "Close it, or write two of them where the text itself has one.",
    ),
}

# The row is read, but odd.
FINDINGS: Sentences = {
    # What is odd about a row by itself.
    "short-row": (
        "The row has fewer cells than there are columns; those that it lacks were read as blank.",
        "Export the table again with all its cells, or check the end of the row.",
    ),
    "open-with-reason": (
        "The episode has a reason for ceasing but no end, so it was read as open.",
        "Give DEC, or leave REC blank.",
    ),
    "ended-without-reason": (
        "The episode has an end but no reason for ceasing, so no discharge was read from it.",
        "Give REC: X1 where the child is still looked after.",
    ),
    "one-day-episode": (
        "The episode begins and ends on one day; of the placements of a day only the last counts.",
        "Correct DECOM or DEC, or leave the row out.",
    ),
    "one-day-period": (
        "The period of care begins and ends on one day; it is in no figure.",
        "Correct DECOM or DEC, or leave the row out.",
    ),
    "one-day-inside-care": (
        "Care that had begun before had no end yet on the day this row begins and ends; DEC was read as its end, and "
        "the child stays looked after.",
        "Give the row before its DEC and REC, and correct DECOM or DEC of this one, or leave it out.",
    ),
    "second-discharge": (
        "Care ended on the day this row begins and ends; its own end is not known to follow its beginning: it ends "
        "nothing, and the child stays looked after.",
        "Leave out the row of the care that began and ended on that day, or correct its DECOM or DEC.",
    ),
    "code-outside-its-years": (
        "{column} holds {named}, a code that the return did not have on that day; it was taken as stated.",
        "Correct the code or the date.",
    ),
    "provider-misfit": (
        "{column} holds a provider that does not go with PLACE; it was taken as stated.",
        "Correct PLACE or PLACE_PROVIDER: PR0 goes with P1 and with nothing else.",
    ),
    "no-provider": (
        "{column} is blank, so the placement counts as commissioned from nobody.",
        "Give the provider: every placement has one but T0 to T4 and the Z codes.",
    ),
    "short-break-too-long": (
        "A short break under V3 lasts 17 days at most, and this one is longer; days under V3 are in no figure.",
        "Correct LS where it was V2, or give each break a row of its own.",
    ),
    "temporary-too-long": (
        "The temporary placement is longer than its kind may be (T1 six weeks, T3 three weeks, T4 seven days).",
        "Correct PLACE, or the dates of the episode.",
    ),
    "starts-in-temporary": (
        "The period of care begins in a temporary placement (T0 to T4); it was read as a placement.",
        "Give the placement from which the child was away for a time.",
    ),
    "ends-in-temporary": (
        "The period of care ends in a temporary placement (T0 to T4).",
        "Add the row in which the child is back, or end care from the placement it was away from.",
    ),
    "same-carer-adopter": (
        "Placed for adoption with the current carer (A3, A5), yet RNE says that the carer changed; read as the same.",
        "Use RNE T or U, or A4 or A6 where the carer did change.",
    ),
    # What is odd between a child's rows.
    "repeated-row": (
        "Another row further down has the same key; that one was read.",
        "Keep one row for each child, date and kind.",
    ),
    "left-open": (
        "The episode has no end, yet a later one of the child begins.",
        "Give DEC and REC: X1 where the child stayed looked after.",
    ),
    "not-continued": (
        "REC is X1, yet no episode of the child begins on the day this one ends; no end of care was read from it.",
        "Add the episode that begins on DEC, or give the reason why care ended.",
    ),
    "ends-after-next-begins": (
        "The episode ends after the child's next one begins; the next one was read from its own first day.",
        "Correct DEC, or DECOM of the next episode: they are the same day.",
    ),
    "second-admission": (
        "RNE is S, yet the row before says that the child stayed looked after; it was read as a move.",
        "Correct RNE, or give the row before the reason why care ended.",
    ),
    "move-outside-care": (
        "The row before ended care, yet RNE is not S; the placement counts nowhere.",
        "Use RNE S where the child came back into care, or correct REC of the row before.",
    ),
    "status-outside-care": (
        "The row before ended care, yet RNE is L; the legal status counts nowhere.",
        "Use RNE S where the child came back into care, or correct REC of the row before.",
    ),
    "legal-status-row-moves": (
        "The row says only the legal status changed, yet {column} differs from the row before; no move was read.",
        "Use RNE B or U where the placement changed too.",
    ),
    "status-unchanged": (
        "RNE says that the legal status changed, yet LS is that of the row before.",
        "Use RNE P or T where only the placement changed, or correct LS.",
    ),
    "status-changes-too": (
        "RNE says that the legal status did not change, yet LS differs from the row before; the change was read too.",
        "Use RNE B or U where both changed.",
    ),
    "nothing-moved": (
        "RNE says that the placement changed, yet PLACE, PLACE_PROVIDER, PL_POST and URN are those of the row before.",
        "Correct what changed, or RNE; leave the row out where nothing did.",
    ),
    "spurious-restart": (
        "RNE says that placement and carer changed, yet the placement is that of the row before; it was joined to it.",
        "Leave the row out, or correct the placement: PLACE, PLACE_PROVIDER, PL_POST or URN.",
    ),
    "no-return": (
        "The row follows a temporary placement (T0 to T4), and {column} is not that of a return: RNE P, and PLACE and "
        "PL_POST as before it. Where the child went elsewhere, the temporary placement counts as one.",
        "Correct {column} where the child did go back.",
    ),
    "no-reason-for-change": (
        "The placement changed after this row, and {column} is blank; the move counts as none of the unplanned.",
        "Give the reason why the placement ended.",
    ),
    "alone-in-its-year": (
        "No other row of the file begins in this year or the year before, yet it decides which year's return this is.",
        "Check the year of DECOM.",
    ),
    "absent-next-year": (
        "The episode is open, and a later year's return does not name the child; the child stays looked after.",
        "Close the episode, or add the child to the later return.",
    ),
    # Missing.
    "missing-overlap": (
        "The missing episode begins before the one before it of its kind is over; it counts nowhere.",
        "Correct the dates of the two, or leave one out.",
    ),
    "missing-left-open": (
        "The missing episode has no end, yet a later one of its kind begins; it was ended there.",
        "Give MIS_END of the earlier episode.",
    ),
    "missing-and-away": (
        "The child is missing and away without authorisation at once.",
        "Correct the dates of the two rows, or leave one out.",
    ),
    "missing-outside-care": (
        "The child is looked after by no row of Episodes on MIS_START, so the missing episode is not counted as begun.",
        "Correct MIS_START, or the dates of the episodes.",
    ),
    "no-episode-of-child": (
        "No episode of this child was read, so the missing episode is in no figure.",
        "Add the child's episodes, or correct the reference.",
    ),
    # Header.
    "no-header-file": (
        "No Header file was read with this file, so no date of birth or sex of its children is known.",
        "Add the Header file, or put right what kept it from being read.",
    ),
    "no-header-row": (
        "No Header row with this child was read, so date of birth and sex are not known.",
        "Add the child to the Header file.",
    ),
    "header-row-left-out": (
        "The child's Header row could not be read, so date of birth and sex are not known.",
        "Put right what is wrong with that row.",
    ),
    "no-date-of-birth": (
        "{column} is blank: the age is unknown and the child is never in the long-term figure.",
        "Fill it in.",
    ),
    "born-after": (
        "{column} is later than an admission of the same child, so it was not used there.",
        "Correct the date of birth or the date the episode began.",
    ),
    "one-reference-two-children": (
        "Two Header rows have one child's reference, yet {column} differs: maybe two children. The last one was read.",
        "Give each child a reference of its own, in every file, or correct {column} and keep one row.",
    ),
    # Postcodes, where a directory is given.
    "postcode-not-known": (
        "{column} is not in the postcode directory, so the distance from home is not known.",
        "Correct the postcode, or use a newer directory.",
    ),
}

# The file is not read.
FILE_FAULTS: Sentences = {
    "not-text": ("The file is not text in an encoding that is known.", "Save it as CSV UTF-8."),
    "unreadable": ("The file can't be read from start to end.", "Copy or export it again."),
    "line-too-long": ("A line of the file is too long for a table.", "Export it again, a row a line."),
    "workbook": ("The file is a spreadsheet's workbook.", "Save each of its tables as CSV UTF-8."),
    "empty": ("The file holds no rows.", "Leave it out, or export it again."),
    "no-row-read": ("No row of the file can be read.", "Put right what is wrong with its rows."),
    "lacks-column": ("The file has no column {column}.", "Export the table with all its columns."),
    "repeated-column": ("The file has two columns {column}.", "Keep the one that is meant."),
    "no-episodes": (
        "No Episodes file belongs to this file.",
        "Name the files of one return alike, such as 2017-header.csv and 2017-episodes.csv.",
    ),
    "broken-zip": ("The file is not a whole zip file.", "Copy or export it again."),
    "encrypted": ("The file is locked with a password.", "Unpack it, and give the folder."),
    "zip-too-large": (
        "Unpacked, the zip file is larger than any return (4 GiB, or 10,000 files).",
        "Unpack it, and give the folder.",
    ),
    "zip-in-zip": ("The file is a zip file inside another.", "Unpack the outer one, and give the folder."),
    "broken-xml": ("The file is not whole XML: it breaks off or has a mistake.", "Export it again."),
    "doctype": ("The file has a DOCTYPE, which no return has; it was not read.", "Export it again without."),
    "not-a-return": ("The file is XML, but no return: its first element is not EXPSSDA903.", "Leave it out."),
}
