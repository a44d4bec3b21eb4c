"""Puts a child's life together: stays, statuses and what interrupts them, as happenings in order."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.absences import absences_of
from holdfast.cli.borough.away import away_from
from holdfast.cli.borough.courses import Period, courses, left_on
from holdfast.cli.borough.families import Child, Family
from holdfast.cli.borough.homes import Homes, is_inside, miles_from
from holdfast.cli.borough.legal import Statuses, statuses
from holdfast.cli.borough.lives import ADMISSION, DISCHARGE, MOVE, STATUS, Happening, Life
from holdfast.cli.borough.stays import Lodging, Stay

# How near a move an order must be made to take effect with it.
_NEAR = timedelta(10)


class _Move(Struct):
    """A move as it will be told. Only into a stay, or when the home changes, a legal status may change with it."""

    on: date
    reason: str
    placement: dict[str, Any]
    because: str | None
    plain: bool
    legal_status: str | None = None


def lives_of(name: str, homes: Homes, family: Family, needed_from: date) -> list[Life]:
    """The lives of a family's children; of those who left care for good before a day none is drawn."""
    random = Random(f"{name}/{family.children[0].reference}")
    drawn = list(zip(family.children, courses(random, family), strict=True))
    wanted = [(child, course) for child, course in drawn if left_on(course) >= needed_from]
    together = tuple(child.reference for child, _ in wanted)
    elder: list[Stay] = []
    lives = []
    for child, course in wanted:
        siblings = tuple(other for other in together if other != child.reference)
        life, stays = _life(random, homes, family, child, course, elder, siblings)
        lives.append(life)
        elder = elder + stays
    return lives


def _life(
    random: Random,
    homes: Homes,
    family: Family,
    child: Child,
    course: list[Period],
    elder: list[Stay],
    siblings: tuple[str, ...],
) -> tuple[Life, list[Stay]]:
    temper = rates.TEMPERS[10 if child.age_on(child.admitted_on) >= 10 else 0].draw(random)
    lodging = Lodging(random, homes, family, child, temper)
    telling = _Happenings(random, family, child)
    lived: list[Stay] = []
    for period in course:
        held = statuses(random, family, child, period)
        stays = lodging.stays(period, held, elder, lived)
        telling.period(period, stays, held)
        lived += stays
    absences = absences_of(random, child, course, temper)
    return Life(child.reference, child.admitted_on, left_on(course), telling.told, absences, siblings), lived


class _Happenings:
    """Collects the happenings of one child, period by period."""

    def __init__(self, random: Random, family: Family, child: Child) -> None:
        self._random, self._family, self._child = random, family, child
        self.told: list[Happening] = []
        self._homes = 0
        self._named: dict[str, int] = {}

    def period(self, period: Period, stays: list[Stay], held: Statuses) -> None:
        """All of one period of care."""
        first, *moves = self._moves(stays)
        said: dict[str, Any] = {
            "date_of_birth": self._child.born_on.isoformat(),
            "sex": self._child.sex,
            "legal_status": held[0][1],
        }
        said |= {"category_of_need": self._child.need, "placement": first.placement}
        happened = [self._happening("admission", period.begins_on, ADMISSION, said)]
        changes = [change for change in held[1:] if not self._with_a_move(change, held, moves)]
        happened += [self._happening("status", on, STATUS, {"legal_status": status}) for on, status in changes]
        happened += self._told(moves)
        happened.sort(key=lambda happening: happening.on)
        reason = {"reason_episode_ceased": period.reason}
        self.told += [*happened, self._happening("discharge", period.ends_on, DISCHARGE, reason)]

    def _moves(self, stays: list[Stay]) -> Iterator[_Move]:
        """In order, the first of them into the placement that the admission opens."""
        because: str | None = None
        failed = False
        for stay, follows in zip(stays, [*stays[1:], None], strict=True):
            self._homes += 1
            name = f"{self._child.reference}/home-{self._homes}"
            yield _Move(stay.begins_on, "P", self._placement(name, stay, stay.begins_on), because, not failed)
            away = away_from(self._random, stay, goes_on=follows is not None)
            inside = [*self._changes(name, stay)]
            for one in away:
                inside.append(_Move(one.begins_on, "P", {"type": one.type}, None, False))
                if one.back_on is not None:
                    inside.append(_Move(one.back_on, "P", self._placement(name, stay, one.back_on), None, False))
            yield from sorted(inside, key=lambda move: move.on)
            failed = bool(away) and away[-1].back_on is None
            because = None if failed else stay.ending

    def _changes(self, name: str, stay: Stay) -> Iterator[_Move]:
        """The same carer, described anew: another address or agency, or another kind of placement for this child."""
        own = {since for since, _ in stay.types[1:]}
        for on in {change.since for change in stay.home.changes(stay.begins_on, stay.ends_on)} | own:
            because = "CARPL" if on in own else "PLACE"
            yield _Move(on, "T", self._placement(name, stay, on), because, True)

    def _placement(self, name: str, stay: Stay, on: date) -> dict[str, Any]:
        there = stay.home.chapter_on(on)
        own = [kind for since, kind in stay.types if since <= on]
        known = self._family.kind != "alone"
        said = {
            "type": own[-1] if own else there.type,
            "placement_id": name,
            "provider": there.provider,
            "urn": there.urn,
            "distance_miles": miles_from(self._family.at, there) if known else None,
            "in_authority": is_inside(there),
            "postcode": there.postcode,
        }
        return {field: value for field, value in said.items() if value is not None}

    def _with_a_move(self, change: tuple[date, str], held: Statuses, moves: list[_Move]) -> bool:
        """Whether an order takes effect with a move near it: then the move says so."""
        on, status = change
        place = held.index(change)
        after = held[place - 1][0]
        before = held[place + 1][0] if place + 1 < len(held) else date.max
        near = [
            move
            for move in moves
            if move.plain and abs(move.on - on) <= _NEAR and after < move.on < before and move.legal_status is None
        ]
        alone = [move for move in near if sum(move.on == other.on for other in moves) == 1]
        if not alone or self._random.random() > rates.WITH_A_MOVE:
            return False
        alone[0].legal_status = status
        alone[0].reason = "B" if alone[0].reason == "P" else "U"
        return True

    def _told(self, moves: list[_Move]) -> Iterator[Happening]:
        of_day = 0
        for number, move in enumerate(moves):
            of_day = of_day + 1 if number and moves[number - 1].on == move.on else 1
            several = of_day > 1 or (number + 1 < len(moves) and moves[number + 1].on == move.on)
            said: dict[str, Any] = {"reason_for_new_episode": move.reason, "placement": move.placement}
            if move.because is not None:
                said["reason_for_placement_change"] = move.because
            if move.legal_status is not None:
                said["legal_status"] = move.legal_status
            if several:
                said["sequence"] = of_day
            yield self._happening("move", move.on, MOVE, said)

    def _happening(self, name: str, on: date, kind: str, said: dict[str, Any]) -> Happening:
        self._named[name] = self._named.get(name, 0) + 1
        return Happening(f"{name}-{self._named[name]}", on, kind, {"on": on.isoformat()} | said)
