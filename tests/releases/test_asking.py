"""Who is asked for what, in which message, how often, and how each part follows what people do."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.delivery.model import QUEUED, SENT, OutboxMessage
from bot.house import House
from bot.people.model import Profile
from bot.releases import ahead, asking, assigning, flow, moving, rollout, tiering
from bot.releases.items import Standing, update
from bot.releases.model import Release
from bot.releases.moving import Move
from bot.releases.rule import Saying
from tests.fakes import Promised, StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import (
    ANSWERS,
    DANA,
    ERIN,
    FRANK,
    call,
    definitions,
    done,
    register,
    settle_everything,
    sign,
)
from tests.updates.team import berlin

SOON = berlin(25, 11)
"""An hour later: everybody has been asked."""


def asked(house: House, clock: StoppedClock, person: str, moment: datetime = SOON) -> list[Promised]:
    """What a person was asked until then, as it reads now; what was said stands in Slack."""
    turn_to(house, clock, moment)
    found = [each for each in promised(house.db, channel=person) if each.kind.startswith("prompts.")]
    with house.db.transaction() as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.state == QUEUED)):
            message.state = SENT
    first = [each for each in found if each.method == "post"]
    now = {each.target: each for each in found if each.method == "update" and each.target}
    return [replace(each, text=now[each.id].text) if each.id in now else each for each in first]


def atlas(session: Session, house: House) -> Release:
    return flow.find(session, house, "atlas")


def test_each_is_asked_once_for_their_own_things_with_their_days(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house)
    (alice,), (bob,), (charlie,) = (asked(house, clock, person) for person in (ALICE, BOB, CHARLIE))
    assert "*Release Atlas, Wed 9 Dec: 1 thing from you*\nWhy you: you own it. Its tier is medium." in alice.text
    assert "• the four questions, until Wed 2 Dec" in alice.text
    assert "*Release Atlas, Wed 9 Dec: 2 things from you*\nWhy you: Support is asked about it." in charlie.text
    assert "• 2 Support has been briefed, until Fri 4 Dec\n• Support's sign-off, until Tue 8 Dec" in charlie.text
    assert "• 3 Release note (should be done), until Mon 7 Dec" in bob.text
    assert [asked(house, clock, person) for person in (DANA, ERIN, FRANK)] == [[], [], []]


def test_the_owner_has_half_an_hour_to_answer_before_anybody_is_asked(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
    assert asked(house, clock, CHARLIE, berlin(25, 10, 29)) == []
    assert asked(house, clock, ALICE) == []
    assert len(asked(house, clock, CHARLIE)) == 1


def test_of_a_low_release_only_its_owner_is_asked_for_the_answers(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house, facts=())
    assert "• the four questions" in asked(house, clock, ALICE)[0].text
    assert [asked(house, clock, person) for person in (BOB, CHARLIE, FRANK)] == [[], [], []]


def test_those_are_asked_who_come_in_when_it_is_raised_and_let_go_when_it_is_lowered(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
    asked(house, clock, CHARLIE)
    with db.transaction() as session:
        tiering.set_tier(session, house, CHARLIE, str(release.id), 1, "medium", "We get the calls")
    (charlie,) = asked(house, clock, CHARLIE, berlin(25, 12))
    assert "2 things from you" in charlie.text
    with db.transaction() as session:
        tiering.set_tier(session, house, ALICE, str(release.id), 2, "low", "One customer only")
    (charlie,) = asked(house, clock, CHARLIE, berlin(25, 13))
    assert "*Release Atlas: nothing more from you*" in charlie.text


def test_a_part_follows_what_people_do_in_place(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    asked(house, clock, CHARLIE)
    with db.transaction() as session:
        done(session, house, atlas(session, house), 2)
    (charlie,) = asked(house, clock, CHARLIE, berlin(25, 12))
    assert "1 thing from you" in charlie.text
    with db.transaction() as session:
        sign(session, house, atlas(session, house))
    (charlie,) = asked(house, clock, CHARLIE, berlin(25, 13))
    assert "Nothing to do: all that was yours is settled. It goes out Wed 9 Dec." in charlie.text


def test_one_reminder_comes_in_the_morning_of_the_first_due_day(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        register(session, house)
    asked(house, clock, CHARLIE)
    assert len(asked(house, clock, CHARLIE, berlin(4, 8, 59, month=12))) == 1
    _first, reminder = asked(house, clock, CHARLIE, berlin(4, 9, month=12))
    assert "One reminder, and only one." in reminder.text
    assert len(asked(house, clock, CHARLIE, berlin(7, 17, month=12))) == 2


def test_with_the_date_everybodys_days_move(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    asked(house, clock, CHARLIE)
    with db.transaction() as session:
        release = atlas(session, house)
        later = Move("2026-12-16", "", "likely", "The bank")
        moving.move(session, house, ALICE, str(release.id), release.version, later)
    (charlie,) = asked(house, clock, CHARLIE, berlin(9, 17, month=12))
    assert "*Release Atlas, Wed 16 Dec: 2 things from you*" in charlie.text
    assert "• 2 Support has been briefed, until Fri 11 Dec" in charlie.text
    assert len(asked(house, clock, CHARLIE, berlin(11, 9, month=12))) == 2


def test_who_still_holds_it_up_is_asked_urgently_on_the_last_working_day(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        flow.answer(session, house, ALICE, str(release.id), 1, ANSWERS)
    for day in (25, 26):
        asked(house, clock, CHARLIE, berlin(day, 12))
    said = {person: asked(house, clock, person, berlin(8, 17, month=12)) for person in (ALICE, BOB, CHARLIE)}
    assert [len(messages) for messages in said.values()] == [1, 2, 3]
    assert "• the call: go, go with conditions or hold, until Wed 9 Dec" in said[ALICE][-1].text
    assert "2 things from you" in said[CHARLIE][-1].text
    assert [block["elements"][0]["text"]["text"] for block in said[ALICE][-1].blocks if block["type"] == "actions"][
        :1
    ] == ["Make the call"]


def test_nobody_is_asked_urgently_for_what_is_settled(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        settle_everything(session, house, register(session, house))
        call(session, house, atlas(session, house), Saying("go"))
    assert [asked(house, clock, person, berlin(9, 8, month=12)) for person in (ALICE, CHARLIE)] == [[], []]


def test_what_is_cancelled_waits_for_nobody(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    asked(house, clock, CHARLIE)
    with db.transaction() as session:
        rollout.cancel(session, house, ALICE, str(atlas(session, house).id), "Nobody wants it")
    (charlie,) = asked(house, clock, CHARLIE, berlin(9, 12, month=12))
    assert "Nothing to do: it was cancelled." in charlie.text


def test_who_is_given_an_item_is_asked_and_who_had_it_is_not(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    asked(house, clock, CHARLIE)
    with db.transaction() as session:
        assigning.assign(session, house, CHARLIE, str(atlas(session, house).id), ["2"], DANA)
    (charlie,), (dana,) = (asked(house, clock, person, berlin(25, 12)) for person in (CHARLIE, DANA))
    assert "2 Support has been briefed" in dana.text and "2 Support has been briefed" not in charlie.text


def test_what_comes_up_after_all_was_done_is_asked_for_anew(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        settle_everything(session, house, register(session, house))
    assert asked(house, clock, CHARLIE) == []
    with db.transaction() as session:
        stands = Standing("in work")
        update(session, house, CHARLIE, str(atlas(session, house).id), "2", 1, stands)
    assert len(asked(house, clock, CHARLIE, berlin(25, 12))) == 1
    with db.transaction() as session:
        update(session, house, CHARLIE, str(atlas(session, house).id), "2", 2, Standing("done", "https://x.io"))
    asked(house, clock, CHARLIE, berlin(25, 13))
    with db.transaction() as session:
        update(session, house, CHARLIE, str(atlas(session, house).id), "2", 3, stands)
    assert len(asked(house, clock, CHARLIE, berlin(26, 12))) == 2


def test_where_many_share_a_function_nobody_leads_its_owner_is_asked(
    db: Database, house: House, clock: StoppedClock
) -> None:
    team = definitions()
    assert team.releases is not None
    crowd = [f"U0CROWD{n}" for n in range(4)]
    stated = team.organisation.model_dump(mode="json", exclude_unset=True)
    stated["functions"].append({"id": "sales", "name": "Sales"})
    stated["people"] += [{"slack": id, "name": id, "function": "sales", "roles": ["sales"]} for id in crowd]
    theirs = {"owners": ("sales",)}
    items = [each.model_copy(update=theirs) if each.id == 2 else each for each in team.releases.items]
    rules = team.releases.model_copy(update={"items": tuple(items)})
    organisation = type(team.organisation).model_validate(stated)
    house = replace(house, definitions=replace(team, organisation=organisation, releases=rules))
    with db.transaction() as session:
        for id in crowd:
            _introduce(session, house, id)
        register(session, house)
    assert "2 Support has been briefed" in asked(house, clock, ALICE)[0].text
    assert [asked(house, clock, person) for person in crowd] == [[]] * 4


def test_definitions_that_name_somebody_else_ask_somebody_else(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    asked(house, clock, CHARLIE)
    stated = house.definitions.organisation.model_dump(mode="json", exclude_unset=True)
    for function in stated["functions"]:
        function["lead"] = DANA if function["id"] == "support" else function["lead"]
    organisation = type(house.definitions.organisation).model_validate(stated)
    house = replace(house, definitions=replace(house.definitions, organisation=organisation), version=2)
    with db.transaction() as session:
        asking.keep_in_step(session, house)
    (charlie,), (dana,) = (asked(house, clock, person, berlin(25, 12)) for person in (CHARLIE, DANA))
    assert "nothing more from you" in charlie.text
    assert "2 things from you" in dana.text


def test_a_part_of_another_workspace_shows_nothing(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        assert asking.prompt_part(session, house, f"{release.id}:{CHARLIE}") is not None
        assert asking.prompt_part(session, replace(house, workspace_id="T0OTHER"), f"{release.id}:{CHARLIE}") is None


@pytest.mark.parametrize(("day", "titles"), [(7, []), (8, ["Release Atlas: the call: go, go with conditions or hold"])])
def test_the_call_stands_on_home_from_the_last_working_day_on(
    db: Database, house: House, clock: StoppedClock, day: int, titles: list[str]
) -> None:
    with db.transaction() as session:
        settle_everything(session, house, register(session, house))
    turn_to(house, clock, berlin(day, 10, month=12))
    with db.transaction() as session:
        assert [each.title for each in ahead.obligations(session, house, ALICE)] == titles


def _introduce(session: Session, house: House, slack_id: str) -> None:
    session.add(
        Profile(
            workspace_id=house.workspace_id, ref=slack_id, slack_id=slack_id, name=slack_id, zone=None, active=True,
            refreshed_at=house.clock.now(),
        )
    )  # fmt: skip
