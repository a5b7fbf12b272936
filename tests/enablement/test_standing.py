"""What a bundle says, who of a roster counts, and which items it settles."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.audit import Event
from bot.db import Database
from bot.enablement import confirming, messages, panel, standing, writing
from bot.enablement.model import NOT_FOR_ME
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.people.absence import set_away
from bot.people.model import People, Profile
from bot.releases import flow, model, moving, report, rollout, tiering
from bot.releases.model import Release
from bot.releases.moving import Move
from bot.releases.readiness import HOLD
from bot.releases.report import Report
from tests.aloud import read_aloud
from tests.enablement.bundles import BUNDLE, QUESTIONS, confirm, counted, publish, register, write
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import ANSWERS, DANA, ERIN, FRANK, definitions
from tests.updates.team import berlin


def texts(session: Session, house: House, release: Release) -> dict[str, str]:
    stands = standing.of(session, house, release)
    assert stands is not None
    return {piece.rule.id: piece.text for piece in stands.pieces}


def gates(session: Session, house: House, release: Release) -> list[int]:
    return [item.id for item in report.compile(session, house, release).gates]


def test_a_bundle_says_what_the_release_says_until_somebody_writes_it(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        assert texts(session, house, release) == {
            "change": ANSWERS["changes"],
            "questions": "",
            "watching": ANSWERS["monitoring"],
        }
        write(session, house, release)
        assert texts(session, house, release)["questions"] == QUESTIONS
        write(session, house, release, text="")
        assert texts(session, house, release)["questions"] == ""


def test_a_higher_tier_needs_more_and_sooner(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        medium = standing.of(session, house, release)
        tiering.set_tier(session, house, ALICE, str(release.id), 2, "high", "They all call")
        high = standing.of(session, house, release)
    assert medium is not None and high is not None
    assert (medium.publish_by, medium.confirm_by) == (date(2026, 12, 4), date(2026, 12, 8))
    assert (high.publish_by, high.confirm_by) == (date(2026, 12, 2), date(2026, 12, 4))
    assert "talk" in [piece.rule.id for piece in high.pieces]


def test_what_is_low_or_a_hotfix_or_cancelled_has_none(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
        assert standing.of(session, house, release) is None
        with pytest.raises(UserError, match="Atlas has no enablement bundle: it is low"):
            writing.bundle_of(session, house, ALICE, str(release.id))
        assert panel.panels(session, house, release.id) == []


def test_a_tier_for_which_the_rules_have_no_section_has_none(db: Database, house: House) -> None:
    sections = [BUNDLE["sections"][0] | {"tiers": ["high"]}]
    house = replace(house, definitions=definitions(bundle=BUNDLE | {"sections": sections}), version=1)
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(UserError, match="product ops has set up none for it"):
            writing.bundle_of(session, house, ALICE, str(release.id))


def test_nobody_writes_over_what_somebody_else_wrote_meanwhile(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        opened = {"questions": writing.shown(""), "watching": writing.shown(ANSWERS["monitoring"])}
        write(session, house, release)
        untouched = {"questions": "", "watching": "Erin looks at the failed invoices."}
        writing.write(session, house, ALICE, str(release.id), opened, untouched)
        assert texts(session, house, release)["questions"] == QUESTIONS
        with pytest.raises(Changed, match="While you had the form open, Charlie wrote"):
            writing.write(session, house, ALICE, str(release.id), opened, {"questions": "Mine"})


def test_each_function_writes_its_own_sections_alone(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        mine = {
            person: [piece.rule.id for piece in writing.writable(session, house, person, str(release.id))[1]]
            for person in (ALICE, BOB, CHARLIE, ERIN)
        }
        with pytest.raises(UserError, match="No section of the bundle is yours"):
            writing.writable(session, house, FRANK, str(release.id))
    everything = ["change", "questions", "watching"]
    assert mine == {ALICE: everything, BOB: everything, CHARLIE: ["questions"], ERIN: ["watching"]}


def test_too_much_for_a_section_is_refused(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors, match="Keep this under 900 characters"):
            write(session, house, release, text="x" * 901)


def test_answers_that_change_later_are_published_again_by_its_owner(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        flow.answer(session, house, ALICE, str(release.id), 2, ANSWERS | {"changes": "A third payer can be added, too"})
        stands = standing.of(session, house, release)
        assert stands is not None and stands.has_changed
        assert "The release says something else by now." in panel.panels(session, house, release.id)[0].lines[0]
        with pytest.raises(FieldErrors, match="what has changed"):
            writing.publish(session, house, ALICE, str(release.id))
        now = writing.publish(session, house, ALICE, str(release.id), "A third payer")
        assert not now.has_changed and now.edition is not None and now.edition.number == 2
        with pytest.raises(UserError, match="is published as it is"):
            writing.publishable(session, house, ALICE, str(release.id))
    read_aloud(promised(db, "bundle.published")[0])


@pytest.mark.parametrize(
    ("people", "share", "enough"), [(4, 80, False), (4, 75, True), (5, 75, True), (5, 80, True), (1, 100, False)]
)
def test_a_share_of_a_roster_suffices(
    db: Database, house: House, clock: StoppedClock, people: int, share: int, enough: bool
) -> None:
    """All but one of so many confirm."""
    others = [f"U0AGENT{n}" for n in range(people)]
    found = definitions(bundle=BUNDLE | {"medium": {"share": share}})
    organisation = found.organisation.model_copy(
        update={
            "people": (
                *(each for each in found.organisation.people if each.function != "support"),
                *(
                    type(found.organisation.people[0])(slack=each, name=each, function="support")
                    for each in (CHARLIE, *others)
                ),
            )
        }
    )
    house = replace(house, definitions=replace(found, organisation=organisation), version=1)
    with db.transaction() as session:
        session.add_all(
            Profile(
                workspace_id=house.workspace_id, ref=each, slack_id=each, name=each, zone=None, active=True,
                refreshed_at=clock.now(),
            )
            for each in others
        )  # fmt: skip
        release = register(session, house)
        publish(session, house, release)
        confirm(session, house, release, *others[: people - 1])
        confirmed, of, is_enough = counted(standing.of(session, house, release))[0]
    assert (confirmed, of) == (people - 1, people + 1)
    assert is_enough == (100 * confirmed >= share * of and confirmed > 0)
    assert is_enough == (enough and 100 * confirmed >= share * of)


def test_who_is_away_until_after_the_last_day_does_not_count_against_the_others(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        set_away(session, house, DANA, date(2026, 11, 25), date(2026, 12, 7))
        publish(session, house, release)
        confirm(session, house, release, CHARLIE)
        assert counted(standing.of(session, house, release)) == [(1, 2, False)]
        set_away(session, house, DANA, date(2026, 12, 8), date(2026, 12, 9))
        assert counted(standing.of(session, house, release)) == [(1, 1, True)]
        assert gates(session, house, release) == [5]
        confirm(session, house, release, DANA)
        assert counted(standing.of(session, house, release)) == [(2, 2, True)]


def test_who_has_left_is_no_longer_on_the_roster(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        confirm(session, house, release, CHARLIE)
        session.execute(update(Profile).where(Profile.slack_id == DANA).values(active=False))
    with db.transaction() as session:
        assert counted(standing.of(session, house, release)) == [(1, 1, True)]


def test_an_item_is_open_while_nobody_has_confirmed_whoever_it_is_not_for(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        for person in (CHARLIE, DANA):
            with pytest.raises(FieldErrors, match="Say why"):
                confirming.confirm(session, house, person, str(release.id), NOT_FOR_ME)
            confirming.confirm(session, house, person, str(release.id), NOT_FOR_ME, "Another product")
        assert counted(standing.of(session, house, release)) == [(0, 0, False)]
        assert gates(session, house, release) == [2, 5]
        found = report.compile(session, house, release)
        assert found.recommendation == HOLD


def test_the_report_of_a_bundle_can_be_kept_and_read_again(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        found = report.compile(session, house, release)
    assert found.panels[0].lines == (
        "Edition 1, published by Alice on Wed 25 Nov.",
        "☐ Support: 0 of 2 confirmed, 80 % needed until Tue 8 Dec",
    )
    assert Report.from_json(found.to_json()) == found


def test_with_the_date_its_days_move(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        to = Move("2026-12-16", "", "likely", "The bank")
        moving.move(session, house, ALICE, str(release.id), release.version, to)
        stands = standing.of(session, house, release)
    assert stands is not None and stands.confirm_by == date(2026, 12, 15)


def test_once_it_is_live_how_far_each_function_was_is_kept(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
    clock.set(berlin(2, 11, month=12))
    with db.transaction() as session:
        confirm(session, house, model.get(session, house, str(release.id)), CHARLIE, DANA)
    clock.set(berlin(9, 11, month=12))
    with db.transaction() as session:
        release = model.get(session, house, str(release.id))
        release.state = model.LIVE
        confirming.follow(session, house, release.id, "live", ALICE)
        (event,) = session.query(Event).where(Event.kind == "bundle.coverage")
        with pytest.raises(UserError, match="Atlas is live"):
            writing.writable(session, house, ALICE, str(release.id))
    assert event.detail["functions"]["support"] == {
        "confirmed": 2, "of": 2, "enough": True, "last": "2026-12-02T10:00:00+00:00", "lead": 5,
    }  # fmt: skip


def test_a_cancelled_release_asks_nobody_any_more(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        rollout.cancel(session, house, ALICE, str(release.id), "Nobody wants it")
        assert standing.of(session, house, release) is None


def test_another_workspace_sees_nothing_of_it(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        publish(session, house, release)
        elsewhere = replace(house, workspace_id="T0OTHER")
        assert panel.panels(session, elsewhere, release.id) == []
        assert panel.settled(session, elsewhere, [release.id]) == {}


def test_the_longest_bundle_fits_in_one_message(db: Database, house: House) -> None:
    sections = [{"id": f"s{n}", "title": "t" * 75, "asks": "a", "by": "support"} for n in range(10)]
    rules = definitions(bundle=BUNDLE | {"sections": sections})
    house = replace(house, definitions=rules, version=1)
    with db.transaction() as session:
        release = register(session, house)
        opened = {section["id"]: writing.shown("") for section in sections}
        with pytest.raises(FieldErrors, match="under 900"):
            writing.write(session, house, CHARLIE, str(release.id), opened, {"s0": "😀" * 451})
        writing.write(session, house, CHARLIE, str(release.id), opened, dict.fromkeys(opened, "😀" * 450))
        stands = writing.publish(session, house, ALICE, str(release.id))
        names, everybody = stands.rosters, People(session, house)
        page = messages.page(house, stands, everybody, buttons=[], names=names, told=(3, 4))
    assert "Support waits for Charlie and Dana." in str(page.blocks)
