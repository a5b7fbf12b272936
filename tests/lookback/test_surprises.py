"""Somebody is surprised by a change: its release is found, or whose it is, and they hear what it was."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.lookback import model, surprises
from bot.lookback.model import Surprise
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import atlas, go_live, told
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases import launch
from tests.releases.launch import DANA, ERIN
from tests.updates.team import berlin

WORDS = "There is a new page for invoices"
NEXT_DAY = berlin(26, 9)


def report(house: House, chosen: str = "none", words: str = WORDS, by: str = DANA) -> Surprise:
    with house.db.transaction() as session:
        return surprises.report(session, house, by, chosen, words, "https://acme.slack.com/archives/C1/p1")


def settle(house: House, surprise: Surprise, owner: str = "", chosen: str = "", what: str = "") -> Surprise:
    with house.db.transaction() as session:
        version = model.surprise(session, house, str(surprise.id)).version
        return surprises.settle(session, house, BOB, str(surprise.id), version, owner, chosen, what)


def test_the_releases_that_share_most_words_come_first(db: Database, house: House) -> None:
    with db.transaction() as session:
        launch.register(session, house, name="Atlas", summary="Invoices can be split", target="2026-12-20")
        launch.register(session, house, name="Camera", summary="Receipts are read", target="2026-11-26")
        launch.register(session, house, name="Invoice page", summary="All on one", target="2026-12-20")
        found = surprises.offered(session, house, DANA, WORDS)
        assert [each.name for each in found] == ["Invoice page", "Atlas", "Camera"]
        nearest, *_others = surprises.offered(session, house, DANA, "")
        assert nearest.name == "Camera"


def test_what_is_known_counts_for_its_release_once_a_person_and_without_a_name(db: Database, house: House) -> None:
    release_id = go_live(house)
    first, again = report(house, str(release_id)), report(house, str(release_id))
    assert (first.id, first.state) == (again.id, "found")
    report(house, str(release_id), by=CHARLIE)
    assert "2 people were so far." in after.card(db)
    assert "Dana" not in after.card(db).partition("Were you surprised")[2].partition("*Gates")[0]


def test_of_what_nobody_knows_product_ops_is_asked_and_not_told_who_says_so(
    db: Database, house: House, clock: StoppedClock
) -> None:
    report(house)
    turn_to(house, clock, NEXT_DAY)
    assert f"“{WORDS}”" in told(house, BOB)
    assert "No release is known for it. Whose is it?" in told(house, BOB)
    assert "https://acme.slack.com/archives/C1/p1" in told(house, BOB)
    assert "Dana" not in told(house, BOB)


def test_whoever_is_named_says_that_it_is_real_and_the_reporter_hears_so_once(
    db: Database, house: House, clock: StoppedClock
) -> None:
    surprise = report(house)
    turn_to(house, clock, NEXT_DAY)
    settle(house, surprise, owner=ALICE)
    assert "Alice is asked about it." in told(house, BOB)
    turn_to(house, clock, berlin(27, 9))
    assert "Is it yours? Nobody is blamed" in told(house, ALICE)
    with db.transaction() as session:
        assert surprises.confirm(session, house, ALICE, str(surprise.id)).state == "confirmed"
    turn_to(house, clock, berlin(30, 9))
    assert told(house, DANA).count("It counts as a launch that nobody knew of.") == 1
    assert "It was a release that nobody had registered." in told(house, ALICE)


def test_or_that_it_was_something_else(db: Database, house: House, clock: StoppedClock) -> None:
    surprise = report(house)
    settle(house, surprise, owner=ERIN)
    with db.transaction() as session:
        with pytest.raises(FieldErrors, match="Say what it was"):
            surprises.explain(session, house, ERIN, str(surprise.id), "")
        surprises.explain(session, house, ERIN, str(surprise.id), "A test for ten customers")
    turn_to(house, clock, NEXT_DAY)
    assert "Erin says: A test for ten customers" in told(house, DANA)


def test_product_ops_may_know_the_release_or_what_it_was(db: Database, house: House, clock: StoppedClock) -> None:
    release_id = go_live(house)
    assert settle(house, report(house), chosen=str(release_id)).state == "found"
    assert "1 person was so far." in after.card(db)
    assert settle(house, report(house, by=CHARLIE), what="A mistake of the browser").state == "explained"
    turn_to(house, clock, NEXT_DAY)
    assert "It belongs to Atlas, which was registered." in told(house, DANA)
    assert "Bob says: A mistake of the browser" in told(house, CHARLIE)


def test_only_product_ops_searches_and_only_who_was_named_answers(db: Database, house: House) -> None:
    surprise = report(house)
    with db.transaction() as session:
        with pytest.raises(UserError, match="Only product ops may say whose a change is"):
            surprises.searchable(session, house, ALICE, str(surprise.id))
        with pytest.raises(UserError, match="asked somebody else"):
            surprises.confirm(session, house, ALICE, str(surprise.id))
    settle(house, surprise, owner=ALICE)
    settle(house, surprise, owner=ERIN)
    with db.transaction() as session, pytest.raises(UserError, match="asked somebody else"):
        surprises.confirm(session, house, ALICE, str(surprise.id))


def test_it_is_settled_once(db: Database, house: House) -> None:
    surprise = report(house)
    settle(house, surprise, what="Nothing")
    with pytest.raises(UserError, match="settled already"):
        settle(house, surprise, what="Something")


@pytest.mark.parametrize(("owner", "what"), [("", ""), (ALICE, "Something")])
def test_product_ops_says_one_thing(house: House, owner: str, what: str) -> None:
    with pytest.raises(FieldErrors, match="Fill in one of the three"):
        settle(house, report(house), owner=owner, what=what)


def test_without_a_release_somebody_says_what_they_saw(house: House) -> None:
    with pytest.raises(FieldErrors, match="Say what you saw"):
        report(house, words=" ")


def test_what_is_long_over_is_not_offered(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        launch.register(session, house)
    clock.turn(timedelta(days=150))
    with db.transaction() as session:
        assert surprises.offered(session, house, DANA, "Atlas") == []
        assert atlas(session, house).name == "Atlas"
