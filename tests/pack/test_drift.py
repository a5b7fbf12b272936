"""What is said against what was done: each difference is found, and stands first."""

from datetime import date, timedelta

from sqlalchemy import delete, select

from bot.decisions.model import Decision
from bot.decisions.turns import Turn
from bot.delivery.model import SENT, OutboxMessage
from bot.house import House
from bot.pack.contents import DRIFT
from bot.pack.drift import differences
from bot.pack.sections import one
from bot.pack_parts import Table
from bot.people.directory import Directory, keep
from bot.people.model import Departure, Profile
from bot.prompts.model import DayMessage, Prompt
from bot.rituals.model import CLOSED, Occurrence

WEEKLY = "weekly-product-update"


def tables(house: House) -> dict[str, Table]:
    parts = house.db.call(one, house, DRIFT).parts
    return {part.title: part.tables[0] for part in parts if part.tables}


def differing(house: House, title: str) -> list[str]:
    table = tables(house)[title]
    return [f"{table.rows[number][0]}: {table.rows[number][-1]}" for number in table.marked]


def test_what_is_not_as_it_is_said_is_counted_in_the_first_sentence(house: House) -> None:
    section = house.db.call(one, house, DRIFT)

    assert (
        section.parts[0].says[0]
        == f"{differences(section.parts)} things are not as they are said; they stand first in each table."
    )
    assert tables(house)["Rituals"].rows[0][0] == "System health"


def test_an_occurrence_that_is_not_there_is_found(house: House) -> None:
    assert not any(each.startswith("Weekly product update") for each in differing(house, "Rituals"))
    with house.db.transaction() as session:
        session.execute(
            delete(Occurrence).where(
                Occurrence.ritual_id == WEEKLY, Occurrence.state == CLOSED, Occurrence.day > date(2026, 11, 1)
            )
        )

    assert "Weekly product update: no: 3 of 12 are not there" in differing(house, "Rituals")


def test_one_that_is_still_open_is_not_missing(house: House) -> None:
    assert not any(each.startswith("Quarterly planning") for each in differing(house, "Rituals"))


def test_who_has_left_and_is_still_named_is_found(house: House) -> None:
    assert differing(house, "People") == []
    with house.db.transaction() as session:
        left = Departure(workspace_id=house.workspace_id, ref="ana@example.com", left_at=house.clock.now())
        session.add(left)

    (row,) = tables(house)["People"].rows
    assert row[0] == "Ana Duarte"
    assert "owner of Billing" in row[2]


def test_who_is_named_and_unknown_to_slack_is_found(house: House) -> None:
    with house.db.transaction() as session:
        session.execute(delete(Profile).where(Profile.ref == "ana@example.com"))

    (row,) = tables(house)["People"].rows
    assert row[:2] == ("Ana Duarte", "not known to Slack")
    assert "owner of Billing" in row[2]


def test_a_channel_that_no_definition_names_is_found(house: House) -> None:
    assert differing(house, "Channels") == []
    with house.db.transaction() as session:
        post = session.query(OutboxMessage).filter_by(method="post", target=None).first()
        assert post is not None
        post.state = SENT
        post.channel = "C0ELSEWHERE"
        post.created_at = int((house.clock.now() - timedelta(days=3)).timestamp() * 1000)

    assert tables(house)["Channels"].rows == [("C0ELSEWHERE", "1")]


def test_a_channel_that_is_named_by_its_name_is_one_of_theirs(house: House) -> None:
    named = house.definitions.organisation.channels.product_ops.removeprefix("#")
    with house.db.transaction() as session:
        keep(session, house, Directory((), ({"id": "C0OPS", "name": named, "is_member": True},)))
        post = session.query(OutboxMessage).filter_by(method="post", target=None).first()
        assert post is not None
        post.state, post.channel = SENT, "C0OPS"
        post.created_at = int((house.clock.now() - timedelta(days=3)).timestamp() * 1000)

    assert differing(house, "Channels") == []


def test_a_decision_of_somebody_whom_its_class_does_not_name_is_found(house: House) -> None:
    assert differing(house, "Decision rights") == []
    with house.db.transaction() as session:
        mine = Decision.workspace_id == house.workspace_id
        decision = session.scalars(select(Decision).where(mine, Decision.class_id == "pricing").limit(1)).one()
        decision.decider = session.scalars(select(Profile.slack_id).where(Profile.ref == "tom@example.com")).one()
        session.execute(delete(Turn).where(Turn.decision_id == decision.id))
        ref = decision.ref

    row = tables(house)["Decision rights"].rows[0]
    assert row[0] == "Prices, packages and terms"
    assert row[2] == [f"{ref} by Tom Becker"]
    assert row[3] == "no: 1 by somebody else"


def test_whoever_was_asked_to_decide_is_named_well_enough(house: House) -> None:
    with house.db.transaction() as session:
        mine = Decision.workspace_id == house.workspace_id
        decision = session.scalars(select(Decision).where(mine, Decision.class_id == "pricing").limit(1)).one()
        tom = session.scalars(select(Profile.slack_id).where(Profile.ref == "tom@example.com")).one()
        decision.decider, now = tom, house.clock.now()
        session.add(
            Turn(workspace_id=house.workspace_id, decision_id=decision.id, person=tom, because="delegated",
                 since=now, until=now)
        )  # fmt: skip

    assert differing(house, "Decision rights") == []


def test_an_artifact_that_is_stale_is_found(house: House) -> None:
    assert "Health report: no: the last one is stale" in differing(house, "Artifacts")


def test_what_people_are_sent_and_asked_is_held_against_what_is_promised(house: House) -> None:
    rows = {str(row[0]).partition(" (")[0]: row[1:] for row in tables(house)["Promises"].rows}
    load = rows["A week brings one person at most 5 messages and 30 minutes of work"]
    asked = rows["Whoever is asked for something does it by its deadline"]

    assert int(str(load[0])) >= int(str(load[1])) > 100
    assert load[3] == f"no: {int(str(load[0])) - int(str(load[1]))} brought more"
    assert int(str(asked[0])) > int(str(asked[1])) > 96


def test_of_too_few_people_nothing_is_said_of_what_they_are_sent(house: House) -> None:
    with house.db.transaction() as session:
        few = session.scalars(select(DayMessage.person).distinct().order_by(DayMessage.person)).all()[:4]
        session.execute(delete(Prompt).where(Prompt.person.not_in(few)))
        session.execute(delete(DayMessage).where(DayMessage.person.not_in(few)))

    assert not [row for row in tables(house)["Promises"].rows if str(row[0]).startswith("A week brings")]


def test_promised_times_are_held_against_what_was_done(house: House) -> None:
    assert "Decisions are made by the day they are needed: no: 3 late" in differing(house, "Promises")
