"""Deliberate mistakes in the engine, each with a test that must catch it: `python -m tests.mistakes` makes them all."""

from tests.mistakes import figures, journeys
from tests.mistakes.mistake import Mistake

__all__ = ["MISTAKES", "Mistake"]

MISTAKES: tuple[Mistake, ...] = (*journeys.MISTAKES, *figures.MISTAKES)
