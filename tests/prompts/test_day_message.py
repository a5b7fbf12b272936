"""One message a day asks a person for everything that is due for them."""

from dataclasses import replace

import pytest

from bot.db import Database
from bot.delivery.model import UPDATE
from bot.errors import UserError
from bot.prompts import flow
from bot.prompts.model import LIGHT, NONE, STANDARD
from tests.fakes import RunningClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import Asking
from tests.updates.team import REMINDER, berlin


@pytest.fixture
def asking(db: Database) -> Asking:
    return Asking(db)


def test_what_is_due_today_goes_out_together_at_the_first_moment_of_it(asking: Asking) -> None:
    asking.ask("plan", at=berlin(25, 10), deadline=berlin(26, 14))
    asking.ask("review", at=berlin(25, 15), deadline=berlin(25, 17))
    asking.ask("later", at=berlin(26, 10))
    asking.until(berlin(25, 23))
    assert asking.sent() == [("day", berlin(25, 10))]
    (message,) = asking.said()
    assert message.text.startswith("2 things today, about 6 minutes\n*review*"), "the most urgent first"
    assert "Due Wed 25 Nov, 17:00 your time, about 3 minutes." in message.text
    assert "later" not in message.text


def test_it_goes_out_by_a_clock_that_runs(asking: Asking) -> None:
    asking.ask("plan", at=berlin(25, 10))
    asking.house = replace(asking.house, clock=RunningClock(berlin(25, 10)))
    asking.run(flow.on_due, f"person:{ALICE}")
    assert len(asking.said()) == 1
    assert asking.next_wake() is None


def test_it_waits_for_working_hours(asking: Asking) -> None:
    asking.ask("plan")
    asking.ask("far", of=CHARLIE)
    asking.until(berlin(25, 23))
    assert asking.sent() == [("day", berlin(25, 9))]
    assert asking.sent(CHARLIE) == [("day", berlin(25, 15))], "nine in New York"


def test_it_waits_for_the_end_of_the_weekend(asking: Asking) -> None:
    asking.until(berlin(28, 10))
    asking.ask("plan", deadline=berlin(29, 12))
    asking.ask("other")
    asking.until(berlin(30, 12))
    assert asking.sent() == [("day", berlin(30, 9))], "no deadline brings a message on a day off"


def test_no_deadline_brings_a_message_before_working_hours(asking: Asking) -> None:
    asking.ask("plan", at=berlin(25, 8, 15), deadline=berlin(25, 9, 30))
    asking.until(berlin(25, 12))
    assert asking.sent() == [("day", berlin(25, 9))]


def test_what_comes_up_later_waits_for_the_next_working_day(asking: Asking) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 11))
    asking.ask("second")
    asking.until(berlin(26, 12))
    assert asking.sent() == [("day", berlin(25, 9)), ("day", berlin(26, 9))]
    first, second = asking.said()
    assert ("second" in first.text, "second" in second.text) == (False, True)


@pytest.mark.parametrize("deadline", [berlin(25, 17), berlin(26, 11, 59)])
def test_what_cannot_wait_joins_the_message_of_the_day_in_its_place(asking: Asking, deadline: object) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 11))
    asking.deliver()
    asking.ask("second", deadline=deadline)
    asking.until(berlin(25, 11))
    assert asking.sent() == [("day", berlin(25, 9))]
    (edit,) = [each for each in promised(asking.db) if each.method == UPDATE]
    assert edit.text.startswith("2 things today")
    asking.until(berlin(27, 12))
    assert len(asking.sent()) == 1


def test_what_comes_up_just_after_the_message_joins_it(asking: Asking) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 9, 1))
    asking.ask("second")
    asking.until(berlin(25, 9, 1))
    (message,) = asking.said()
    assert "second" in message.text


def test_what_the_calendar_has_for_later_that_day_is_announced_and_joins_in_its_place(asking: Asking) -> None:
    asking.expect("Roadmap review", berlin(25, 15))
    asking.expect("Tomorrow's", berlin(26, 10))
    asking.ask("plan")
    asking.until(berlin(25, 10))
    assert "Later today, in this message: 15:00 Roadmap review." in asking.said()[0].text
    asking.until(berlin(25, 15))
    asking.ask("review", foreseen=True, deadline=berlin(27, 17))
    asking.until(berlin(25, 15))
    assert "*review*" in asking.said()[0].text
    assert "Later today" not in asking.said()[0].text
    asking.until(berlin(27, 12))
    assert asking.sent() == [("day", berlin(25, 9))]


def test_what_is_told_comes_with_what_is_asked_and_by_itself_on_other_days(asking: Asking) -> None:
    asking.ask("plan")
    asking.tell("D-1")
    asking.until(berlin(25, 11))
    asking.tell("D-2")
    asking.until(berlin(26, 12))
    assert asking.sent() == [("day", berlin(25, 9)), ("day", berlin(26, 9))]
    first, second = asking.said()
    assert first.text.endswith("For you to know:\n*About D-1*\nD-1 is so.\n[I am away]")
    assert second.text == "For you to know\n*About D-2*\nD-2 is so."


def test_what_is_told_is_told_once_whatever_one_chose(asking: Asking) -> None:
    asking.run(flow.choose_profile, ALICE, NONE)
    for _ in range(2):
        asking.tell("D-1")
    asking.until(berlin(27, 12))
    asking.tell("D-1")
    asking.until(berlin(1, 12, month=12))
    assert asking.sent() == [("day", berlin(25, 9))]
    assert asking.said()[0].text.count("D-1 is so.") == 1


def test_what_is_told_anew_before_it_was_said_is_said_as_it_is_now(asking: Asking) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 11))
    asking.tell("D-1")
    asking.tell("D-1", says="is otherwise")
    asking.tell("D-2")
    asking.run(flow.withdraw, "D-2")
    asking.tell("D-3")
    asking.run(flow.withdraw, "D-3")
    asking.tell("D-3", says="is so again")
    asking.until(berlin(26, 12))
    asking.tell("D-1", says="is otherwise still")
    asking.until(berlin(27, 12))
    assert [each.text for each in asking.said()[1:]] == [
        "For you to know\n*About D-1*\nD-1 is otherwise.\n*About D-3*\nD-3 is so again."
    ]


def test_what_is_urgent_to_know_is_one_message_more_and_what_is_for_today_joins_the_one_of_the_day(
    asking: Asking,
) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 11))
    asking.tell("D-1", until=berlin(25, 17))
    asking.until(berlin(25, 12))
    assert "D-1 is so." in asking.said()[0].text
    asking.tell("D-2", urgent=True)
    asking.until(berlin(25, 12))
    assert asking.sent() == [("day", berlin(25, 9)), ("urgent", berlin(25, 12))]
    assert asking.said()[1].text == "For you to know\n*About D-2*\nD-2 is so."


def test_more_to_tell_than_fits_comes_on_the_next_days(asking: Asking) -> None:
    for n in range(12):
        asking.tell(f"D-{n:02}")
    asking.until(berlin(27, 12))
    assert [each.text.count("is so.") for each in asking.said()] == [5, 5, 2]
    assert [at for _what, at in asking.sent()] == [berlin(25, 9), berlin(26, 9), berlin(27, 9)]


def test_what_was_told_is_no_request(asking: Asking) -> None:
    asking.tell("D-1")
    asking.until(berlin(25, 10))
    with pytest.raises(UserError, match="no longer yours"):
        asking.snooze("D-1")
    asking.run(flow.changed, "D-1")
    asking.run(flow.withdraw, "D-1")
    assert asking.said()[0].text.startswith("For you to know")


def test_what_is_urgent_may_come_once_more_and_then_joins_that(asking: Asking) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 11))
    asking.ask("gate", urgent=True)
    asking.until(berlin(25, 12))
    asking.ask("second gate", urgent=True)
    asking.until(berlin(25, 13))
    assert asking.sent() == [("day", berlin(25, 9)), ("urgent", berlin(25, 11))]
    assert "second gate" in asking.said()[1].text


def test_one_reminder_is_a_part_of_the_next_message_and_never_comes_again(asking: Asking) -> None:
    asking.ask("plan", deadline=berlin(3, 14, month=12), remind_at=berlin(26, 10))
    asking.until(berlin(26, 9))
    asking.ask("second")
    asking.until(berlin(2, 12, month=12))
    assert asking.sent() == [("day", berlin(25, 9)), ("day", berlin(26, 9))]
    first, second = asking.said()
    assert second.text.count(REMINDER) == 1
    assert first.text == "Nothing to do here any more: what still waits for you stands in a newer message."


def test_what_is_done_says_so_in_its_place_and_is_not_reminded_of(asking: Asking) -> None:
    asking.ask("plan", remind_at=berlin(26, 10))
    asking.ask("second")
    asking.until(berlin(25, 10))
    asking.do("plan")
    assert asking.said()[0].text.startswith("1 thing today, about 3 minutes\n*second*")
    asking.do("second")
    assert asking.said()[0].text.startswith("All done. Thank you")
    asking.until(berlin(27, 10))
    assert len(asking.sent()) == 1


def test_what_is_done_or_withdrawn_before_the_message_is_not_asked(asking: Asking) -> None:
    asking.ask("plan")
    asking.ask("second")
    asking.do("plan")
    asking.run(flow.withdraw, "second")
    asking.until(berlin(26, 12))
    assert asking.sent() == []


def test_what_was_withdrawn_after_the_message_waits_no_more(asking: Asking) -> None:
    asking.ask("plan", remind_at=berlin(26, 10))
    asking.until(berlin(25, 10))
    asking.run(flow.withdraw, "plan")
    asking.until(berlin(26, 12))
    assert asking.said()[0].text.startswith("All done")
    assert len(asking.sent()) == 1


def test_what_is_asked_twice_under_one_key_is_said_once(asking: Asking) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 10))
    asking.ask("plan")
    asking.until(berlin(26, 12))
    assert len(asking.sent()) == 1


def test_a_key_belongs_to_one_person(asking: Asking) -> None:
    asking.ask("plan")
    with pytest.raises(ValueError, match="belongs to"):
        asking.ask("plan", of=BOB)


def test_who_is_away_is_not_written_to_and_whoever_stands_in_is_looked_for(asking: Asking) -> None:
    asking.away(ALICE, berlin(25, 8), berlin(26, 8))
    asking.ask("plan")
    asking.until(berlin(27, 12))
    assert ALICE in asking.gone
    assert asking.sent() == [("day", berlin(27, 9))]


def test_more_than_fits_is_counted(asking: Asking) -> None:
    for n in range(25):
        asking.ask(f"thing {n}" + " with a long name" * 20)
    asking.until(berlin(25, 10))
    (message,) = asking.said()
    assert message.blocks[0]["text"]["text"] == "25 things today, about 75 minutes"
    assert "And 15 more: your Home tab shows them all." in str(message.blocks)


def test_a_snooze_brings_back_what_was_snoozed_to_about_then_in_one_message(asking: Asking) -> None:
    for key in ("plan", "second", "third"):
        asking.ask(key)
    asking.until(berlin(25, 10))
    assert asking.snooze("plan") == berlin(25, 12)
    asking.until(berlin(25, 10, 10))
    asking.snooze("second")
    assert "Snoozed: I ask once more at Wed 25 Nov, 12:00" in asking.said()[0].text
    asking.until(berlin(25, 16))
    assert asking.sent() == [("day", berlin(25, 9)), ("again", berlin(25, 12))]
    first, again = asking.said()
    assert ("third" in again.text, "second" in again.text, "third" in first.text) == (False, True, True)
    assert REMINDER not in again.text


@pytest.mark.parametrize(
    ("choice", "until"), [("30m", berlin(25, 10, 30)), ("2h", berlin(25, 12)), ("tomorrow", berlin(26, 9))]
)
def test_one_may_snooze_for_a_while_or_until_tomorrow(asking: Asking, choice: str, until: object) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 10))
    assert asking.snooze("plan", choice) == until


def test_what_comes_back_tomorrow_comes_in_the_message_of_that_day(asking: Asking) -> None:
    asking.ask("plan", remind_at=berlin(26, 10), deadline=berlin(27, 14))
    asking.ask("second", at=berlin(26, 11))
    asking.until(berlin(25, 10))
    asking.snooze("plan", "tomorrow")
    asking.until(berlin(26, 18))
    assert asking.sent() == [
        ("day", berlin(25, 9)),
        ("day", berlin(26, 9)),
    ]
    asking.until(berlin(27, 12))
    assert asking.prompt("plan").reminded_at == berlin(27, 9), "its one reminder can wait for the next day"


def test_a_snooze_is_refused_when_no_time_is_left_or_nothing_waits(asking: Asking) -> None:
    asking.ask("plan", deadline=berlin(25, 12))
    asking.until(berlin(25, 10))
    with pytest.raises(UserError, match="no time to snooze"):
        asking.snooze("plan")
    assert asking.snooze("plan", "30m") == berlin(25, 10, 30)
    for key, by, choice in (("plan", BOB, "30m"), ("none", ALICE, "30m"), ("plan", ALICE, "1y")):
        with pytest.raises(UserError, match="no longer yours"):
            asking.snooze(key, choice, by)
    asking.do("plan")
    with pytest.raises(UserError, match="already answered"):
        asking.snooze("plan", "30m")


@pytest.mark.parametrize(
    ("profile", "sent"),
    [(STANDARD, [berlin(25, 9), berlin(26, 10)]), (LIGHT, [berlin(25, 9)]), (NONE, [])],
)
def test_everybody_chooses_how_much_they_are_reminded(asking: Asking, profile: str, sent: object) -> None:
    asking.run(flow.choose_profile, ALICE, profile)
    asking.ask("plan", remind_at=berlin(26, 10), deadline=berlin(27, 14))
    asking.until(berlin(27, 12))
    assert [at for _what, at in asking.sent()] == sent


def test_what_is_urgent_comes_whatever_one_chose(asking: Asking) -> None:
    asking.run(flow.choose_profile, ALICE, NONE)
    asking.ask("gate", urgent=True, remind_at=berlin(26, 10))
    asking.ask("plan")
    asking.until(berlin(27, 12))
    assert [at for _what, at in asking.sent()] == [berlin(25, 9), berlin(26, 10)]
    assert all("plan" not in message.text for message in asking.said())


def test_who_wants_prompts_again_gets_what_waits(asking: Asking) -> None:
    asking.run(flow.choose_profile, ALICE, NONE)
    asking.ask("plan")
    asking.until(berlin(25, 12))
    asking.run(flow.choose_profile, ALICE, STANDARD)
    asking.until(berlin(25, 13))
    assert asking.sent() == [("day", berlin(25, 12))]


def test_there_is_no_other_profile(asking: Asking) -> None:
    with pytest.raises(UserError, match="There are: `standard`, `light`, `none`"):
        asking.run(flow.choose_profile, ALICE, "loud")


def test_another_workspace_reaches_nothing_here(asking: Asking) -> None:
    asking.ask("plan")
    asking.until(berlin(25, 10))
    other = asking.elsewhere()
    other.run(flow.withdraw, "plan")
    other.run(flow.changed, "plan")
    with pytest.raises(UserError):
        other.snooze("plan")
    with pytest.raises(UserError):
        other.run(flow.explained, ALICE, "plan")
    assert not other.run(flow.is_shown, "plan")
    assert asking.said()[0].text.startswith("1 thing today")
