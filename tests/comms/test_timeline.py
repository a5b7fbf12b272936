"""Who hears what when: each step in its time, to whoever needs to know and nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.comms import flow as comms_flow
from bot.comms import model, planning
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.releases import flow, rollout
from bot.releases import register as registering
from bot.releases.audience import functions_in
from bot.releases.stated import keep_in_step
from tests.aloud import read_aloud
from tests.comms.launch import ENGINEERS, OPS, atlas, comms_house, definitions, go, names, news, planned, posts, timers
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES, UPDATES
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN, FRANK, GRACE, brief, introduce, register
from tests.updates.team import berlin

SOON = berlin(25, 10, 30)
"""Half an hour after the clock of the tests stopped."""


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return comms_house(db, clock)


def test_a_low_release_is_told_once_before_and_once_when_it_is_live(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas(session, house, ["support"], facts=())
    assert planned(db) == [("brief", "function:support", SOON), ("live", "function:support", None)]


def test_a_medium_release_has_the_steps_of_its_tier_on_working_days(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas(session, house, ["support"])
    assert planned(db) == [
        ("brief", "function:support", SOON),
        ("outline", "function:support", berlin(2, 9, month=12)),
        ("final", "function:support", berlin(4, 9, month=12)),
        ("reminder", "thread", berlin(7, 9, month=12)),
        ("reminder", "function:support", berlin(7, 9, month=12)),
        ("readiness", "launch-team", berlin(8, 9, month=12)),
        ("announcement", "updates", None),
        ("live", "function:support", None),
    ]
    assert timers(db) == [due for _step, _audience, due in planned(db) if due]


def test_a_high_release_has_more_and_earlier_steps_and_one_for_strategic_accounts(db: Database, house: House) -> None:
    with db.transaction() as session:
        atlas(session, house, [], "Borealis", target="2026-12-16", facts=("terms",))
    assert planned(db) == [
        ("brief", "function:security", SOON),
        ("outline", "function:security", berlin(2, 9, month=12)),
        ("accounts", "accounts", berlin(7, 9, month=12)),
        ("final", "function:security", berlin(9, 9, month=12)),
        ("reminder", "thread", berlin(14, 9, month=12)),
        ("reminder", "function:security", berlin(14, 9, month=12)),
        ("readiness", "launch-team", berlin(15, 9, month=12)),
        ("announcement", "updates", None),
        ("live", "function:security", None),
    ]


def test_every_message_comes_once_to_whom_it_is_for_and_nobody_else_hears_anything(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        release = atlas(session, house, beyond="#ops, Grace")
        id = str(release.id)
    turn_to(house, clock, berlin(8, 9, 30, month=12))
    go(db, house)
    turn_to(house, clock, berlin(9, 9, 30, month=12))
    with db.transaction() as session:
        rollout.live(session, house, ALICE, id)
    turn_to(house, clock, berlin(11, 12, month=12))
    engineers = posts(db, ENGINEERS)
    assert [each.splitlines()[0] for each in engineers] == [
        "*Release Atlas, Wed 9 Dec*",
        "*Release Atlas, Wed 9 Dec*",
        "*Release Atlas, Wed 9 Dec*",
        "*Release Atlas is live*",
    ]
    assert [each.splitlines()[0] for each in posts(db, OPS)] == [
        "*Release Atlas, Wed 9 Dec*", "*Release Atlas, Wed 9 Dec*", "*Release Atlas is live*",
    ]  # fmt: skip
    because = ", and has named you or your function"
    assert all(because in post for post in [*engineers, *posts(db, OPS)])
    assert posts(db, UPDATES) == [posts(db, OPS)[-1].replace(because, "")]
    (reminder,) = promised(db, "comms.thread", LAUNCHES)
    read_aloud(reminder)
    assert "How it is watched" in reminder.text and because not in reminder.text
    told = {person: "\n".join(news(db, person)) for person in (ALICE, BOB, CHARLIE, DANA, ERIN, FRANK, GRACE)}
    for person in (CHARLIE, GRACE):
        assert told[person].count("Who needs to know: ") == 1
        assert told[person].count("Release Atlas is live") == 1
    assert told[CHARLIE].count("What would your team be asked") == 1
    assert "What would your team be asked" not in told[GRACE]
    assert told[ERIN].count("What would your team be asked") == 1
    # Support has no channel, so that each of its people is told what is for all.
    assert told[DANA].count("Questions belong into the thread") == 1
    assert "Who needs to know" not in told[DANA]
    assert told[ALICE].count("Before it goes out") == told[CHARLIE].count("Before it goes out") == 1
    assert not any("Atlas" in told[person] for person in (FRANK,))
    assert "Release Atlas is live" not in told[BOB]


def test_whoever_is_named_late_gets_all_that_was_before_in_one_message(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        atlas(session, house, ["support"], target="2026-11-27")
    turn_to(house, clock, SOON)
    (only,) = news(db, CHARLIE)
    assert only.count("*Release Atlas, Fri 27 Nov*") == 1
    for words in ("Who needs to know", "What would your team be asked", "Questions belong into", "How it is watched"):
        assert only.count(words) == 1
    with db.transaction() as session:
        names(session, house, flow.find(session, house, "atlas"), ["support", "engineering"])
    turn_to(house, clock, SOON + timedelta(minutes=30))
    (post,) = posts(db, ENGINEERS)
    assert post.count("Who needs to know") == post.count("How it is watched") == 1


def test_naming_nobody_tells_nobody(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        register(session, house)
    turn_to(house, clock, berlin(7, 12, month=12))
    assert posts(db, ENGINEERS) == posts(db, OPS) == []
    assert not any("Who needs to know" in "".join(news(db, person)) for person in (ALICE, CHARLIE, DANA, ERIN))


def test_whoever_is_no_longer_named_hears_nothing_more_that_was_planned(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        release = atlas(session, house)
        names(session, house, release, ["support"])
    turn_to(house, clock, berlin(7, 12, month=12))
    assert posts(db, ENGINEERS) == []


def test_what_is_entered_at_night_is_said_in_the_morning(db: Database, house: House, clock: StoppedClock) -> None:
    clock.set(berlin(25, 22))
    with db.transaction() as session:
        atlas(session, house)
    assert planned(db)[0][2] == berlin(26, 9)


def test_whoever_is_named_when_it_is_live_hears_that_it_is(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        registering.hotfix(session, house, ERIN, brief(target="", confidence=""))
    turn_to(house, clock, berlin(25, 12))
    assert posts(db, ENGINEERS) == []
    with db.transaction() as session:
        names(session, house, flow.find(session, house, "atlas"), ["engineering"])
    turn_to(house, clock, berlin(25, 13))
    (post,) = posts(db, ENGINEERS)
    assert post.startswith("*Release Atlas is live*")
    assert "goes out" not in post


def test_one_reply_more_than_a_channel_bears_in_a_day_goes_into_a_thread(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        for name in ("Atlas", "Borealis", "Cirrus"):
            atlas(session, house, ["engineering"], name=name)
    turn_to(house, clock, berlin(25, 12))
    said = promised(db, "comms.post", ENGINEERS)
    read_aloud(said[0])
    assert [each.target is not None for each in said] == [False, False, True]


def test_releases_that_the_definitions_state_name_whoever_needs_to_know(
    db: Database, house: House, clock: StoppedClock
) -> None:
    stated = {
        "name": "Stated", "owner": ALICE, "date": "2026-12-09", "summary": "New", "facts": ["asked"],
        "functions": ["engineering"], "beyond": ["#ops", GRACE],
    }  # fmt: skip
    house = replace(house, definitions=definitions(releases=[stated]))
    with db.transaction() as session:
        keep_in_step(session, house)
    turn_to(house, clock, berlin(25, 12))
    assert len(posts(db, ENGINEERS)) == len(posts(db, OPS)) == 1
    assert "Release Stated" in news(db, GRACE)[0]
    house = replace(house, definitions=definitions(releases=[stated | {"functions": []}]))
    with db.transaction() as session:
        keep_in_step(session, house)
    assert not any(who == "function:engineering" for _step, who, _due in planned(db))


def test_another_workspace_neither_sees_nor_moves_our_plan(db: Database, house: House, clock: StoppedClock) -> None:
    elsewhere = make_house(db, clock=clock, definitions=house.definitions, links=house.links, workspace_id="T0OTHER")
    with db.transaction() as session:
        introduce(session, elsewhere)
        ours = atlas(session, house)
        id = ours.id
    with db.transaction() as session:
        assert model.lines(session, elsewhere, [id]) == {id: []}
        assert model.copies(session, elsewhere, [id]) == {id: []}
        with pytest.raises(UserError, match="do not know that release"):
            comms_flow.plan(session, elsewhere, ALICE, str(id))
        with pytest.raises(UserError, match="do not know that release"):
            comms_flow.skip(session, elsewhere, ALICE, str(id), "1", "No")
        planning.keep_in_step(session, elsewhere)
        planning.follow(session, elsewhere, id, "moved", None)
    assert planned(db)[0] == ("brief", "function:support", SOON)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("#ops, Grace", ["#ops", GRACE]),
        (f"@dana\n{ERIN}; C0ANYWHERE", [DANA, ERIN, "C0ANYWHERE"]),
        ("#ops, #ops", ["#ops"]),
        ("", []),
        ("#nowhere", None),
        ("Nobody", None),
    ],
)
def test_people_and_channels_besides_are_found_by_name_address_or_id(
    db: Database, house: House, typed: str, found: list[str] | None
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        if found is None:
            with pytest.raises(FieldErrors) as refused:
                names(session, house, release, [], beyond=typed)
            assert set(refused.value.fields) == {"beyond"}
        else:
            names(session, house, release, [], beyond=typed)
            assert release.beyond == found


def test_a_function_that_stands_in_the_answer_is_ticked_beforehand(house: House) -> None:
    organisation = house.definitions.organisation
    assert functions_in(organisation, "Support and the product; unsupported customers") == ("product", "support")
    assert functions_in(organisation, "supportive people") == ()
