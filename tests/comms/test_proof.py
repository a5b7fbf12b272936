"""The card says who was told what when, who is not and why, and what is in the release's way."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from bot.comms import clashes
from bot.db import Database
from bot.definitions import Organisation
from bot.delivery.model import DEAD, OutboxMessage
from bot.errors import FieldErrors
from bot.house import House
from bot.people.model import Profile
from bot.releases import flow, items, report, standing
from bot.releases.items import Standing
from tests.comms.launch import ENGINEERS, atlas, comms_house, moves_while_somebody_is_away, names
from tests.fakes import StoppedClock, promised
from tests.people import BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, register
from tests.updates.team import berlin


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return comms_house(db, clock)


def panels(db: Database, house: House) -> dict[str, tuple[str, ...]]:
    """What the comms plan shows on the card of Atlas, by title."""
    with db.transaction() as session:
        found = report.compile(session, house, flow.find(session, house, "atlas"))
    return {panel.title: panel.lines for panel in found.panels}


def who(db: Database, house: House) -> tuple[str, ...]:
    return panels(db, house)["Who hears what"]


def settled(db: Database, house: House) -> dict[str, bool]:
    with db.transaction() as session:
        release = flow.find(session, house, "atlas")
        return dict(standing.kept(session, house, [release]).computed[release.id])


def unknown_to_slack(db: Database, *people: str) -> None:
    with db.transaction() as session:
        session.execute(update(Profile).where(Profile.ref.in_(people)).values(active=False))


def test_the_card_says_when_each_audience_was_told_and_hears_next(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house)
    assert who(db, house) == (
        "• Support: not told yet, next Wed 25 Nov",
        "• Engineering: not told yet, next Wed 25 Nov",
    )
    turn_to(house, clock, berlin(25, 11))
    assert who(db, house) == (
        "• Support: told Wed 25 Nov, next Wed 2 Dec",
        "• Engineering: told Wed 25 Nov, next Wed 2 Dec",
    )
    card = promised(db, "release.card")[-1]
    assert "Support: told Wed 25 Nov, next Wed 2 Dec" in card.text
    assert "[Who hears what, when]" in card.text


def test_while_nobody_is_named_the_card_says_where_to_name_them(db: Database, house: House) -> None:
    with db.transaction() as session:
        register(session, house)
    assert who(db, house) == ("• Nobody is named. The four answers say who needs to know.",)
    assert settled(db, house)["comms"] is False


def test_that_each_audience_has_a_message_settles_itself(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas(session, house)
    assert settled(db, house) == {"comms": True, "clashes": True}
    with db.transaction() as session:
        found = report.compile(session, house, flow.find(session, house, "atlas"))
        assert 24 not in [item.id for item in found.gates]


def test_an_audience_that_nobody_can_be_told_for_is_marked_once_it_is_high_time(
    db: Database, house: House, clock: StoppedClock
) -> None:
    unknown_to_slack(db, CHARLIE, DANA)
    with db.transaction() as session:
        atlas(session, house, ["support", "engineering"])
    assert settled(db, house)["comms"] is False
    assert who(db, house)[0] == "• Support: not told: I know nobody there in Slack, and no channel"
    turn_to(house, clock, berlin(4, 12, month=12))
    assert who(db, house)[0].startswith("• ⚠ Support: not told")
    with db.transaction() as session:
        found = report.compile(session, house, flow.find(session, house, "atlas"))
        assert 24 in [item.id for item in found.gates]


def test_where_slack_does_not_know_the_lead_the_others_are_told(
    db: Database, house: House, clock: StoppedClock
) -> None:
    unknown_to_slack(db, CHARLIE)
    with db.transaction() as session:
        atlas(session, house, ["support"])
    assert settled(db, house)["comms"] is True
    turn_to(house, clock, berlin(25, 11))
    assert any("Who needs to know" in each.text for each in promised(db, channel=DANA))


def test_a_message_that_can_never_be_delivered_told_nobody(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        atlas(session, house, ["engineering"], facts=())
    turn_to(house, clock, berlin(25, 11))
    with db.transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.channel == ENGINEERS).values(state=DEAD))
    assert who(db, house) == ("• Engineering: not told yet, next when it is live",)


def test_whoever_has_not_heard_of_a_change_after_a_working_day_is_named(
    db: Database, house: House, clock: StoppedClock
) -> None:
    moves_while_somebody_is_away(house, clock)
    turn_to(house, clock, berlin(26, 11))
    assert len(who(db, house)) == 1
    turn_to(house, clock, berlin(26, 12))
    assert who(db, house)[-1] == "• ⚠ Told before, and not of the change yet: Charlie"
    turn_to(house, clock, berlin(4, 12, month=12))
    assert len(who(db, house)) == 1


def test_what_settles_itself_is_not_ticked_but_may_be_waived_with_a_reason(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors, match="I find out myself"):
            done = Standing("done", "https://example.com/plan")
            items.update(session, house, BOB, str(release.id), "24", 0, done)
        waived = Standing("waived", reason="Nobody inside will notice", until="2026-12-09")
        items.update(session, house, BOB, str(release.id), "24", 0, waived)
        found = report.compile(session, house, release)
    assert [(item.id, item.reason) for item in found.set_aside] == [(24, "Nobody inside will notice")]


# What is in its way.


def in_the_way(db: Database, house: House) -> list[str]:
    return [line.removeprefix("• ⚠ ") for line in panels(db, house).get("In its way", ())]


def frozen(house: House, **freeze: Any) -> House:
    stated = house.definitions.organisation.model_dump(mode="python", exclude_unset=True)
    organisation = Organisation.model_validate(stated | {"freezes": [freeze]})
    return replace(house, definitions=replace(house.definitions, organisation=organisation))


@pytest.mark.parametrize(
    ("target", "functions", "facts", "said"),
    [
        ("2026-12-09", ["security"], ("asked",), ["Borealis goes out Wed 9 Dec"]),
        ("2026-12-07", ["support"], ("asked",), ["Borealis goes out Mon 7 Dec, for Support, too"]),
        ("2026-12-07", ["security"], ("asked",), []),
        ("2026-12-14", ["support"], ("asked",), []),
        ("2026-12-09", ["support"], (), []),
    ],
    ids=["same day", "same week and people", "same week, other people", "next week", "of little risk"],
)
def test_another_release_is_in_the_way_on_the_same_day_or_in_the_same_week_for_the_same_people(
    db: Database, house: House, target: str, functions: list[str], facts: tuple[str, ...], said: list[str]
) -> None:
    with db.transaction() as session:
        atlas(session, house)
        atlas(session, house, functions, name="Borealis", target=target, facts=facts)
    assert in_the_way(db, house) == said
    assert settled(db, house)["clashes"] is not bool(said)


def test_a_freeze_is_in_the_way_of_every_release(db: Database, house: House) -> None:
    house = frozen(house, **{"from": "2026-12-09", "until": "2026-12-11", "name": "Year-end freeze"})
    with db.transaction() as session:
        atlas(session, house, facts=())
    assert in_the_way(db, house) == ["Year-end freeze, until Fri 11 Dec: nothing is to go out"]


@pytest.mark.parametrize(("target", "said"), [("2026-12-23", []), ("2026-12-24", ["The quarter ends Thu 31 Dec"])])
def test_the_last_five_working_days_of_a_quarter_are_in_the_way(
    db: Database, house: House, target: str, said: list[str]
) -> None:
    # The 25th is a holiday, and a weekend follows.
    with db.transaction() as session:
        atlas(session, house, target=target)
    assert in_the_way(db, house) == said


def test_quarters_follow_the_fiscal_year(house: House) -> None:
    organisation = house.definitions.organisation
    assert clashes.quarter_end(organisation, date(2026, 12, 9)) == date(2026, 12, 31)
    fiscal = organisation.model_copy(update={"fiscal_year_starts": "february"})
    assert clashes.quarter_end(fiscal, date(2026, 12, 9)) == date(2027, 1, 31)
    assert clashes.quarter_end(fiscal, date(2026, 1, 31)) == date(2026, 1, 31)
    assert clashes.quarter_end(fiscal, date(2026, 2, 1)) == date(2026, 4, 30)


def test_whoever_keeps_the_process_accepts_what_is_in_the_way_with_a_reason(db: Database, house: House) -> None:
    house = frozen(house, **{"from": "2026-12-09", "until": "2026-12-11", "name": "Freeze"})
    with db.transaction() as session:
        release = atlas(session, house)
        stands = Standing("not applicable", reason="Agreed with Operations")
        items.update(session, house, BOB, str(release.id), "26", 0, stands)
        names(session, house, release, ["support"])
        found = report.compile(session, house, release)
    assert [item.id for item in found.advisory] == [3]
