"""Every form, and the Home of each role, as we have read them."""

import ast
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.definitions import load
from bot.demo import company, history
from bot.home.page import home_view
from bot.house import House
from tests import fakes, viewed
from tests.fakes import ROOT, StoppedClock

A_MINUTE = timedelta(minutes=1)
PEOPLE = {
    "product_manager": "U0ANA", "product_ops": "U0SAM", "head_of_product": "U0MARCUS", "engineering": "U0LENA",
    "support": "U0PRIYA", "nothing": "U0NOBODY",
}  # fmt: skip


@pytest.fixture
def demo(db: Database, clock: StoppedClock, tmp_path: Path) -> House:
    """The demo's company with its three months behind it, in Berlin; its weekly update is due in a minute."""
    company.write_cadences(tmp_path / "cadences", clock.now() + A_MINUTE, ZoneInfo("Europe/Berlin"))
    definitions = load(tmp_path / "cadences", app.KINDS).definitions
    house = fakes.make_house(db, definitions, clock, links=app.LINKS, workspace_id=company.WORKSPACE)
    db.call(history.write, house, clock.now() + A_MINUTE)
    return house


def test_home_of_each_role_is_as_we_read_it(demo: House) -> None:
    for role, person in PEOPLE.items():
        viewed.read_view(f"home.{role}", demo.db.call(_home, demo, person))


def test_every_form_has_been_read() -> None:
    forms = {name for path in (ROOT / "bot").rglob("*.py") for name in _forms(path.read_text(encoding="utf-8"))}
    assert forms <= set(viewed.OPENED_BY)
    assert {path.stem for path in viewed.GOLDEN.glob("*.txt")} == {
        *viewed.OPENED_BY,
        *(f"home.{each}" for each in PEOPLE),
    }


def test_every_test_that_opens_a_form_for_us_is_there() -> None:
    for test in viewed.OPENED_BY.values():
        path, name = test.split("[")[0].split("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), test


def _forms(code: str) -> list[str]:
    return [
        str(call.args[0].value)
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) == "modal"
    ]  # fmt: skip


def _home(session: Session, house: House, person: str) -> dict[str, object]:
    return home_view(session, house, person).payload()
