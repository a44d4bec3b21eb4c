"""What the register's own problems mean, for the page that each one's `type` names."""

PROBLEMS: dict[str, str] = {
    "no-such-day": "400: the day lies before 1980 or more than a year ahead",
    "no-such-figure": "400: there is no figure of this indicator, breakdown and period",
    "no-such-definitions": "400: figures were never made here by this version of the definitions",
    "readings-cross": "400: each of the two readings of a bridge knows something that the other does not",
    "not-signed-in": "401: there is no token of a service that is trusted here, or it is older than a minute",
    "not-your-authority": "403: the token is for another authority",
    "not-your-role": "403: the role in the token may not see or do this",
    "no-such-child": "404: nothing is known about this child",
    "behind": "503: the register has not read to the end yet; ask again in a little while",
    "busy": "503: too many questions are being answered just now; wait as long as Retry-After says",
    "unavailable": "503: the database or the broker is away; ask again in a little while",
}
