"""Who must hear of a change is told once, and never of what is not true any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery.model import DEAD, OutboxMessage
from bot.house import House
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, GRACE
from tests.roadmap.world import SUPPORT_CHANNEL, added, changed, deliver, heard, wait
from tests.updates.team import berlin

MOVED = """\
*Roadmap of Billing: moved later*
“Split invoices”: Next → Later, ◐ likely.
Why: The ledger comes first
Alice changed it. {because} /cadence roadmap R-1 shows all of it."""


def texts(house: House, person: str) -> list[str]:
    return [each.text for each in heard(house, person)]


def posts(house: House) -> list[str]:
    return [each.text for each in promised(house.db, "roadmap.change", SUPPORT_CHANNEL)]


def test_lead_channel_person_and_the_area_it_depends_on_are_told_why(house: House) -> None:
    item = added(house)
    changed(
        house, item, "later", place="later", why="The ledger comes first", functions=("support",), people="grace",
        depends_on="search",
    )  # fmt: skip
    assert MOVED.format(because="You hear it for Support.") in texts(house, CHARLIE)[0]
    assert MOVED.format(because="You were named to hear it.") in texts(house, GRACE)[0]
    assert MOVED.format(because="It depends on Search, which is yours.") in texts(house, FRANK)[0]
    (post,) = posts(house)
    read_aloud(promised(house.db, "roadmap.change", SUPPORT_CHANNEL)[0])
    assert post == MOVED.format(because="").replace("*", "").replace("it.  /", "it. /")


def test_nobody_is_told_twice_however_often_they_are_named(house: House) -> None:
    item = added(house)
    changed(house, item, "later", place="later", functions=("support",), people="Charlie, charlie\n@Charlie")
    (message,) = texts(house, CHARLIE)
    assert message.count("Split invoices") == 1


def test_whoever_changed_it_is_not_told(house: House) -> None:
    changed(house, added(house), "later", place="later", functions=(), people="Alice, Bob")
    assert "Split invoices" not in "".join(texts(house, ALICE))
    assert "Split invoices" in texts(house, BOB)[0]


def test_who_was_not_named_hears_nothing(house: House) -> None:
    changed(house, added(house), "later", place="later")
    assert texts(house, CHARLIE) == []
    assert posts(house) == []


def test_no_change_is_no_news(house: House) -> None:
    changed(house, added(house), "unchanged", functions=("support",))
    assert texts(house, CHARLIE) == []


def test_a_further_change_before_it_was_said_replaces_the_words(house: House) -> None:
    """From what they knew to how it stands now, with the last reason, in one place."""
    item = added(house)
    changed(house, item, "earlier", place="now", functions=("support",))
    changed(house, item, "later", place="later", functions=("support",), why="The ledger comes first")
    (message,) = texts(house, CHARLIE)
    assert MOVED.format(because="You hear it for Support.") in message
    assert "Now" not in message
    assert len(posts(house)) == 1
    assert "Next → Later" in posts(house)[0]


def test_also_when_the_further_change_names_nobody(house: House) -> None:
    item = added(house)
    changed(house, item, "earlier", place="now", functions=("support",))
    changed(house, item, "later", place="later", why="The ledger comes first")
    assert MOVED.format(because="You hear it for Support.") in texts(house, CHARLIE)[0]


def test_what_is_taken_back_before_it_was_said_is_not_said(house: House) -> None:
    item = added(house)
    changed(house, item, "earlier", place="now", functions=("support",))
    changed(house, item, "later", place="next", functions=("support",))
    assert texts(house, CHARLIE) == []
    assert posts(house) == []


def test_what_is_new_and_dropped_before_it_was_said_is_not_said(house: House) -> None:
    item = added(house, functions=("support",))
    changed(house, item, "dropped", functions=("support",))
    assert texts(house, CHARLIE) == []


def test_after_it_was_said_a_further_change_is_news_of_its_own(house: House) -> None:
    item = added(house)
    changed(house, item, "earlier", place="now", functions=("support",))
    deliver(house)
    assert "Next → Now" in texts(house, CHARLIE)[0]
    deliver(house)
    wait(house, house.clock.now() + timedelta(hours=1))
    changed(house, item, "later", place="later", functions=("support",))
    assert len(texts(house, CHARLIE)) == 1, "the day message is out, and this can wait"
    changed(house, item, "confidence", confidence="rough", functions=("support",))
    wait(house, berlin(26, 10))
    first, second = texts(house, CHARLIE)
    assert "“Split invoices”: Now → Later, ○ rough." in second
    assert second.count("Split invoices") == 1
    assert "Now → Later" not in first
    assert len(posts(house)) == 2


def test_once_more_what_is_the_same_is_not_said_again(house: House) -> None:
    item = added(house)
    changed(house, item, "later", place="later", functions=("support",), version=1, key="one")
    texts(house, CHARLIE)
    changed(house, item, "later", place="later", functions=("support",), version=1, key="one")
    wait(house, berlin(27, 12))
    assert len(texts(house, CHARLIE)) == 1
    assert len(posts(house)) == 1


def test_a_post_that_slack_will_never_take_is_not_waited_for(house: House) -> None:
    item = added(house)
    changed(house, item, "earlier", place="now", functions=("support",))
    with house.db.transaction() as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.channel == SUPPORT_CHANNEL)):
            message.state = DEAD
    changed(house, item, "later", place="later", functions=("support",))
    assert [("Next → Now" in each, "Now → Later" in each) for each in posts(house)] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("kind", "typed", "title", "says"),
    [
        ("earlier", {"place": "now"}, "moved earlier", "Next → Now, ◐ likely."),
        ("later", {"place": "2027-01/2027-03"}, "moved", "Next → Jan–Mar 2027, ◐ likely."),
        ("scope", {"purpose": "Three can"}, "scope changed", "Next as before, ◐ likely. It is for: Three can"),
        ("confidence", {"confidence": "firm"}, "firm now", "Next as before. It was likely, and is ● firm."),
        ("dropped", {}, "dropped", "was Next, and is not done any more."),
    ],
)
def test_each_sort_of_change_in_words(house: House, kind: str, typed: dict[str, str], title: str, says: str) -> None:
    changed(house, added(house), kind, functions=("support",), **typed)
    (message,) = texts(house, CHARLIE)
    assert f"*Roadmap of Billing: {title}*" in message
    assert says in message


def test_a_function_without_lead_or_channel_is_named_and_holds_up_nothing(house: House) -> None:
    functions = [
        {"id": "product", "name": "Product", "lead": BOB},
        {"id": "support", "name": "Support"},
        {"id": "engineering", "name": "Engineering"},
        {"id": "security", "name": "Security"},
    ]
    stated = house.definitions.organisation.model_dump(mode="python", exclude_unset=True)
    organisation = type(house.definitions.organisation).model_validate(stated | {"functions": functions})
    bare = replace(house, definitions=replace(house.definitions, organisation=organisation))
    added(bare, functions=("support",))
    assert promised(house.db) == []


def test_whoever_stands_in_hears_it_when_the_other_owner_has_left(house: House) -> None:
    areas = [
        {**each, "owner": "U0GONE"} if each["id"] == "search" else each
        for each in house.definitions.organisation.model_dump(mode="python", exclude_unset=True)["areas"]
    ]
    stated = house.definitions.organisation.model_dump(mode="python", exclude_unset=True)
    organisation = type(house.definitions.organisation).model_validate(stated | {"areas": areas})
    later = replace(house, definitions=replace(house.definitions, organisation=organisation))
    added(later, depends_on="search")
    assert "It depends on Search, which is yours." in texts(later, DANA)[0]
