"""Every form, and the Home of each role, as we have read them."""

import ast

from sqlalchemy.orm import Session

from bot.home.page import home_view
from bot.house import House
from tests import viewed
from tests.fakes import ROOT

PEOPLE = {
    "product_manager": "U0ANA", "product_ops": "U0SAM", "head_of_product": "U0MARCUS", "engineering": "U0LENA",
    "support": "U0PRIYA", "nothing": "U0NOBODY",
}  # fmt: skip


def test_home_of_each_role_is_as_we_read_it(lived_through: House) -> None:
    for role, person in PEOPLE.items():
        viewed.read_view(f"home.{role}", lived_through.db.call(_home, lived_through, person))


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
