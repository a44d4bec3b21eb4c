"""What the register's own problems mean, for the page that each one's `type` names."""

PROBLEMS: dict[str, str] = {
    "no-such-day": "400: the day lies before 1980 or more than a year ahead",
    "no-such-figure": "400: there is no figure of this indicator, breakdown and period",
    "no-such-definitions": "400: figures were never made here by this version of the definitions",
    "readings-cross": "400: each of the two readings of a bridge knows something that the other does not",
    "not-signed-in": "401: there is no token of a service that is trusted here, or it is older than a minute",
    "not-your-authority": "403: the token is for another authority",
    "not-your-role": "403: the role in the token may not see or do this",
    "no-such-month-end": "400: only the last day of a month that has come can be frozen",
    "no-such-pack": "404: the authority has no pack of this name",
    "another-pack": "409: the name was given to a pack of another month end; give each pack a name of its own",
    "frozen-meanwhile": "409: somebody else froze this month end at the same moment; look at theirs first",
    "nothing-to-freeze": "409: nothing is known of this authority, so there is no figure to freeze",
    "too-many-packs": "409: the month end has as many packs as it may; the latest of them stands",
    "no-such-finding": "400: there is no kind of finding of this code",
    "unknown-finding": "404: it neither holds nor was it ever decided on; it has another name once its facts change",
    "no-such-child": "404: nothing is known about this child",
    "erased-since": "409: something that had been read by then has been erased since, so it can't be read again",
    "behind": "503: the register has not read to the end yet; ask again in a little while",
    "busy": "503: too many questions are being answered just now; wait as long as Retry-After says",
    "unavailable": "503: the database or the broker is away; ask again in a little while",
}
