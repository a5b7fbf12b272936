"""`/cadence why`: one sentence for each reason, from the rules that decided, with what changes it."""

from dataclasses import replace
from datetime import date

import pytest

from bot import app
from bot.db import Database
from bot.errors import UserError
from bot.people.directory import keep_member
from bot.prompts import flow as prompts
from bot.updates.asking import prompt_key
from bot.why.listeners import TABLES
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import Keyboard
from tests.rituals.desk import ritual
from tests.updates.team import EVE, RITUALS, Week, away, berlin, definitions, member


@pytest.fixture
def week(db: Database) -> Week:
    return Week(db, definitions(), app.LINKS)


def why(week: Week, words: str = "weekly-update", user: str = ALICE) -> str:
    keyboard = Keyboard(user)
    keyboard.does(week.house, TABLES.verbs["why"].handler, text=words)
    return "\n".join(str(reply["text"]) for reply in keyboard.replies)


def test_whoever_is_asked_hears_for_what_since_when_and_of_the_reminder(week: Week) -> None:
    week.until(berlin(25, 11))
    said = why(week)
    assert "asked for Billing, as its owner; asked on Wed 25 Nov, 10:00, to be reminded once on Thu 26 Nov" in said
    assert "(set by `owner` of `billing` in organisation.yaml)" in said.replace(
        "owner of billing", "`owner` of `billing`"
    )


def test_an_answer_that_came_early_is_why_nothing_was_asked(week: Week) -> None:
    week.submit("billing")
    week.submit("exports")
    week.until(berlin(25, 11))
    assert "answered early, so no prompt was sent" in why(week)


def test_whoever_stands_in_and_whoever_is_away_hear_of_each_other(week: Week) -> None:
    week.run(away, ALICE)
    week.until(berlin(25, 11))
    assert "asked for Billing, standing in for Alice (Alice: away until" in why(week, user=BOB)
    assert "Billing was passed on to Bob: Alice: away until" in why(week)


def test_with_no_area_nothing_is_asked(week: Week) -> None:
    week.until(berlin(25, 11))
    said = why(week, user=BOB)
    assert "no area that takes part was yours and you stood in for nobody" in said
    assert "calendar.yaml" in said


def test_product_ops_hears_of_others_as_of_others(db: Database) -> None:
    week = Week(db, definitions(areas=["billing"]), app.LINKS)
    week.until(berlin(25, 11))
    said = why(week, "@charlie weekly-update", BOB)
    assert "no area that takes part was theirs and they stood in for nobody" in said
    assert "nothing will be asked, because no area that takes part is theirs" in said


def test_what_was_skipped_by_hand_says_by_whom_and_why(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(RITUALS.skip, week.ritual(), BOB, "company retreat")
    assert "was skipped by Bob: company retreat" in why(week)


def test_what_an_operator_skipped_is_not_put_down_to_the_calendar(week: Week) -> None:
    week.run(RITUALS.skip, week.ritual(), None, "company retreat")
    said = why(week)
    assert "was skipped by an operator: company retreat (/cadence run weekly-update opens the next one)" in said
    assert "catch_up" not in said


def test_with_everyone_away_it_says_so(week: Week) -> None:
    for each in (ALICE, BOB, CHARLIE):
        week.run(away, each)
    week.until(berlin(25, 11))
    assert "was skipped: everyone is away (/cadence absences shows who is away)" in why(week)


def test_what_was_run_out_of_turn_says_by_whom(week: Week) -> None:
    week.clock.set(berlin(24, 10))
    week.run(RITUALS.run_now, week.ritual(), BOB)
    week.fire_due()
    assert "Bob opened it out of turn" in why(week)


def test_a_meeting_asks_its_owner_alone(db: Database) -> None:
    plain = definitions()
    roadmap = ritual("roadmap", kind="review", owner=BOB, audience=[ALICE])
    calendar = type(plain.calendar)(rituals=(*plain.calendar.rituals, roadmap))
    week = Week(db, plain, app.LINKS)
    week.house = replace(week.house, definitions=replace(plain, calendar=calendar))
    week.run(app.RITUALS.run_now, roadmap, BOB)
    assert "asked what Roadmap left, as its owner" in why(week, "roadmap", BOB)
    assert "was announced in" in why(week, "roadmap", ALICE)
    assert "asks only its owner, Bob" in why(week, "roadmap", CHARLIE)


def test_a_ritual_that_is_not_in_the_calendar_is_not_known(week: Week) -> None:
    with pytest.raises(UserError, match="I know no ritual called"):
        why(week, "town-hall")


def test_what_was_missed_names_the_rule(db: Database) -> None:
    week = Week(db, definitions(catch_up="report"), app.LINKS)
    week.clock.set(berlin(25, 18))
    week.fire_due()
    said = why(week)
    assert "was skipped: missed while Drumbeat was not running" in said
    assert "catch_up: report" in said


def test_a_pause_is_why_nothing_comes(week: Week) -> None:
    week.run(RITUALS.pause, week.ritual(), BOB, date(2026, 12, 4), "reorganisation")
    said = why(week)
    assert "Not held on Wed 2026-11-25: paused by Bob until Fri 2026-12-04: reorganisation" in said
    assert "Next on Wed 9 Dec, 10:00: asked for Billing" in said


def test_without_an_end_of_the_pause_no_next_one_is_planned(week: Week) -> None:
    week.run(RITUALS.pause, week.ritual(), BOB, None, "reorganisation")
    said = why(week)
    assert "Not held on Wed 2026-11-25: paused by Bob: reorganisation (set by /cadence pause)" in said
    assert "no occurrence of Weekly product update is planned" in said


def test_a_move_says_who_and_why(week: Week) -> None:
    week.run(RITUALS.move_next, week.ritual(), BOB, date(2026, 11, 26), None, "conference")
    said = why(week)
    assert "Bob moved it: conference" in said
    assert "Next on Thu 26 Nov, 10:00: asked for Billing" in said


def test_a_holiday_is_why_it_is_not_held(db: Database) -> None:
    week = Week(db, definitions(holidays="skip", holiday_calendar="US"), app.LINKS, start=berlin(11, 8, month=11))
    week.change(definitions(holidays="skip", holiday_calendar="US", schedule={"repeats": "every Thursday"}))
    week.until(berlin(19, 20, month=11))
    assert "Not held on Thu 2026-11-26: Thanksgiving" in why(week)


def test_whoever_is_asked_a_day_early_hears_why(db: Database) -> None:
    """In Los Angeles Wednesday's hours begin five hours after the cutoff in Berlin."""
    week = Week(db, definitions(schedule={"cutoff": "13:00", "publish": "13:00", "reminder": None}), app.LINKS)
    week.run(keep_member, member(CHARLIE, "Charlie", "America/Los_Angeles"))
    early = "Wed 25 Nov 2026: asked before that day, because working hours in America/Los_Angeles leave too little"
    assert early in why(week, user=CHARLIE)
    week.until(berlin(25, 12))
    assert "asked on Tue 24 Nov, 10:00" in why(week, user=CHARLIE)
    assert early in why(week, user=CHARLIE)
    assert "asked before that day" not in why(week, user=ALICE)


def test_the_chosen_reminders_are_why_none_comes(week: Week) -> None:
    week.run(prompts.choose_profile, ALICE, "light")
    week.until(berlin(25, 11))
    assert "without a reminder as chosen with /cadence reminders light" in why(week)


def test_what_is_not_due_yet_says_when_it_comes(week: Week) -> None:
    week.until(berlin(25, 9, 30))
    said = why(week)
    assert "Next on Wed 25 Nov, 10:00" in said or "it comes with the message of the day on Wed 25 Nov, 10:00" in said


def test_a_snooze_says_until_when(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(prompts.snooze, ALICE, prompt_key(week.ask("billing")), "2h")
    assert "snoozed until Wed 25 Nov, 13:00" in why(week)


def test_without_a_ritual_it_tells_of_the_last_two_weeks(week: Week) -> None:
    assert "Nothing was asked of you in the last two weeks" in why(week, "")
    week.until(berlin(25, 11))
    assert "asked for Billing" in why(week, "")


def test_the_menu_of_a_prompt_tells_of_that_one(week: Week) -> None:
    week.until(berlin(25, 11))
    keyboard = Keyboard(ALICE)
    value = prompt_key(week.ask("billing"))
    keyboard.does(week.house, TABLES.actions["cadence.why"], value=value)
    assert "asked for Billing, as its owner" in str(keyboard.replies[-1]["text"])
    with pytest.raises(UserError, match="That is gone"):
        Keyboard(CHARLIE).does(week.house, TABLES.actions["cadence.why"], value=value)


def test_only_product_ops_asks_about_others(week: Week) -> None:
    week.until(berlin(25, 11))
    assert "Why Alice got this" in why(week, "@alice weekly-update", user=BOB)
    with pytest.raises(UserError, match="Only product ops may ask why somebody else"):
        why(week, "@charlie weekly-update")
    with pytest.raises(UserError, match="I do not know you yet"):
        why(week, "", user=EVE)
