"""The digest mentions those who owe an update or are asked for something, where its ritual says so."""

from dataclasses import replace
from datetime import date

import pytest

from bot.blocks import context
from bot.db import Database
from bot.delivery.model import UPDATE
from bot.markup import Mrkdwn
from bot.people.absence import set_away
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import EVE, GOOD, RITUALS, Week, away, berlin, definitions

ASKING = replace(GOOD, ask="The churn number", ask_of=CHARLIE, ask_by="2026-11-27")


@pytest.fixture
def week(db: Database) -> Week:
    return Week(db, definitions(mentions=True))


def lines(week: Week) -> list[str]:
    """The lines of the digest, as it reads now, that mention somebody; nothing in its thread does."""
    first, *others = promised(week.db, "update.digest")
    *_, digest = [first, *(each for each in others if each.method == UPDATE and each.target == first.id)]
    assert all("<@" not in f"{each.text}{each.blocks}" for each in others if each.method != UPDATE)
    found = [block for block in digest.blocks if "<@" in str(block)]
    said = [str(block["elements"][0]["text"]) for block in found]
    assert found == [context(Mrkdwn(line)) for line in said], "each is a line by itself, in Slack's markup"
    assert [line for line in digest.text.splitlines() if "<@" in line] == said
    return said


def test_it_mentions_whom_an_update_is_to_come_from_and_who_is_asked(week: Week) -> None:
    week.submit("billing", ASKING)
    week.until(berlin(26, 16))
    assert lines(week) == [f"Asked: <@{CHARLIE}>", f"Still to come from <@{ALICE}> and <@{CHARLIE}>"]
    digest = week.digest()[0]
    assert "Billing needs from Charlie" in digest, "names stay words, also for who hears the digest read out"
    assert "Exports: no update, owner Alice" in digest


def test_by_default_it_mentions_nobody(db: Database) -> None:
    week = Week(db, definitions())
    week.submit("billing", ASKING)
    week.until(berlin(26, 16))
    assert lines(week) == []


def test_with_every_update_in_and_nothing_asked_it_mentions_nobody(week: Week) -> None:
    for area in ("billing", "exports", "help"):
        week.submit(area, by=BOB)
    week.until(berlin(26, 16))
    assert lines(week) == []


def test_it_mentions_whoever_was_asked_instead_of_an_owner_who_is_away(week: Week) -> None:
    week.until(berlin(25, 10, 30))
    week.run(away, ALICE, 4)
    week.until(berlin(26, 16))
    assert lines(week) == [f"Still to come from <@{BOB}> and <@{CHARLIE}>"]


def test_it_mentions_nobody_who_is_away_or_whom_the_organisation_does_not_name(week: Week) -> None:
    week.submit("billing", ASKING)
    week.submit("exports", replace(ASKING, ask_of=EVE))
    week.run(set_away, CHARLIE, date(2026, 11, 26), date(2026, 11, 27))
    week.until(berlin(26, 16))
    assert lines(week) == []
    assert "Exports needs from someone outside the organisation file" in week.digest()[0]


def test_it_mentions_nobody_who_was_let_off(week: Week) -> None:
    for area in ("billing", "exports"):
        week.submit(area)
    week.until(berlin(25, 17))
    week.run(RITUALS.skip_own, week.ritual(), CHARLIE, "on stage")
    week.until(berlin(26, 16))
    assert lines(week) == []


def test_an_edit_adds_nobody_who_came_back_and_keeps_who_left(week: Week) -> None:
    week.submit("billing", ASKING)
    week.until(berlin(26, 15))
    week.run(set_away, ALICE, date(2026, 11, 26), date(2026, 11, 26))
    week.until(berlin(26, 16))
    before = lines(week)
    week.deliver()
    week.until(berlin(27, 9))
    week.run(set_away, CHARLIE, date(2026, 11, 27), date(2026, 11, 27))
    week.submit("billing", replace(ASKING, shipped="More"))
    assert "edited" in week.digest()[0]
    assert lines(week) == before == [f"Asked: <@{CHARLIE}>", f"Still to come from <@{CHARLIE}>"]


def test_a_late_answer_is_awaited_no_more(week: Week) -> None:
    week.submit("billing")
    week.submit("exports")
    week.until(berlin(26, 16))
    assert lines(week) == [f"Still to come from <@{CHARLIE}>"]
    week.submit("help", by=CHARLIE)
    assert lines(week) == []
