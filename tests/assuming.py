"""A house whose definitions take some values for true until somebody confirms them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.definitions import Assumption, Assumptions
from bot.house import House

CONFIRM_BY = date(2026, 12, 3)


def assuming(house: House, values: Mapping[str, str], owner: str, *more: Assumption) -> House:
    """With an assumption for each path and value, and `more` before them."""
    found = [
        Assumption(what=what, value=value, owner=owner, confirm_by=CONFIRM_BY, why="Nobody knew at setup")
        for what, value in values.items()
    ]
    assumptions = Assumptions(assumptions=(*more, *found))
    return replace(house, definitions=replace(house.definitions, assumptions=assumptions))
