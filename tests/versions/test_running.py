"""An occurrence keeps the version of the definitions that it opened under, whatever is applied meanwhile."""

from dataclasses import replace

import pytest

from bot import versions
from bot.db import Database
from bot.definitions import Definitions, load_texts
from bot.errors import UserError
from bot.rituals import model
from tests import people
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import GOOD, RITUAL, RITUALS, Week, berlin

ORGANISATION = f"""
name: Acme
zone: Europe/Berlin
channels: {{updates: "#product-updates", launches: "#launches", decisions: "#decisions", product_ops: "#product-ops"}}
functions: [{{id: product, name: Product}}]
people:
  - {{slack: {ALICE}, name: Alice, function: product, roles: [product_manager]}}
  - {{slack: {BOB}, name: Bob, function: product, roles: [product_ops]}}
  - {{slack: {CHARLIE}, name: Charlie, function: product}}
areas:
  - {{id: billing, name: Billing, owner: {ALICE}, forum: "#billing"}}
  - {{id: exports, name: Exports, owner: {ALICE}, forum: "#exports"}}
"""
CALENDAR = f"""
rituals:
  - id: weekly-update
    name: Weekly product update
    kind: weekly_update
    purpose: Everyone knows what changed.
    owner: {BOB}
    artifact: Weekly digest
    schedule:
      repeats: every Wednesday
      prompt: 10:00
      reminder: +1 day 10:00
      cutoff: +1 day 14:00
      publish: +1 day 16:00
"""
WITHOUT_EXPORTS = "\n".join(line for line in ORGANISATION.splitlines() if "exports" not in line)


@pytest.fixture
def week(any_db: Database) -> Week:
    """Wednesday, 11:00: Alice has been asked for Billing and Exports, under version 1."""
    week = Week(any_db, read(ORGANISATION, CALENDAR))
    put_in_force(week, ORGANISATION, CALENDAR)
    week.until(berlin(25, 11))
    return week


def test_an_area_that_is_dropped_meanwhile_is_still_answered_and_shown(week: Week) -> None:
    put_in_force(week, WITHOUT_EXPORTS, CALENDAR)

    week.submit("exports")
    week.until(berlin(26, 17))

    assert week.occurrence().version == 1
    assert any("Exports" in text for text in week.digest())


def test_its_times_stay_and_the_next_one_has_the_new_ones(week: Week) -> None:
    before = week.occurrence()
    later = CALENDAR.replace("cutoff: +1 day 14:00", "cutoff: +1 day 15:00").replace("prompt: 10:00", "prompt: 09:00")
    put_in_force(week, ORGANISATION, later)

    assert week.occurrence().cutoff_at == before.cutoff_at == berlin(26, 14)
    following = week.run(model.upcoming, RITUAL)
    assert following is not None
    assert (following.opens_at, following.cutoff_at) == (berlin(2, 9, month=12), berlin(3, 15, month=12))


def test_a_ritual_that_is_dropped_while_it_is_open_still_publishes(week: Week) -> None:
    other = CALENDAR.replace("weekly-update", "another").replace("every Wednesday", "every Friday")
    put_in_force(week, ORGANISATION, other)

    week.until(berlin(26, 13))
    assert len(week.reminders(ALICE)) == 1
    week.submit("billing")
    week.until(berlin(26, 17))

    assert week.occurrence().state == model.CLOSED
    assert week.digest()


def test_a_new_owner_may_answer_what_the_old_one_was_asked_for(week: Week) -> None:
    with pytest.raises(UserError, match="Billing is answered for by Alice"):
        week.submit("billing", by=CHARLIE)

    put_in_force(week, ORGANISATION.replace(f"Billing, owner: {ALICE}", f"Billing, owner: {CHARLIE}"), CALENDAR)

    assert week.submit("billing", by=CHARLIE).author == CHARLIE
    assert week.submit("exports", by=ALICE).author == ALICE


def test_who_may_do_what_is_what_the_organisation_says_now(week: Week) -> None:
    promoted = ORGANISATION.replace(
        "name: Charlie, function: product", "name: Charlie, function: product, roles: [product_ops]"
    )
    put_in_force(week, promoted, CALENDAR)

    assert week.submit("billing", by=CHARLIE, answer=GOOD).author == CHARLIE


def test_an_old_version_that_cannot_be_read_any_more_gives_way_to_the_one_in_force(week: Week) -> None:
    with week.db.transaction() as session:
        version = versions.get(session, people.WORKSPACE, 1)
        version.files = {"organisation.yaml": "no longer: understood\n"}
        version.fingerprint = "another"
    put_in_force(week, WITHOUT_EXPORTS, CALENDAR)

    week.until(berlin(26, 17))

    assert week.occurrence().state == model.CLOSED
    assert not any("Exports" in text for text in week.digest())


def put_in_force(week: Week, organisation: str, calendar: str) -> None:
    files = {"organisation.yaml": organisation, "calendar.yaml": calendar}
    with week.db.transaction() as session:
        after = versions.newest(session, people.WORKSPACE)
        number = versions.store(session, people.WORKSPACE, week.clock.now(), files, after=after, author="Bob")
    week.house = replace(week.house, definitions=read(organisation, calendar), version=number)
    week.run(RITUALS.plan_all)


def read(organisation: str, calendar: str) -> Definitions:
    loaded = load_texts({"organisation.yaml": organisation, "calendar.yaml": calendar}, "cadences")
    assert loaded.definitions is not None, loaded.problems
    return loaded.definitions
