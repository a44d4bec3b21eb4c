"""The one way the laptop's platform says that it cannot go on: a sentence for a person, without a traceback."""


class CannotRun(Exception):
    """One clear sentence: what is in the way, and what to do about it. The command prints it and exits 1."""
