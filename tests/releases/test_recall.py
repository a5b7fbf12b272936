"""How a release stood at a moment of before, and posting how it stands now where others talk about it."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.people.model import Channel
from bot.releases import flow, listeners
from tests.aloud import read_aloud
from tests.fakes import StoppedClock, promised
from tests.people import BOB, CHARLIE, LAUNCHES
from tests.releases.launch import Keyboard, register, settle_everything


@pytest.fixture
def settled(db: Database, house: House, clock: StoppedClock) -> None:
    """Atlas, registered on Wednesday at ten in Berlin, and settled at one on Thursday."""
    with db.transaction() as session:
        register(session, house)
    clock.turn(timedelta(hours=27))
    with db.transaction() as session:
        settle_everything(session, house, flow.find(session, house, "atlas"))


def says(house: House, words: str, user: str = CHARLIE, channel: str = "C0SUPPORT") -> str:
    keyboard = Keyboard(user)
    keyboard.does(house, listeners.launch_ready, text=words, channel=channel)
    assert "actions" not in [block["type"] for block in keyboard.replies[-1]["blocks"]]
    return str(keyboard.replies[-1]["text"])


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    ("moment", "headline", "as_of"),
    [
        ("2026-11-25", "Atlas: 🔴 Hold", "Wed 25 Nov 2026, 10:00"),
        ("2026-11-26 12:59", "Atlas: 🔴 Hold", "Wed 25 Nov 2026, 10:00"),
        ("2026-11-26 13:00", "Atlas: 🟢 Go", "Thu 26 Nov 2026, 13:00"),
        ("2026-11-26", "Atlas: 🟢 Go", "Thu 26 Nov 2026, 13:00"),
        ("2027-11-26", "Atlas: 🟢 Go", "Thu 26 Nov 2026, 13:00"),
    ],
)
def test_it_is_shown_as_it_was_at_a_moment(house: House, moment: str, headline: str, as_of: str) -> None:
    shown = says(house, f"atlas as of {moment}")
    assert shown.startswith(headline)
    assert f"As of {as_of} (Europe/Berlin)" in shown


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    ("moment", "complaint"),
    [
        ("2026-11-25 09:59", "It was registered on Wed 25 Nov 2026, 10:00"),
        ("yesterday", "Write the day as 2026-11-20"),
        ("2026-11-25 noon", "Write the day as 2026-11-20"),
        ("2026-02-30", "Write the day as 2026-11-20"),
        ("0001-01-01 00:00", "Write the day as 2026-11-20"),
    ],
)
def test_a_moment_that_cannot_be_shown_is_answered_with_how(house: House, moment: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        says(house, f"atlas as of {moment}")


@pytest.mark.usefixtures("settled")
def test_it_is_posted_where_it_was_asked_for_and_stays_as_it_is(db: Database, house: House) -> None:
    assert "It is on its way. If I am not in that channel" in says(house, "atlas --post")
    (posted,) = promised(db, "release.posted")
    read_aloud(posted)
    assert (posted.channel, posted.report_to) == ("C0SUPPORT", CHARLIE)
    assert posted.text.startswith("Atlas: 🟢 Go")
    assert "Posted by Charlie." in posted.text
    assert "actions" not in [block["type"] for block in posted.blocks]


@pytest.mark.usefixtures("settled")
def test_it_is_posted_to_a_channel_by_its_name(db: Database, house: House) -> None:
    with db.transaction() as session:
        session.add(Channel(workspace_id=house.workspace_id, name="launches", slack_id=LAUNCHES, joined=True))
    assert "on its way to #launches" in says(house, "atlas post #launches", BOB)
    assert [each.channel for each in promised(db, "release.posted")] == [LAUNCHES]
    with pytest.raises(UserError, match="I know no channel #lunches"):
        says(house, "atlas post #lunches", BOB)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(("members", "is_posted"), [([CHARLIE], False), ([CHARLIE, BOB], True)])
def test_nobody_posts_into_a_private_channel_they_are_not_in(
    db: Database, house: House, members: list[str], is_posted: bool
) -> None:
    with db.transaction() as session:
        session.add(Channel(workspace_id=house.workspace_id, name="board", slack_id="C0BOARD", joined=True))
    keyboard = Keyboard(BOB, closed={"C0BOARD": members})
    with nullcontext() if is_posted else pytest.raises(UserError, match="I know no channel #board"):
        keyboard.does(house, listeners.launch_ready, text="atlas post #board", channel="C0SUPPORT")
    assert bool(promised(db, "release.posted")) is is_posted


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("words", ["atlas post", "atlas as of 2026-11-26"])
def test_a_stranger_neither_reads_nor_posts(db: Database, house: House, words: str) -> None:
    with pytest.raises(UserError, match="do not know you"):
        says(house, words, "U0NOBODY")
    assert promised(db, "release.posted") == []
