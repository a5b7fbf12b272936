"""The ways out of a prompt: snooze, not mine, away; and who is asked instead."""

import pytest

from bot.db import Database
from bot.errors import UserError
from bot.people.absence import back
from bot.people.directory import keep
from bot.prompts import flow as prompts
from bot.updates import flow
from bot.updates.asking import prompt_key
from bot.updates.model import NOT_MINE, WAITING
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import REMINDER, RITUALS, Week, away, berlin, definitions, directory, member


def test_who_says_that_they_are_away_after_the_prompt_hands_over_to_the_deputy(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("exports")
    week.run(away, ALICE)
    week.until(berlin(25, 11, 5))
    (prompt,) = week.prompts(BOB)
    assert "Your update: Billing" in prompt.text
    (old,) = week.prompts(ALICE)
    assert "Exports: green – your update is in." in old.text
    assert "Nothing to do: Bob is asked for Billing instead." in old.text
    week.until(berlin(26, 13))
    assert [reminder.channel for reminder in week.reminders()] == [CHARLIE, BOB]


def test_a_deputy_is_asked_in_their_own_working_hours(db: Database) -> None:
    week = Week(db, definitions(areas=["billing"]))
    week.run(keep, directory(member(ALICE, "Alice"), member(BOB, "Bob", "America/New_York")))
    week.until(berlin(25, 10, 30))
    week.run(away, ALICE)
    week.until(berlin(25, 14, 59))
    assert week.prompts(BOB) == [], "it is not yet nine in New York"
    week.until(berlin(25, 16))
    assert len(week.prompts(BOB)) == 1


def test_who_is_back_is_asked_again(week: Week) -> None:
    week.run(away, ALICE)
    week.until(berlin(25, 9))
    week.run(back, ALICE, berlin(25, 9).date())
    week.until(berlin(25, 10))
    assert [prompt.channel for prompt in week.prompts()] == [ALICE]


def test_a_snooze_asks_once_more_and_silences_the_reminder(week: Week) -> None:
    week.until(berlin(26, 9, 30))
    assert week.snooze("billing") == berlin(26, 11, 30)
    assert "Snoozed: I ask once more at Thu 26 Nov, 11:30" in week.prompts(ALICE)[0].text

    week.until(berlin(26, 13, 59))
    first, reminder, again = week.asking(ALICE)
    assert "Billing" not in first.text
    assert "Billing" not in reminder.text, "its time to be reminded of passed while it was snoozed"
    assert "Exports" in reminder.text
    assert "Your update: Billing" in again.text
    assert "Snoozed" not in again.text


def test_a_snooze_keeps_what_is_answered_in_the_first_message(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("exports")
    week.snooze("billing")
    week.until(berlin(25, 13))
    old, again = week.prompts(ALICE)
    assert "Exports: green – your update is in." in old.text
    assert "Your update: Billing" in again.text


def test_a_snooze_ends_in_working_hours(week: Week) -> None:
    week.until(berlin(25, 16))
    assert week.snooze("billing") == berlin(26, 9)


def test_a_snooze_past_the_cutoff_is_refused(week: Week) -> None:
    week.until(berlin(26, 12))
    with pytest.raises(UserError, match="cutoff is Thu 26 Nov, 14:00, so there is no time to snooze"):
        week.snooze("billing")


def test_who_answers_while_snoozing_is_not_asked_again(week: Week) -> None:
    week.until(berlin(25, 11))
    week.snooze("billing")
    week.submit("billing")
    week.submit("exports")
    week.until(berlin(26, 15))
    assert len(week.prompts(ALICE)) == 1
    assert week.reminders(ALICE) == []


def test_not_mine_asks_the_deputy_and_tells_the_owner_of_the_ritual(week: Week) -> None:
    week.until(berlin(25, 11))
    said = week.run(flow.not_mine, ALICE, str(week.ask("billing").id))
    assert said == "Noted. I ask Bob for Billing instead, and Bob knows."
    week.until(berlin(25, 11, 1))
    assert [prompt.text for prompt in week.prompts(BOB) if "Billing" in prompt.text]
    (told,) = week.asking(BOB)
    assert "For you to know:\n*Billing may need another owner*\n" in told.text
    assert "Alice says that Billing is not theirs. I asked Bob instead this time." in told.text
    assert "Your update: Exports" in week.prompts(ALICE)[0].text
    assert "Nothing to do: Bob is asked for Billing instead." in week.prompts(ALICE)[0].text


def test_not_mine_with_no_deputy_ends_there(week: Week) -> None:
    week.until(berlin(25, 17))
    week.run(flow.not_mine, CHARLIE, str(week.ask("help").id))
    assert week.ask("help").state == NOT_MINE
    assert "Nothing to do: Help is shown without an update this time." in week.prompts(CHARLIE)[0].text


def test_who_answers_for_the_ritual_hears_of_it_in_their_own_working_hours(week: Week) -> None:
    """It is eight in the evening in Berlin, and two in the afternoon in New York."""
    week.until(berlin(25, 20))
    week.run(flow.not_mine, CHARLIE, str(week.ask("help").id))
    week.until(berlin(26, 8, 59))
    assert week.asking(BOB) == []
    week.until(berlin(26, 9))
    assert "Charlie says that Help is not theirs." in week.asking(BOB)[0].text


def test_not_mine_is_told_to_product_ops_when_slack_does_not_know_the_rituals_owner(week: Week) -> None:
    week.run(keep, directory(member(ALICE, "Alice")))
    week.until(berlin(25, 11))
    week.run(flow.not_mine, ALICE, str(week.ask("billing").id))
    (told,) = week._posted("update.told", PRODUCT_OPS)
    assert told.text.startswith("*Billing may need another owner*\nAlice says that Billing is not theirs.")


def test_a_button_of_somebody_else_is_refused(week: Week) -> None:
    week.until(berlin(25, 11))
    with pytest.raises(UserError, match="no longer yours"):
        week.run(flow.not_mine, CHARLIE, str(week.ask("billing").id))
    with pytest.raises(UserError, match="no longer yours"):
        week.run(prompts.snooze, CHARLIE, prompt_key(week.ask("billing")), "2h")
    assert week.ask("billing").state == WAITING


def test_who_is_asked_for_another_area_later_is_asked_the_next_day_with_the_reminder_of_the_first(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(flow.not_mine, ALICE, str(week.ask("billing").id))
    week.until(berlin(25, 12))
    week.run(flow.not_mine, ALICE, str(week.ask("exports").id))
    week.until(berlin(25, 12, 30))
    (first,) = week.asking(BOB)
    assert "Exports" not in first.text
    week.until(berlin(26, 9))
    _first, second = week.asking(BOB)
    assert "Your update: Exports" in second.text
    assert second.text.count(REMINDER) == 1


def test_a_deputy_reads_nothing_of_the_owners_draft(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("billing", draft=True)
    week.run(away, ALICE)
    week.until(berlin(26, 13))
    assert len(week.asking(BOB)) == 2
    assert all("draft" not in str(message.blocks) for message in week.asking(BOB))


def test_who_skips_is_not_reminded_and_the_digest_says_so(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(RITUALS.skip_own, week.ritual(), ALICE, "on stage all week")
    week.until(berlin(26, 16))

    assert week.reminders(ALICE) == []
    assert "Billing: no update. Alice skips: on stage all week" in week.digest()[0]
    assert week.occurrence().state == "closed"


def test_who_skipped_may_still_answer(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(RITUALS.skip_own, week.ritual(), ALICE, "on stage all week")
    week.submit("billing")
    week.until(berlin(26, 16))

    assert "Billing – green" in week.digest()[0]
    assert "Exports: no update. Alice skips: on stage all week" in week.digest()[0]


def test_skipping_needs_a_reason_and_something_to_skip(week: Week) -> None:
    with pytest.raises(UserError, match="asks nothing of you now"):
        week.run(RITUALS.skip_own, week.ritual(), ALICE, "on stage")
    week.until(berlin(25, 11))
    with pytest.raises(UserError, match="Say why"):
        week.run(RITUALS.skip_own, week.ritual(), ALICE, " ")
    with pytest.raises(UserError, match="Only product ops may skip it for everybody"):
        week.run(RITUALS.skip_own, week.ritual(), BOB, "on stage")


def test_who_is_back_after_a_mistake_is_asked_again_and_the_deputy_is_not(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(away, ALICE)
    week.until(berlin(25, 11, 5))
    week.run(back, ALICE, week.clock.now().date())
    week.run(flow.on_back, ALICE)
    week.until(berlin(25, 11, 10))

    assert week.ask("billing").asked == ALICE
    (prompt,) = week.prompts(ALICE)
    assert prompt.text.startswith("2 things today"), "the message she has asks her again"
    assert "Nothing to do: Alice is asked for Billing instead." in week.prompts(BOB)[-1].text
    week.until(berlin(26, 13))
    assert {reminder.channel for reminder in week.reminders()} == {ALICE, CHARLIE}


def test_who_leaves_slack_before_their_own_morning_is_replaced_by_the_deputy(week: Week) -> None:
    week.until(berlin(25, 8))
    week.until(berlin(25, 9, 59))
    week.run(RITUALS.run_now, week.ritual(), BOB)
    week.run(keep, directory(member(BOB, "Bob"), member(CHARLIE, "Charlie", "America/New_York")))
    week.until(berlin(25, 10, 5))

    assert week.ask("billing").asked == BOB
    assert week.prompts(BOB)[-1].text.startswith("2 things today")
