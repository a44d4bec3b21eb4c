"""The page about findings: what people do with them, and every kind with what is tried of it, as the engine has it."""

from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.findings import SENTENCES
from holdfast.indicators.mendings import MENDINGS
from holdfast.indicators.touches import BEARS_ON, MONTH_ENDS

_ASKED = (
    (
        "`GET /api/authorities/{code}/findings`",
        "a page of findings, by `status` (`undecided`, `open`, `asked`, `mended`, `accepted`, `all` or `gone`), "
        "`code`, `source` and `child`; `limit`, `cursor`; with an ETag",
    ),
    ("`GET …/findings.csv`, `GET …/findings.xlsx`", "the list to mend from, narrowed in the same way"),
    ("`GET …/findings/{child}/{finding}`", "one, with its statements and its decisions"),
    (
        "`POST …/findings/{child}/{finding}/decisions`",
        'decide: `{"decision": "asked", "reason": "…", "request": "a UUID of yours"}`; sent twice with one `request` '
        "it is decided once",
    ),
    (
        "`POST …/findings/{child}/{finding}/corrections`",
        'correct: `{"system": "…", "fact": "…", "type": "care.withdrawal.v1", "data": {}, "reason": "…", '
        '"request": "…"}`; names are pseudonyms, `data` as on `care.events`',
    ),
    ("`GET …/data-note`, `GET …/data-note.txt`", "the note, `over` the `year` or `month` that `on` is in"),
    ("`GET …/corrections-allowed`", "whether stewards may correct"),
    ("`PUT …/corrections-allowed`", 'a manager says whether they may: `{"allowed": true}`'),
)
_HTTP = "\n".join(f"| {ask} | {what} |" for ask, what in _ASKED)

_TEXT = f"""\
For analysts, who look, and stewards, who decide. A finding is something about a child that does not add up: what is
wrong, the fact to look at first, and what would mend it. No event is refused for it, and no figure waits for it: each
kind has a rule for how it is read meanwhile ([indicators.md](indicators.md)). Once later facts mend it, it is gone.

## What hangs on it

Of each finding the platform says which figures of the whole authority hang on it, today and at the last {MONTH_ENDS}
month ends, by name, for the child and for the authority:

- **Where one mending is plain**, the child is read once more as if it had been made, and every figure that would be
  otherwise is told from and to. The table below says what is supposed: what would move figures, not what is likely.
- **Where it is not** (nobody can tell which day a forgotten return was), the figures that the finding bears on in which
  the child counts from its day on are told as they are. That is how much is in doubt, not how much is wrong.

A breakdown, or a figure of other days, may hang on a finding of which no figure of the whole does; then it says so.

## Looking and deciding

*What does not add up*, from the scorecard, lists them with counts by kind; a child's page links to its own. Narrow the
list by kind, by what was decided, and by the system that stated it. A finding's page shows what hangs on it, every
statement behind it, when it came up, and every decision on it.

A steward decides, with a reason, kept with name and time and never changed; the last one holds:

| decision | means |
| --- | --- |
| `asked` | the source was asked; it is on the list to mend in the case system |
| `mended` | it was put right at the source; until that has come through it is listed as *said to be mended* |
| `accepted` | it is as it is: it leaves the list |
| `reopened` | what was decided before no longer holds |

A decision is on the finding as it is: its kind, its day and what its facts state. Stated once more, by whomever, it is
the same finding and stays decided. Stated otherwise it is another one, and open. What was decided on one that is gone
can be read under *Decided on, and gone since*.

Most is put right at the source. *To mend in the case system* is a file, CSV or Excel, of the list as it is narrowed:
the child's pseudonym, what is wrong, what would mend it, the system, the facts with their days, the reason of the last
decision, and the figures touched. It takes 5,000 findings.

## A steward's own correction

Off, until a manager of the authority says otherwise under *Corrections by stewards*; who said so, and when, is kept.
Then a finding's page lets a steward choose a fact of the child and state it otherwise, or withdraw it, with a reason. A
placement or address can be kept, left out, or be one that is known of the child; a new one comes from the system.

It goes through the door and is checked as any event is. On the broker it is one: of the fact's own source and name,
recorded now, with `statedby` and an id `steward/…`. Every figure follows within a second or so, and the finding is
decided *mended*. It stands until the system itself states that fact again. An import compares with what the system
itself said last, so a return imported again does not undo a correction; a row that has changed since does.

Where the system has stated the fact again since, otherwise than the steward, the system's statement stands, and that is
a finding: `correction-outvoted`. It rests on both, each with what it states and when it was recorded, and says which
figures would change were the steward right. It goes once the system states what the steward did, or a steward corrects
again; the form to correct says what the steward had stated. Where the system is right, it is accepted. It compares the
steward's last statement with the one that stands: a system that has come to agree and then states something else is
asked about once more. Statements recorded at the same instant are `contested` instead. What a steward took out of
quarantine is the system's word, and no correction.

Every fact remembers the last correction of it, so whatever reads facts finds this one, by the statements known at that
reading: the list, a child's page as known at an instant, a dry run, a reading of `care.events` at home. Readings of
returns never do, for no steward has stated anything in them.

## The data note

Moves to the very placement that the child was in already are joined to it, which not everybody who counts does. *Data
note on spurious restarts* drafts a paragraph for a financial year or a month: how many there were, how they are read,
and what each figure would be without. Copy it and change it; its numbers are exact, so withhold small ones before you
publish.

## Over HTTP

| ask | for |
| --- | --- |
{_HTTP}

Analysts and stewards see findings, stewards decide. Every look at a child is recorded.
"""


def page() -> str:
    """The page without its heading."""
    rows = "\n".join(_row(code) for code in SENTENCES)
    table = (
        f"| code | what does not add up | what would mend it | what is supposed |\n| --- | --- | --- | --- |\n{rows}\n"
    )
    return f"{_TEXT}\n## Every kind\n\n{table}"


def _row(code: str) -> str:
    sentence, mend = SENTENCES[code]
    return f"| `{code}` | {sentence.format(named='A code')} | {mend} | {_supposed(code)} |"


def _supposed(code: str) -> str:
    if code in MENDINGS:
        return f"were {MENDINGS[code].supposing}"
    titles = [INDICATORS[each].title[0].lower() + INDICATORS[each].title[1:] for each in BEARS_ON.get(code, ())]
    return f"nothing; it bears on {', '.join(titles) or 'any figure'}"
