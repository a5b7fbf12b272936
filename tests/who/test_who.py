"""`/cadence who`: who decides, owns or leads something, who comes after them, and who stands in today."""

from datetime import date

import pytest

from bot import app
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.people.absence import set_away
from bot.people.model import Channel
from bot.releases.model import Release
from bot.who.listeners import TABLES
from tests.assuming import assuming
from tests.decisions.classes import DANA, house_with_classes
from tests.decisions.log import Desk, introduce
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES, UPDATES, WORKSPACE

TODAY = date(2026, 11, 25)
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


def who(house: House, words: str = "", user: str = CHARLIE) -> str:
    desk = Desk(house, user)
    desk.does(TABLES.verbs["who"].handler, words)
    assert all(message["response_type"] == "ephemeral" for message in desk.said)
    return "\n".join(str(message["text"]) for message in desk.said)


def away(house: House, *slack_ids: str) -> None:
    with house.db.transaction() as session:
        for slack_id in slack_ids:
            set_away(session, house, slack_id, TODAY, FRIDAY)


@pytest.mark.proves("R40")
def test_a_decision_names_everybody_who_has_to_do_with_it(house: House) -> None:
    assert who(house, "decides pricing in search") == (
        "*Prices and terms · Search*\n"
        "• Decides: Dana (the head of product)\n"
        "• Backup, when it is not decided in time: Alice (the owner of Search)\n"
        "• Prepared by: Alice (the owner of Search)\n"
        "• Asked beforehand: Charlie (the lead of Support)\n"
        "• Told afterwards: everybody\n"
        "• Forum: #search, in Weekly product update\n"
        "• Product Ops records this, but never decides it"
    )


def test_who_is_only_assumed_to_stand_there_is_labelled(house: House) -> None:
    paths = (
        "organisation.people.head_of_product",
        "organisation.functions.support",
        "organisation.areas.search.owner",
        "calendar.rituals.weekly-update.owner",
    )
    house = assuming(house, dict.fromkeys(paths, "nobody knows"), "bob@example.com")

    pricing = who(house, "decides pricing in search")
    assert "Decides: Dana (assumed) (the head of product)" in pricing
    assert "Asked beforehand: Charlie (the lead of Support) (assumed)" in pricing
    assert "Owner: Alice (assumed)" in who(house, "owns search")
    assert "Decides: Alice (assumed) (the owner of Search)" in who(house, "priority in search")
    assert "Lead: Charlie (assumed)" in who(house, "support")
    assert "Owner: Bob (assumed)" in who(house, "weekly product update")
    assert "After them: Dana (assumed) (the head of product)" in who(house, "support")


def test_it_escalates_to_the_head_of_product_after_so_many_working_days(house: House) -> None:
    said = who(house, "priority in search")
    assert "Decides: Alice (the owner of Search)" in said
    assert "Backup, when it is not decided in time: Erin (whoever stands in for the owner of Search)" in said
    assert "If nobody has decided 2 working days later: Dana (the head of product)" in said


def test_product_ops_is_no_backup_of_what_is_about_the_product_even_as_deputy(house: House) -> None:
    said = who(house, "priority in billing")
    assert "Backup, when it is not decided in time: Dana" in said
    assert "Bob" not in said


def test_without_the_area_it_says_what_depends_on_it_and_how_to_ask(house: House) -> None:
    said = who(house, "what to build")
    assert "Decides: the owner of the area\n" in said
    assert "Forum: the forum of the area" in said
    assert "/cadence who decides priority in billing" in said
    assert "nobody yet" not in said
    assert "Stands in" not in said


def test_while_the_decider_is_away_it_names_who_stands_in_today(house: House) -> None:
    away(house, DANA)
    said = who(house, "pricing in search")
    assert "Decides: Dana (the head of product), away until Fri 4 Dec\n• Stands in today: Alice\n" in said
    away(house, ALICE)
    assert "Stands in today: nobody, all of them are away" in who(house, "pricing in search")
    assert "Stands in" not in who(house, "pricing")


def test_where_nobody_is_named_it_says_so_and_who_decides_until_then(house: House) -> None:
    said = who(house, "macros")
    assert "Decides: nobody yet (the lead of Legal)\n• Stands in today: Charlie\n" in said


def test_what_is_not_about_the_product_product_ops_may_decide(house: House) -> None:
    said = who(house, "planning")
    assert "Decides: Bob (Product Ops)" in said
    assert "never decides" not in said


@pytest.mark.proves("R3")
def test_an_area_names_owner_deputy_and_who_comes_after_them(house: House) -> None:
    assert who(house, "owns billing?") == (
        "*Billing*\n• Owner: Alice\n• Deputy: Bob\n• After them: Dana\n• Forum: #billing"
    )
    away(house, ALICE, BOB)
    assert "• Owner: Alice, away until Fri 4 Dec\n• Stands in today: Dana\n" in who(house, "billing")


def test_a_ritual_names_its_owner_and_where_it_is_held(house: House) -> None:
    with house.db.transaction() as session:
        session.add(Channel(workspace_id=WORKSPACE, name="product-updates", slack_id=UPDATES, joined=True))
    away(house, BOB)
    said = who(house, "weekly")
    assert said.startswith("*Weekly product update*\n• Owner: Bob, away until Fri 4 Dec\n• Stands in today: Dana\n")
    assert said.endswith("Forum: #product-updates")


def test_a_function_names_its_lead_and_colleagues(house: House) -> None:
    assert who(house, "support") == "*Support*\n• Lead: Charlie\n• After them: Dana (the head of product)"
    assert "• Lead: Bob\n• Backup: Alice, Dana or Erin\n" in who(house, "product function")
    assert "• Lead: nobody\n• Stands in today: Dana" in who(house, "legal")


def release(house: House, name: str, day: date) -> None:
    with house.db.transaction() as session:
        session.add(
            Release(
                workspace_id=house.workspace_id, name=name, slug=name.lower(), owner=ALICE, target=day,
                confidence="likely", summary="", facts=[], registered_at=house.clock.now(),
            )
        )  # fmt: skip


def test_a_release_names_its_owner_and_day(house: House) -> None:
    release(house, "Atlas", FRIDAY)
    assert who(house, "owns atlas") == (
        "*Atlas*\n"
        "• Owner: Alice\n"
        "• After them: Dana (the head of product)\n"
        f"• Forum: {LAUNCHES}\n"
        "• Planned for Fri 4 Dec 2026: /launch-ready atlas"
    )


def test_releases_of_long_ago_are_not_asked_about_any_more(house: House) -> None:
    release(house, "Hermes", date(2025, 11, 25))
    with pytest.raises(UserError, match="I know nothing called “hermes”"):
        who(house, "hermes")


def test_a_person_is_named_with_what_is_theirs(house: House) -> None:
    away(house, ALICE)
    assert who(house, "is alice") == "*Alice*\n• owner of Billing, owner of Search; away until Fri 4 Dec"
    assert who(house, "dana") == "*Dana*\n• named for nothing of their own"


def test_of_several_things_each_is_answered(house: House) -> None:
    said = who(house, "support and planning")
    assert "*Support*" in said
    assert "*When we plan*" in said


def test_what_is_not_understood_is_said_beside_the_answer_with_near_names(house: House) -> None:
    said = who(house, "decides pricing of gadgets")
    assert "Decides: Dana" in said
    assert said.endswith("I did not understand: gadgets. /cadence who lists what I know.")
    assert "I did not understand: sea. Did you mean Search" in who(house, "pricing sea")


def test_what_nobody_knows_is_refused_with_the_nearest_names(house: House) -> None:
    with pytest.raises(UserError) as refused:
        who(house, "the bills")
    assert str(refused.value).startswith("I know nothing called “the bills”. Did you mean `Billing`")
    with pytest.raises(UserError, match=r"`/cadence who` lists what I know\."):
        who(house, "x" * 4000)


def test_alone_it_lists_what_one_may_ask_about(house: House) -> None:
    assert who(house) == (
        "Who decides, owns or leads what\n"
        "Ask as you would ask a person: /cadence who decides pricing, /cadence who owns billing,"
        " /cadence who support.\n"
        "Decisions: priority, pricing, macros, planning\n"
        "Areas: Billing, Search\n"
        "Rituals: Weekly product update\n"
        "Functions: Product, Support, Legal"
    )


def test_without_classes_it_says_that_nobody_is_named_to_decide(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, clock=clock)
    with db.transaction() as session:
        introduce(session, house)
    assert "Decisions: nobody is named yet. decisions.yaml says who decides what." in who(house)
    assert who(house, "billing").startswith("*Billing*\n• Owner: Alice")


def test_only_people_of_the_organisation_may_ask(house: House) -> None:
    with pytest.raises(UserError, match="do not know you"):
        who(house, "pricing", user="U0STRANGER")


def test_the_hub_answers_to_it() -> None:
    assert "who" in app.tables().verbs
