"""Choosing vectors that add up: exactly, the same each time, few exchanged, or a word on how near it came."""

from random import Random

import pytest

from holdfast.cli.borough.choosing import NothingAddsUp, Vector, choose


def vectors(random: Random, many: int, wide: int) -> list[Vector]:
    """Rows such as children make: in a figure over some months, or never."""
    made = []
    for _ in range(many):
        begins, ends = sorted(random.choices(range(wide + 1), k=2))
        made.append(tuple(int(begins <= place < ends) for place in range(wide)))
    return made


def added_up(there: list[Vector], places: list[int]) -> Vector:
    return tuple(map(sum, zip(*(there[place] for place in places), strict=True)))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_chosen_adds_up_exactly_and_nothing_is_chosen_twice(seed: int) -> None:
    random = Random(seed)
    there = vectors(random, 400, 12)
    wanted = added_up(there, random.sample(range(400), 150))
    first = [random.random() < 0.5 for _ in there]
    places = choose(there, first, wanted, Random(seed))
    assert added_up(there, places) == wanted
    assert places == sorted(set(places))


def test_the_same_seed_chooses_the_same_and_another_others() -> None:
    there = vectors(Random(1), 400, 12)
    wanted = added_up(there, list(range(150)))
    first = [place % 2 == 0 for place in range(400)]
    assert choose(there, first, wanted, Random(5)) == choose(there, first, wanted, Random(5))
    assert choose(there, first, wanted, Random(5)) != choose(there, first, wanted, Random(6))


def test_what_adds_up_already_is_left_as_it_is() -> None:
    there = vectors(Random(2), 100, 6)
    first = [place < 40 for place in range(100)]
    assert choose(there, first, added_up(there, list(range(40))), Random(0)) == list(range(40))


def test_of_those_that_are_alike_the_first_ones_stay() -> None:
    there = [(1, 0), (1, 0), (1, 0), (1, 0), (0, 1)]
    assert choose(there, [True, True, False, False, False], (3, 0), Random(0))[:2] == [0, 1]
    assert choose(there, [False, False, True, False, True], (1, 0), Random(0)) == [2]


def test_what_adds_nothing_stays_as_it_began() -> None:
    there = [(0, 0), (0, 0), (1, 1)]
    assert choose(there, [True, False, False], (1, 1), Random(0)) == [0, 2]


def test_two_exchanges_at_once_are_found_where_no_single_one_leads_nearer() -> None:
    # Only both of these together help: each alone is as far off as before, or further.
    there = [(5, 0), (0, 5), (4, 1), (1, 4), (9, 9)]
    first = [True, True, False, False, True]
    assert choose(there, first, (14, 14), Random(0)) in ([0, 1, 4], [2, 3, 4])
    assert choose([(3, 1), (1, 3), (2, 2), (2, 2)], [True, False, False, False], (4, 4), Random(0)) in ([0, 1], [2, 3])


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        # There are not so many.
        ((9, 0), (5, 0)),
        # None is below nothing.
        ((-1, 0), (-1, 0)),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_missing(wanted: Vector, missing: Vector) -> None:
    there = [(1, 0), (1, 0), (1, 0), (1, 0), (0, 1)]
    with pytest.raises(NothingAddsUp) as refused:
        choose(there, [True] * 5, wanted, Random(0))
    assert refused.value.missing == missing


def test_what_no_choice_can_reach_is_refused_though_each_number_alone_could_be() -> None:
    # The two always come together.
    there = [(1, 1)] * 10
    with pytest.raises(NothingAddsUp):
        choose(there, [False] * 10, (4, 5), Random(0))


def test_from_nothing_nothing_can_be_chosen() -> None:
    assert choose([], [], (0, 0), Random(0)) == []
    with pytest.raises(NothingAddsUp) as refused:
        choose([], [], (1, 0), Random(0))
    assert refused.value.missing == (1, 0)
