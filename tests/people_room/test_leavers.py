"""What Slack says of people: who left, whose status says away, and who belongs to a user group."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.definitions import Definitions
from bot.house import House
from bot.people import leavers
from bot.people.absence import come_back
from bot.people.directory import Directory, keep, keep_member, read_directory, unknown_groups, wanted_groups
from bot.people.flow import require_person
from bot.people.model import People
from bot.updates import flow
from tests import people
from tests.aloud import read_aloud
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import BERLIN, Week, berlin, definitions, directory, member

TODAY = date(2026, 11, 25)
GONE = member(ALICE, "Alice", deleted=True)
OTHERS = (member(BOB, "Bob"), member(CHARLIE, "Charlie"))
PALM = ":palm_tree:"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    plain = people.definitions()
    organisation = plain.organisation.model_copy(update={"away_statuses": (PALM,)})
    house = make_house(db, definitions=Definitions(organisation, plain.calendar), clock=clock)
    run(house, keep, directory())
    return house


def run(house: House, verb: Any, *args: Any) -> Any:
    with house.db.transaction() as session:
        return verb(session, house, *args)


def told(house: House) -> list[str]:
    return [each.text for each in promised(house.db, "people.left", PRODUCT_OPS)]


def showing(emoji: str, expires: datetime | None = None) -> dict[str, Any]:
    profile = {
        "real_name": "Alice",
        "status_emoji": emoji,
        "status_expiration": int(expires.timestamp()) if expires else 0,
    }
    return member(ALICE, "Alice", profile=profile)


def away_on(house: House, day: date) -> str | None:
    with house.db.transaction() as session:
        return People(session, house).away_because(require_person(session, house, ALICE), day)


@pytest.mark.proves("R41")
def test_product_ops_is_told_once_who_left_what_was_theirs_and_who_stands_in(house: House) -> None:
    for _ in range(3):
        run(house, keep, directory(GONE, *OTHERS))
    (said,) = told(house)
    assert "Somebody whom organisation.yaml names has left Slack" in said
    assert "Alice is no longer in Slack" in said
    assert "Owner of Billing: Bob is asked until you name somebody new." in said


def test_several_who_left_are_one_message(house: House) -> None:
    run(house, keep, directory(GONE, member(BOB, "Bob", deleted=True), OTHERS[1]))
    (said,) = told(house)
    assert "2 people whom organisation.yaml names have left Slack" in said
    read_aloud(promised(house.db, "people.left", PRODUCT_OPS)[0])
    assert "Owner of Billing: nobody stands in. Name somebody new." in said


def test_who_comes_back_is_told_once_and_may_leave_again(house: House, clock: StoppedClock) -> None:
    run(house, keep, directory(GONE, *OTHERS))
    run(house, keep, directory())
    run(house, keep, directory())
    clock.turn(timedelta(days=9))
    run(house, keep, directory(GONE, *OTHERS))
    assert [said.split(" in Slack")[0].splitlines()[0] for said in told(house)][1] == "Alice is"
    assert len(told(house)) == 3


def test_an_account_that_slack_no_longer_lists_has_left_and_one_it_never_listed_has_not(db: Database) -> None:
    house = make_house(db)
    run(house, keep, directory(member(ALICE, "Alice")))
    assert told(house) == []
    run(house, keep, directory(*OTHERS))
    assert ["Alice is no longer in Slack" in said for said in told(house)] == [True]


def test_an_event_says_so_at_once(house: House) -> None:
    run(house, keep_member, {**GONE, "profile": {"real_name": "Alice"}})
    assert len(told(house)) == 1
    run(house, keep_member, member("U0STRANGER", "Zoe", deleted=True))
    assert len(told(house)) == 1
    run(house, keep_member, member(ALICE, "Alice"))
    assert "Alice is in Slack again" in told(house)[-1]
    assert [gap.name for gap in run(house, leavers.gaps)] == []


def test_the_end_of_an_old_account_is_not_the_end_of_its_person(db: Database) -> None:
    plain = people.definitions()
    alice, *others = plain.organisation.people
    alice = alice.model_validate(alice.model_dump() | {"email": "alice@example.com", "slack": None})
    organisation = plain.organisation.model_copy(update={"people": (alice, *others)})
    house = make_house(db, definitions=Definitions(organisation, plain.calendar))
    profile = {"real_name": "Alice", "email": "alice@example.com"}
    run(house, keep, Directory(({"id": "U0NEW", "profile": profile},), ()))
    run(house, keep_member, {"id": "U0OLD", "profile": profile, "deleted": True})
    assert told(house) == []
    with house.db.transaction() as session:
        assert require_person(session, house, "U0NEW").name == "Alice"


def test_what_waits_for_a_leaver_goes_to_the_deputy_and_the_digest_says_no_owner(db: Database) -> None:
    week = Week(db, definitions())
    week.house = replace(week.house, links=replace(week.house.links, on_away=(flow.on_away,)))
    week.until(berlin(25, 10, 30))
    week.run(keep_member, GONE)
    assert week.ask("billing").asked == BOB
    week.submit("billing", by=BOB)
    week.until(berlin(26, 16))
    digest = week.digest()[0]
    assert "by Bob (no owner since 25 Nov)" in digest
    assert "Exports: no owner since 25 Nov, when Alice left; no update from Bob" in digest


@pytest.mark.parametrize(
    ("expires", "says"),
    [
        (datetime(2026, 11, 27, 18, tzinfo=BERLIN), "away until Fri 27 Nov"),
        (datetime(2026, 11, 28, 0, 0, tzinfo=BERLIN), "away until Fri 27 Nov"),
        (datetime(2026, 11, 27, 9, tzinfo=BERLIN), "away until Thu 26 Nov"),
        (datetime(2026, 11, 25, 11, tzinfo=BERLIN), "away until Wed 25 Nov"),
        (datetime(2027, 1, 4, 23, 59, tzinfo=BERLIN), "away until Mon 4 Jan"),
        (datetime(2026, 11, 25, 9, tzinfo=BERLIN), None),
        (None, "away"),
    ],
)
def test_a_status_keeps_away_until_it_expires(house: House, expires: datetime | None, says: str | None) -> None:
    for _ in range(2):
        run(house, keep_member, showing(PALM, expires))
    assert away_on(house, TODAY) == says


def test_a_status_that_is_taken_down_or_means_nothing_ends_it(house: House) -> None:
    run(house, keep_member, showing(PALM))
    run(house, keep_member, showing(":coffee:"))
    assert away_on(house, TODAY) is None
    run(house, keep, directory(showing(PALM), *OTHERS))
    assert away_on(house, TODAY) == "away"
    run(house, keep, directory())
    assert away_on(house, TODAY) is None


def test_who_says_that_they_are_back_is_believed_over_their_status(house: House) -> None:
    run(house, keep_member, showing(PALM))
    assert run(house, come_back, ALICE, ALICE)
    run(house, keep_member, showing(PALM))
    assert away_on(house, TODAY) is None
    run(house, keep_member, showing(":coffee:"))
    run(house, keep_member, showing(PALM))
    assert away_on(house, TODAY) == "away"


class Groups:
    """A Slack with user groups, or that refuses to tell."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.asked: list[str] = []

    async def users_list(self, *, cursor: str | None = None, limit: int | None = None) -> Any:
        return {"members": list(directory().members)}

    async def conversations_list(self, **_args: Any) -> Any:
        return {"channels": []}

    async def usergroups_list(self) -> Any:
        if self.refuses:
            error = Exception("refused")
            error.response = {"error": self.refuses}  # type: ignore[attr-defined]  # as Slack's errors have it
            raise error
        handles = ("product-team", "sales", "old-team")
        return {"usergroups": [{"id": f"S{h}", "handle": h, "date_delete": int(h == "old-team")} for h in handles]}

    async def usergroups_users_list(self, *, usergroup: str) -> Any:
        self.asked.append(usergroup)
        return {"users": [ALICE, CHARLIE, "U0STRANGER"]}


def with_audience(house: House, *audience: str) -> House:
    calendar = house.definitions.calendar
    (ritual,) = calendar.rituals
    named = calendar.model_copy(update={"rituals": (ritual.model_copy(update={"audience": audience}),)})
    return replace(house, definitions=replace(house.definitions, calendar=named))


def read(house: House, slack: Groups) -> None:
    run(house, keep, asyncio.run(read_directory(slack, wanted_groups(house))))


def test_an_audience_is_the_members_of_a_group_and_the_people_it_names(house: House) -> None:
    house, slack = with_audience(house, "@product-team", BOB), Groups()
    read(house, slack)
    assert slack.asked == ["Sproduct-team"], "only what is needed"
    with house.db.transaction() as session:
        assert [person.name for person in People(session, house).members(("@product-team",))] == ["Alice", "Charlie"]
        assert len(People(session, house).members(("@product-team", BOB))) == 3
        assert People(session, house).members(("@sales", "nobody@example.com")) == []
    assert promised(house.db, "people.audience") == []


@pytest.mark.parametrize(
    ("refuses", "says"),
    [
        ("plan_upgrade_required", "they need a paid plan"),
        ("missing_scope", "drumbeat manifest"),
        ("", "Slack knows no @old-team and @product-ops"),
    ],
)
def test_a_group_that_cannot_be_read_is_told_once_in_words(house: House, refuses: str, says: str) -> None:
    house = with_audience(house, "@product-ops", "@old-team")
    for _ in range(2):
        read(house, Groups(refuses))
    (said,) = promised(house.db, "people.audience", PRODUCT_OPS)
    assert says in said.text
    if not refuses:
        read_aloud(said)
    assert run(house, unknown_groups) == ["@old-team", "@product-ops"]


def test_a_workspace_without_groups_is_not_asked_for_any(house: House) -> None:
    read(house, Groups("plan_upgrade_required"))
    assert promised(house.db, "people.audience") == []


def test_what_slack_refuses_otherwise_is_an_error(house: House) -> None:
    with pytest.raises(Exception, match="refused"):
        read(with_audience(house, "@product-team"), Groups("token_revoked"))
