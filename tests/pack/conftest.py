"""What the pack is made of here: the demo's company, three months in, with a stopped clock."""

import pytest

from bot.db import Database
from bot.house import House


@pytest.fixture
def db(lived_through: House) -> Database:
    return lived_through.db


@pytest.fixture
def house(lived_through: House) -> House:
    return lived_through
