"""Who is asked for an area's part, once and reminded once; who stands in, and who is back in time."""

from datetime import date

from bot import app
from bot.db import Database
from bot.house import House
from bot.people.absence import come_back, set_away, tell_away
from bot.people.directory import keep_member
from bot.quarter import asking
from bot.rituals.model import SKIPPED
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE
from tests.quarter import world
from tests.quarter.world import CLOSES, MEETS, OPENS, PACKET, REMINDED, asked, bet, looked_back, part, run, wait
from tests.releases.launch import DANA, FRANK

TITLE = "*Quarterly planning, Billing: January to March 2027*"
SEARCH = "*Quarterly planning, Search: January to March 2027*"


def away(house: House, who: str, last: date) -> None:
    run(house, set_away, who, house.clock.now().date(), last)
    run(house, tell_away, who)


def test_the_owner_of_each_area_is_asked_as_it_opens_and_reminded_once(house: House) -> None:
    assert "You own Billing. Until Wed 23 Dec, 13:00: what came of the last bets" in asked(house, ALICE)
    assert SEARCH in asked(house, FRANK)
    assert len(world.day_messages(house, ALICE)) == 1
    wait(house, REMINDED)
    assert len([each for each in world.day_messages(house, ALICE) if each.method == "post"]) == 2
    wait(house, CLOSES)
    posts = [each for each in world.day_messages(house, ALICE) if each.method == "post"]
    assert len(posts) == 2, "product ops chases nobody beyond the one reminder"


def test_whoever_has_given_all_is_not_reminded(house: House) -> None:
    looked_back(house)
    bet(house)
    assert "All is given. Thank you." in asked(house, ALICE)
    wait(house, REMINDED)
    assert asked(house, ALICE).count("Still missing") == 0


def test_nobody_else_is_asked_for_an_area_and_product_ops_never(house: House) -> None:
    assert TITLE not in asked(house, BOB), "the deputy is of product ops"
    assert asked(house, CHARLIE) == ""
    assert "what hampers your work?" in asked(house, BOB)


def test_who_is_away_for_some_days_is_asked_when_they_are_back(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    run(house, set_away, FRANK, OPENS.date(), date(2026, 12, 8))
    wait(house, OPENS)
    assert (part(house, "search").asked, asked(house, FRANK), asked(house, DANA)) == (FRANK, "", "")
    wait(house, REMINDED)
    assert SEARCH in asked(house, FRANK)


def test_for_who_is_away_until_it_is_too_late_the_deputy_is_asked(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    run(house, set_away, FRANK, OPENS.date(), date(2027, 1, 5))
    wait(house, OPENS)
    assert "You are asked in Frank's place." in asked(house, DANA)
    assert SEARCH not in asked(house, FRANK)


def test_what_is_handed_on_comes_back_with_its_owner(house: House) -> None:
    away(house, FRANK, date(2027, 1, 5))
    assert (part(house, "search").asked, part(house, "search").stands_in_for) == (DANA, "Frank")
    assert "Dana is asked now." in asked(house, FRANK)
    run(house, come_back, FRANK, FRANK)
    assert (part(house, "search").asked, part(house, "search").stands_in_for) == (FRANK, None)


def test_what_is_given_already_is_not_handed_on(house: House) -> None:
    looked_back(house, FRANK, "search", no_bets="The index comes first")
    away(house, FRANK, date(2027, 1, 5))
    assert part(house, "search").asked == FRANK


def test_of_an_owner_who_left_the_area_goes_to_whoever_stands_in(house: House) -> None:
    bet(house)
    run(house, keep_member, {"id": FRANK, "deleted": True})
    run(house, tell_away, FRANK)
    assert part(house, "search").asked == DANA
    assert "Search (Frank)" in "\n".join(world.pages_by_id(house)), "it is still shown whose it was"


def test_when_nobody_can_be_asked_the_plan_says_so(house: House) -> None:
    away(house, ALICE, date(2027, 1, 5))
    away(house, FRANK, date(2027, 1, 5))
    assert part(house, "billing").asked is None
    assert "bets, or why there are none, and nobody can be asked" in world.pages(house)[0]


def test_a_planning_that_is_skipped_takes_back_what_it_asked(house: House) -> None:
    run(house, app.RITUALS.skip, house.definitions.calendar.rituals[0], BOB, "A retreat instead")
    assert world.planning_state(house) == SKIPPED
    assert "There is no plan this time: A retreat instead" in asked(house, ALICE)
    wait(house, MEETS)
    assert "Search" not in asked(house, FRANK).replace(SEARCH, ""), "nobody is asked to close it"


def test_the_packet_ends_the_waiting_and_late_words_still_count(house: House) -> None:
    wait(house, PACKET)
    assert "The packet went out without it. It still counts until the plan is closed." in asked(house, ALICE)
    looked_back(house)
    bet(house)
    assert "Billing" not in world.pages(house)[0].partition("What is missing")[2]


def test_what_waits_stands_in_what_is_on_me(house: House) -> None:
    (waiting,) = run(house, asking.obligations, ALICE)
    assert (waiting.title, waiting.due, waiting.action_id) == ("Quarterly planning: Billing", PACKET, "quarter.show")
    looked_back(house)
    bet(house)
    assert run(house, asking.obligations, ALICE) == []
    wait(house, MEETS)
    (close,) = run(house, asking.obligations, FRANK)
    assert (close.title, close.action_id) == ("Quarterly planning: close the plan", "quarter.close")


def test_what_will_be_asked_is_told_ahead(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    (coming,) = run(house, asking.ahead, ALICE, CLOSES)
    assert (coming.title, coming.at) == ("Quarterly planning, Billing", OPENS)
    assert run(house, asking.ahead, BOB, CLOSES) == []
