"""One look reads what it shows once, and what depends on other definitions anew."""

from collections.abc import Iterator
from itertools import count

from bot.db import Database
from bot.house import House
from tests import people
from tests.fakes import make_house


def reads(house: House, key: str, numbers: Iterator[int]) -> int:
    return house.once(key, lambda: next(numbers))


def test_a_look_reads_once_and_another_look_anew(db: Database) -> None:
    house, numbers = make_house(db, people.definitions()), count()
    look = house.for_one_look()

    assert [reads(look, "a", numbers), reads(look, "a", numbers), reads(look, "b", numbers)] == [0, 0, 1]
    assert reads(house.for_one_look(), "a", numbers) == 2
    assert [reads(house, "a", numbers), reads(house, "a", numbers)] == [3, 4], "outside of looks nothing is kept"


def test_by_other_definitions_a_look_reads_anew(db: Database) -> None:
    look, numbers = make_house(db, people.definitions()).for_one_look(), count()
    reads(look, "a", numbers)

    assert reads(look.by(people.definitions()), "a", numbers) == 1
    assert reads(look.reading(people.definitions(), 4), "a", numbers) == 2
    assert reads(look, "a", numbers) == 0
    assert make_house(db, people.definitions()).by(people.definitions()).seen is None
