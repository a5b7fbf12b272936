"""`drumbeat setup`: asked one after the other, stopped and gone on with, and applied."""

import io
import sys

import pytest

from bot import applying, migrations, presets, versions
from bot.clock import SystemClock
from bot.db import Database
from bot.setup import model
from tests import people
from tests.fakes import make_house
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

SHAPE = "1\n2\n4\n?\ncentral\n"
FRICTIONS = "surprises\n\n\nPrices changed; Support read it in a ticket\n\n"
OUTCOMES = "1,2\n10 %\n\n\nbob@example.com\n"
PEOPLE = "\n\n\nDana\n?\ndana@example.com\n"
RITUALS = "Status call, every week, 60, 12\nIt leaves nothing\nSales and leadership\n"
AREAS = "Billing, bob@example.com, dana@example.com, #billing; Search\nPayments\n\n\nBilling\n"
MORE = "\n\n"
SENTENCE = "surprises\n\n\n"


@pytest.fixture
def db(drumbeat: Drumbeat) -> Database:
    """A company that `drumbeat init` began, and that was started once."""
    url = f"sqlite:///{drumbeat.folder / 'drumbeat.db'}"
    migrations.upgrade(url)
    found = Database(url)
    lead = presets.Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin")
    files = presets.files("starter", lead, SystemClock().now().date())
    texts = {name: text for name, text in files.items() if name.endswith(".yaml")}
    found.call(applying.begin, people.WORKSPACE, SystemClock().now(), texts)
    return found


def typed(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(answers)))


@pytest.mark.proves("R24")
def test_it_stops_anywhere_and_goes_on_from_there(
    drumbeat: Drumbeat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, SHAPE, FRICTIONS, "1\n")
    stopped = drumbeat("setup", "--yes")
    assert stopped.code != 0
    assert set(db.call(model.answers, make_house(db))) == {"shape", "frictions"}

    typed(monkeypatch, OUTCOMES, PEOPLE, RITUALS, AREAS, MORE, SENTENCE)
    ran = drumbeat("setup", "--yes")

    assert ran.code == 0, ran.err
    assert "(2 of 5 answered)" in ran.out
    assert "To begin with: No surprise launches." in ran.out
    assert "How many teams build the product? 1 (assumed" in ran.out
    assert "Version 2 is in force." in ran.out
    files = db.call(versions.get, people.WORKSPACE, 2).files
    assert "dana@example.com" in files["organisation.yaml"]
    assert "audience: Sales and leadership" in files["organisation.yaml"]
    assert "organisation.profile.pods" in files["assumptions.yaml"]
    assert "I know nobody called Dana. Write their e-mail address, as in Slack." in ran.out
    assert "Name one or two of the areas above: Billing, Search" in ran.out
    assert "Who owns Search? Bob (assumed" in ran.out
    assert "Who runs product operations? (e-mail address) [Enter: Bob; ?: I don't know yet]" in ran.out


@pytest.mark.proves("R26", "R62")
def test_with_the_starter_nothing_is_asked_and_all_is_assumed(drumbeat: Drumbeat, db: Database) -> None:
    ran = drumbeat("setup", "--starter", "--preset", "minimum", "--yes")

    assert ran.code == 0, ran.err
    found = db.call(versions.definitions, people.WORKSPACE, 2)
    assert [each.id for each in found.calendar.rituals] == ["weekly-product-update", "roadmap-review"]
    assert found.releases is not None
    assert (found.insights, found.decisions) == (None, None)
    assert found.assumptions is not None
    assert len(found.assumptions.assumptions) > 10


def test_nothing_is_applied_unless_somebody_says_so(
    drumbeat: Drumbeat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch)
    ran = drumbeat("setup", "--starter")

    assert ran.code == 1
    assert "say --yes to apply this" in ran.err
    assert db.call(versions.newest, people.WORKSPACE) == 1


def test_a_question_is_answered_anew_over_what_was_said(
    drumbeat: Drumbeat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    drumbeat("setup", "--starter", "--yes")
    typed(monkeypatch, "\n\n12\n\n\n")
    drumbeat("setup", "--again", "shape", "--yes")
    typed(monkeypatch, "b2c\n\n\n\n\n")

    ran = drumbeat("setup", "--again", "shape", "--yes")

    assert ran.code == 0, ran.err
    profile = db.call(versions.in_force, people.WORKSPACE).definitions.organisation.profile
    assert profile is not None
    assert (profile.model, profile.product_managers) == ("b2c", 12)
    refused = drumbeat("setup", "--again", "shapes")
    assert "write `shape`" in refused.err
