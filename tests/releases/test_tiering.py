"""A release gets another tier than its facts give it: who may, why, and what becomes of that."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.releases import editing, happenings, items, signing, standing, tiering
from bot.releases.card import check
from bot.releases.happenings import TIER, Happening
from bot.releases.items import Standing
from bot.releases.model import Release
from bot.releases.report import Report
from bot.releases.signing import Answer
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import FRANK, GRACE, brief, definitions, done, register


def set_tier(session: Session, house: House, release: Release, tier: str, why: str = "", by: str = ALICE) -> Report:
    return tiering.set_tier(session, house, by, str(release.id), release.version, tier, why)


def facts(session: Session, house: House, release: Release, *facts: str) -> None:
    editing.edit(session, house, ALICE, str(release.id), release.version, brief(facts=facts))


@pytest.mark.parametrize("person", [ALICE, BOB, CHARLIE, FRANK])
def test_anybody_may_raise_a_tier_and_everything_follows(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        found = set_tier(session, house, register(session, house), "high", by=person)
    assert (found.tier, found.given_tier, found.lead_time) == ("high", "medium", 10)
    assert [(gate.id, gate.due) for gate in found.gates] == [
        (1, "2026-11-25"),
        (2, "2026-12-02"),
        (3, "2026-12-04"),
        (5, "2026-12-07"),
    ]


def test_a_stranger_raises_nothing(db: Database, house: House) -> None:
    with db.transaction() as session, pytest.raises(UserError, match="do not know you"):
        set_tier(session, house, register(session, house), "high", by="U0NOBODY")


@pytest.mark.parametrize("person", [BOB, CHARLIE])
def test_only_its_owner_or_the_head_of_product_lowers_a_tier(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(UserError, match="Only Alice, who owns Atlas, or Frank can lower its tier"):
            set_tier(session, house, release, "low", "Nothing to see here", by=person)
        assert standing.tier(house, release) == "medium"
        for head in (ALICE, FRANK):
            set_tier(session, house, release, "low", "One customer only", by=head)
            set_tier(session, house, release, "medium")


@pytest.mark.proves("R49")
def test_lowering_needs_a_reason_which_stands_on_the_card(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        with pytest.raises(FieldErrors) as refused:
            set_tier(session, house, release, "medium", " ")
        assert list(refused.value.fields) == ["because"]
        set_tier(session, house, release, "medium", "The price stays for all we have")
    card, line = promised(db)
    assert "Tier: medium, lowered from high by Alice: The price stays for all we have, because of yes to: " in card.text
    assert line.text == "The tier is medium now, set by Alice: The price stays for all we have. 3 gates, 3 open."


def test_what_it_is_already_and_what_there_is_not_is_refused(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        for tier in ("medium", "huge", ""):
            with pytest.raises(FieldErrors, match="It is medium now"):
                set_tier(session, house, release, tier, "Why not")


def test_going_back_to_what_the_facts_say_is_no_tier_of_its_own(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        set_tier(session, house, release, "high")
        found = set_tier(session, house, release, "medium", "We looked again")
        assert (release.tier_set, found.set_tier) == ("", None)
        kept = session.scalars(select(Happening).where(Happening.kind == TIER).order_by(Happening.id)).all()
    assert [(each.by, each.before, each.after, each.because) for each in kept] == [
        (ALICE, "medium", "high", ""),
        (ALICE, "high", "medium", "We looked again"),
    ]


def test_two_people_at_once_do_not_overwrite_each_other(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        before = release.version
        set_tier(session, house, release, "high", by=CHARLIE)
        with pytest.raises(Changed, match="somebody changed Atlas"):
            tiering.set_tier(session, house, ALICE, str(release.id), before, "low", "Nobody will notice")


def test_a_lowering_is_void_when_the_facts_change(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        set_tier(session, house, release, "low", "One customer only")
        facts(session, house, release, "terms", "asked")
        assert (release.tier_set, standing.tier(house, release)) == ("", "high")


def test_a_raise_stays_while_it_is_higher(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
        set_tier(session, house, release, "medium")
        facts(session, house, release, "asked")
        assert release.tier_set == "", "it is medium by its facts"
        set_tier(session, house, release, "high")
        facts(session, house, release)
        assert standing.tier(house, release) == "high"
        facts(session, house, release, "terms")
        assert (release.tier_set, standing.tier(house, release)) == ("", "high")


@pytest.mark.parametrize("person", [ALICE, BOB])
def test_to_untick_what_makes_it_high_is_to_lower_it(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms", "asked"))

        def untick(because: str = "") -> None:
            changed = brief(facts=("asked",))
            editing.edit(session, house, person, str(release.id), release.version, changed, because)

        if person == BOB:
            with pytest.raises(UserError, match="Only Alice, who owns Atlas, or Frank can change these ticks"):
                untick("One customer only")
            return
        with pytest.raises(FieldErrors) as refused:
            untick()
        assert "it is medium, and was high. Say why" in refused.value.fields["because"]
        untick("One customer only")
        assert standing.tier(house, release) == "medium"
    assert "The tier is medium now, as the facts say: One customer only." in promised(db, "release.thread")[-1].text


def test_nobody_lowers_a_release_out_of_a_veto(db: Database, house: House) -> None:
    asked = [{"function": "security", "tiers": ["high"], "only_if": ["terms", "many"], "veto": True}]
    house = replace(house, definitions=definitions(sign_offs=asked))
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))

        def signs(said: str, version: int) -> None:
            answer = Answer(said, "" if said == "ready" else "Nobody has looked at it")
            signing.sign_off(session, house, GRACE, str(release.id), "security", version, answer)

        signs("not ready", 0)
        with pytest.raises(FieldErrors, match="Security can hold it, does") as refused:
            set_tier(session, house, release, "medium", "One customer only")
        assert list(refused.value.fields) == ["tier"]
        with pytest.raises(FieldErrors, match="Security can hold it, does") as refused:
            changed = brief(facts=("asked",))
            editing.edit(session, house, ALICE, str(release.id), release.version, changed, "One customer only")
        assert list(refused.value.fields) == ["facts"]
        signs("ready", 1)
        set_tier(session, house, release, "medium", "One customer only")


def test_what_somebody_began_stays_on_the_card_when_it_is_asked_for_no_more(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        done(session, house, release, 2)
        items.update(session, house, BOB, str(release.id), "3", 0, Standing("in work"))
        found = set_tier(session, house, release, "low", "One customer only")
        assert [(item.id, item.state, item.by) for item in found.dropped] == [(2, "done", "Charlie")]
        assert [item.id for item in found.advisory] == [3]
    assert (
        "No longer asked for\n• 2 Support has been briefed – done by Charlie: https://example.com/notes"
        in promised(db, "release.card")[0].text
    )
    with db.transaction() as session:
        release = session.scalars(select(Release)).one()
        set_tier(session, house, release, "medium")
        assert check(session, house, ALICE, release).dropped == ()


def test_why_a_tier_is_lower_may_be_said_afterwards(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        release.facts = ["asked"]
        assert tiering.follow_facts(session, house, release, ["terms"], None), "as the definitions do it"
        with pytest.raises(UserError, match="Only Alice"):
            set_tier(session, house, release, "medium", "Smaller", by=BOB)
        with pytest.raises(FieldErrors, match="Say why less is at stake"):
            set_tier(session, house, release, "medium", " ")
        set_tier(session, house, release, "medium", "The price stays")
        last = happenings.latest(session, house, [release.id])[release.id][TIER]
        assert (last.by, last.because, last.before, last.after) == (ALICE, "The price stays", "high", "medium")
        with pytest.raises(FieldErrors, match="It is medium now"):
            set_tier(session, house, release, "medium", "Once more")
