"""Who is asked, when, and what they read."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import event

from bot.db import Database
from bot.definitions import Definitions
from bot.people.directory import keep
from bot.rituals.model import Occurrence
from bot.updates import asking, flow
from bot.updates.model import ANSWERED, AWAY
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import BERLIN, GOOD, REMINDER, RITUALS, Week, away, berlin, definitions, directory, member


def test_everybody_is_asked_at_ten_in_their_own_zone(week: Week) -> None:
    week.until(berlin(25, 9, 59))
    assert week.prompts() == []

    week.until(berlin(25, 10))
    assert [prompt.channel for prompt in week.prompts()] == [ALICE]
    week.until(berlin(25, 15, 59))
    assert week.prompts(CHARLIE) == []
    week.until(berlin(25, 16))
    assert len(week.prompts(CHARLIE)) == 1
    assert week.prompt("help").prompted_at == berlin(25, 16)


def test_one_message_asks_one_person_for_all_their_areas(week: Week) -> None:
    week.until(berlin(26, 9))
    (prompt,) = week.prompts(ALICE)
    assert prompt.text.startswith("2 things today, about 8 minutes")
    assert "Why you: you own Billing." in prompt.text
    assert "Why you: you own Exports." in prompt.text


def test_the_prompt_says_why_until_when_and_where_it_goes_and_has_every_way_out(week: Week) -> None:
    week.until(berlin(25, 16))
    (prompt,) = week.prompts(CHARLIE)
    assert "Why you: you own Help." in prompt.text
    assert "Due Thu 26 Nov, 08:00 your time" in prompt.text, "in New York"
    assert "The digest goes to #product-updates on Thu 26 Nov, 10:00" in prompt.text
    elements = [element for block in prompt.blocks for element in block.get("elements", [])]
    labels = [element["text"]["text"] for element in elements if element["type"] == "button"]
    assert labels == ["Write update: Help", "No change", "Not mine", "I am away"]
    chosen = [option["text"]["text"] for element in elements for option in element.get("options", [])]
    assert chosen == ["In 30 minutes", "In 2 hours", "Tomorrow", "Why did I get this?"]


def test_the_name_of_a_channel_is_asked_for_once_for_all_areas_of_somebody(week: Week) -> None:
    week.until(berlin(26, 9))
    refs, asked = {area: week.prompt(area).ref for area in ("billing", "exports")}, list[str]()

    def keep_it(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.extend([statement] if "FROM channel" in statement else [])

    event.listen(week.db.engine, "before_cursor_execute", keep_it)
    with week.db.transaction() as session:
        for area in refs:
            assert asking.prompt_part(session, week.house, refs[area])
    assert len(asked) == 1


def test_one_reminder_goes_only_to_those_who_have_not_answered(week: Week) -> None:
    week.until(berlin(25, 16, 1))
    week.submit("help", by=CHARLIE)
    week.until(berlin(26, 9, 59))
    assert week.reminders() == []

    week.until(berlin(26, 13, 59))
    (reminder,) = week.reminders()
    assert reminder.channel == ALICE
    assert reminder.text.count(REMINDER) == 2
    assert week.prompt("help").reminded_at is None
    assert "Your update: Billing" in reminder.text
    assert "Your update: Exports" in reminder.text


def test_the_reminder_names_only_what_is_missing(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("billing")
    week.until(berlin(26, 12))
    (reminder,) = week.reminders(ALICE)
    assert "Exports" in reminder.text
    assert "Billing" not in reminder.text


def test_whose_reminder_would_come_after_the_cutoff_is_reminded_the_day_before(week: Week) -> None:
    """10:00 on Thursday in New York is past 14:00 in Berlin."""
    week.until(berlin(25, 23, 59))
    (reminder,) = week.reminders(CHARLIE)
    assert "Due Thu 26 Nov, 08:00 your time" in reminder.text
    assert week.asking(CHARLIE) == [reminder], "in the message of that day, and not in a second one"


def test_who_was_reminded_of_their_own_area_is_reminded_of_one_they_stand_in_for_later(db: Database) -> None:
    team = definitions()
    billing, exports, help_ = team.organisation.areas
    areas = (billing, exports, help_.model_copy(update={"owner": BOB}))
    week = Week(db, replace(team, organisation=team.organisation.model_copy(update={"areas": areas})))
    week.until(berlin(26, 10, 30))
    (own,) = week.reminders(BOB)
    assert own.text.count(REMINDER) == 1
    week.run(away, ALICE)
    week.until(berlin(26, 13, 59))
    (joined,) = week.reminders(BOB)
    assert "you stand in for Alice, and Billing is without an update" in joined.text, "the cutoff cannot wait"
    assert joined.text.count(REMINDER) == 3


def test_the_reminder_mentions_a_draft(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("billing", draft=True)
    week.until(berlin(26, 12))
    (reminder,) = week.reminders(ALICE)
    assert "Your draft is kept: open it and submit." in reminder.text


def test_someone_away_is_not_asked_and_their_deputy_is(week: Week) -> None:
    week.until(berlin(24, 9))
    week.run(away, ALICE)
    week.until(berlin(25, 13))
    (prompt,) = week.prompts(BOB)
    assert "Why you: you stand in for Alice, and Billing is without an update." in prompt.text
    assert "Why you: you stand in for Alice, and Exports is without an update." in prompt.text
    week.until(berlin(26, 13))
    assert week.asking(ALICE) == []
    assert len(week.reminders(BOB)) == 1


def test_someone_with_a_public_holiday_is_not_asked_on_it(db: Database) -> None:
    """8 March is one in Berlin, and not in Bavaria."""
    team = definitions()
    alice, *others = team.organisation.people
    organisation = team.organisation.model_copy(
        update={"holidays": None, "people": (alice.model_copy(update={"holidays": "DE-BE"}), *others)}
    )
    calendar = definitions(schedule={"repeats": "FREQ=WEEKLY;BYDAY=MO"}).calendar
    monday = datetime(2027, 3, 8, 8, tzinfo=BERLIN)
    week = Week(db, Definitions(organisation, calendar), start=monday)
    week.until(monday + timedelta(hours=4))
    (prompt,) = week.prompts()
    assert prompt.channel == BOB
    assert "stand in for Alice" in prompt.text


def test_nobody_is_asked_when_owner_and_deputy_are_away(week: Week) -> None:
    week.run(away, ALICE)
    week.run(away, BOB)
    week.until(berlin(25, 12))
    assert week.prompts(ALICE) + week.prompts(BOB) == []
    assert week.ask("billing").state == AWAY
    assert week.ask("billing").reason == "Alice: away until Thu 26 Nov; Bob: away until Thu 26 Nov"


def test_who_left_slack_is_not_asked(week: Week) -> None:
    week.run(keep, directory(member(ALICE, "Alice", deleted=True), member(BOB, "Bob")))
    week.until(berlin(25, 23))
    assert [prompt.channel for prompt in week.prompts()] == [BOB]
    assert week.ask("help").reason == "Charlie: not in this Slack workspace"


def test_an_answer_before_the_prompt_counts_and_nobody_is_prompted(week: Week) -> None:
    """Charlie answers when the occurrence is open in Berlin, but their own morning has not come."""
    week.until(berlin(25, 11))
    week.submit("help", by=CHARLIE)
    week.until(berlin(26, 17))
    assert week.prompts(CHARLIE) == []
    assert week.ask("help").state == ANSWERED
    assert "Help – green" in week.digest()[0]


def test_an_answer_two_days_early_counts(week: Week) -> None:
    week.submit("billing")
    week.submit("exports")
    week.until(berlin(26, 17))
    assert week.prompts(ALICE) == []
    assert "Billing – green" in week.digest()[0]
    assert week.ask("billing").state == ANSWERED


def test_an_open_update_survives_that_an_area_is_removed(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("exports")
    team = definitions()
    fewer = team.organisation.model_copy(update={"areas": team.organisation.areas[1:]})
    week.change(Definitions(fewer, team.calendar))
    week.until(berlin(26, 17))
    assert "1 of 2 areas answered" in week.digest()[0]
    assert week.run(flow.waiting_for, ALICE) == []


def test_run_early_asks_at_once(week: Week) -> None:
    week.until(berlin(25, 9, 30))
    opened: Occurrence = week.run(RITUALS.run_now, week.ritual(), BOB)
    week.until(berlin(25, 9, 31))
    assert [prompt.channel for prompt in week.prompts()] == [ALICE]
    assert opened.cutoff_at == berlin(26, 14)


def test_good_answers_are_shown_as_typed(week: Week) -> None:
    week.until(berlin(25, 11))
    week.submit("billing", GOOD)
    assert week.prompts(ALICE)[0].text.startswith("1 thing today")
    assert "Thank you: Billing" in week.prompts(ALICE)[0].text
    week.submit("exports", GOOD)
    assert week.prompts(ALICE)[0].text.startswith("All done. Thank you")
