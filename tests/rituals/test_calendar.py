"""`/cadence calendar`: all rituals, in the reader's own time, however many there are."""

import pytest

from bot.blocks import Message
from bot.db import Database
from bot.people.directory import Directory, keep
from bot.rituals.listeners import calendar_pages
from bot.rituals.naming import named_ritual
from tests.people import ALICE, BOB, CHARLIE
from tests.rituals.desk import Desk, berlin, ritual


def pages(desk: Desk, reader: str = ALICE) -> list[Message]:
    return desk.run(calendar_pages, reader)


def test_each_ritual_has_its_owner_artifact_and_next_time(db: Database) -> None:
    desk = Desk(db, ritual("roadmap"), ritual("demo", owner=ALICE))
    desk.plan()
    (page,) = pages(desk)
    assert "The cadence calendar (times in Europe/Berlin)" in page.text
    assert "*Roadmap*\nTo test.\nOwner Bob · leaves: A page · posted to" in page.text
    assert page.text.count("Next: Wed 25 Nov, 10:00") == 2


@pytest.mark.proves("R43")
def test_it_counts_the_rituals_of_those_that_may_take_peoples_time(db: Database) -> None:
    posts = ritual(kind="digest", **{"for": "leadership"})
    five = [ritual(f"ritual-{n}") for n in range(5)]
    assert "\n5 of 6 rituals that may take people's time again and again.\n" in pages(Desk(db, *five, posts))[0].text
    full = pages(Desk(db, *five, ritual("one-more")))[0].text
    assert "6 of 6 rituals that may take people's time again and again. One more needs another to go" in full


def test_a_ritual_without_a_channel_is_posted_nowhere(db: Database) -> None:
    desk = Desk(db, ritual(kind="digest", **{"for": "leadership"}))
    assert "Owner Bob · leaves: A page\n" in pages(desk)[0].text


def test_an_open_ritual_says_until_when_and_how_to_end_it(db: Database) -> None:
    desk = Desk(db)
    desk.plan()
    desk.until(berlin(25, 10))
    (page,) = pages(desk)
    assert "Open now, cutoff Thu 26 Nov, 14:00. /cadence close standing ends it." in page.text
    assert "Next: Wed 2 Dec, 10:00" in page.text


def test_a_ritual_that_has_ended_says_that_none_is_planned(db: Database) -> None:
    desk = Desk(db, ritual(schedule={"repeats": "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261101"}))
    desk.plan()
    assert "Next: none planned" in pages(desk)[0].text


def test_times_are_the_readers_own(db: Database) -> None:
    desk = Desk(db)
    desk.run(keep, Directory(members=({"id": CHARLIE, "tz": "America/New_York"}, {"id": BOB}), channels=()))
    desk.plan()
    (page,) = pages(desk, CHARLIE)
    assert "times in America/New_York" in page.text
    assert "Next: Wed 25 Nov, 04:00" in page.text


@pytest.mark.parametrize(("count", "purpose"), [(60, "To test."), (30, "p" * 500)])
def test_more_rituals_than_one_message_holds_are_all_shown(db: Database, count: int, purpose: str) -> None:
    desk = Desk(db, *(ritual(f"ritual-{n}", name=f"Ritual {n}", purpose=purpose) for n in range(count)))
    said = str([page.blocks for page in pages(desk)])
    assert all(f"*Ritual {n}*" in said for n in range(count))


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("weekly", ""),
        ("Weekly product update", ""),
        ("weekly-update on stage", "on stage"),
        ("weekly product updat", ""),
        ("weekly product update two  words\nand lines", "two  words\nand lines"),
    ],
)
def test_a_ritual_is_named_by_as_many_words_as_fit(db: Database, words: str, rest: str) -> None:
    desk = Desk(db, ritual("weekly-update", name="Weekly product update"), ritual("health", name="System health"))
    assert named_ritual(desk.house, words, "skip") == (desk.ritual("weekly-update"), rest)


def test_a_channel_that_is_named_by_its_id_is_read_by_its_name(db: Database) -> None:
    desk = Desk(db, ritual(channel="C0WEEKLY1"), ritual("demo", channel="C0UNKNOWN"))
    desk.run(keep, Directory(members=({"id": BOB},), channels=({"id": "C0WEEKLY1", "name": "weekly"},)))
    assert "posted to #weekly" in pages(desk)[0].text
    assert "posted to C0UNKNOWN" in pages(desk)[0].text
