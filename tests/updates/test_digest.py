"""The digest: posted once, every area accounted for, and every copy told what changed since."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.blocks import check_message, message, section
from bot.db import Database
from bot.definitions import Definitions
from bot.delivery import outbox
from bot.delivery.model import UPDATE
from bot.house import House, Links, Section
from bot.updates.answer import AMBER, GREEN, RED, Answer
from bot.updates.messages import MOST_CHARACTERS
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.updates.team import GOOD, RITUALS, SHAKY, Week, away, berlin, definitions

CARD = message(section("A review"))
LATE = replace(SHAKY, status=RED, next="Late line", shipped="Late work")


def test_the_digest_is_posted_once_at_its_time_with_the_details_in_its_thread(week: Week) -> None:
    week.submit("billing")
    week.submit("help", by=CHARLIE)
    week.until(berlin(26, 15, 59))
    assert promised(week.db, "update.digest") == []
    week.until(berlin(27, 12))
    digest, billing, help_ = promised(week.db, "update.digest")
    read_aloud(digest)
    assert [each.channel for each in (digest, billing, help_)] == [UPDATES] * 3
    assert (digest.target, billing.target, help_.target) == (None, digest.id, digest.id)
    assert digest.report_to == BOB
    assert "Weekly product update, Wed 25 Nov 2026" in digest.text
    assert "Done: Credit notes" in billing.text


def test_a_digest_beyond_the_channels_share_stands_in_a_thread_with_its_details(week: Week) -> None:
    week.submit("billing")
    week.until(berlin(26, 15))
    cards = [week.run(outbox.post, UPDATES, CARD, kind="review.card", routine=True) for _ in range(2)]
    week.until(berlin(26, 16))
    week.submit("help", by=CHARLIE)
    digest, billing, help_ = promised(week.db, "update.digest")
    assert [each.target for each in (digest, billing, help_)] == [cards[1]] * 3
    assert "Help – green" in week.digest()[0]


@pytest.mark.proves("A1")
def test_every_area_is_accounted_for_with_an_owner(week: Week) -> None:
    week.submit("billing")
    week.until(berlin(26, 16))
    (digest, _billing) = week.digest()
    assert "1 of 3 areas answered" in digest
    assert "🟢 Billing – green, 80 % sure" in digest
    assert "⚪ Exports: no update, owner Alice" in digest
    assert "⚪ Help: no update, owner Charlie" in digest


def test_what_changed_stands_first_then_red_and_amber_with_their_paths(week: Week) -> None:
    week.submit("billing", GOOD)
    week.submit("exports", replace(SHAKY, path="By May"))
    week.submit("help", GOOD, by=CHARLIE)
    week.until(berlin(26, 16))
    assert "No area changed its colour since the last digest." in week.digest()[0]

    week.until(berlin(2, 11, month=12))
    for area, answer in (("billing", LATE), ("exports", replace(SHAKY, path="By June")), ("help", GOOD)):
        week.submit(area, answer, by=BOB)
    week.until(berlin(3, 16, month=12))
    digest = week.digest()[4]
    order = [
        "*What changed*\n• 🟢 → 🔴 Billing: green to red",
        "*Red and amber, with the path back*\n• 🔴 Billing (Bob): Cut the export, by Friday",
        "• 🟠 Exports (Bob): By June",
        "Asks",
        "Help – green",
        "Silent areas",
    ]
    places = [digest.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_asks_name_of_whom_and_by_when(week: Week) -> None:
    week.submit("billing", replace(GOOD, ask="The churn number", ask_of=CHARLIE, ask_by="2026-11-27"))
    week.until(berlin(26, 16))
    assert "Billing needs from Charlie by Fri 27 Nov 2026: The churn number" in week.digest()[0]


def test_lists_that_are_empty_say_so(week: Week) -> None:
    for area in ("billing", "exports", "help"):
        week.submit(area, by=BOB)
    week.until(berlin(26, 16))
    digest = week.digest()[0]
    assert "Nothing is red or amber." in digest
    assert "Nobody asked for anything." in digest
    assert "Every area answered." in digest


def test_a_green_area_that_doubts_its_date_has_a_question_mark(week: Week) -> None:
    week.submit("billing", replace(GOOD, confidence=50))
    week.until(berlin(26, 16))
    assert "Billing – green, 50 % sure?" in week.digest()[0]


def test_a_deputys_answer_says_for_whom_and_why(week: Week) -> None:
    week.until(berlin(25, 9))
    week.run(away, ALICE, 4)
    week.until(berlin(25, 12))
    week.submit("billing", by=BOB)
    week.until(berlin(26, 16))
    digest, billing = week.digest()
    assert "Billing – green, 80 % sure, by Bob (Alice: away until Sun 29 Nov)" in digest
    assert "Exports: no update from Bob, asked instead of the owner. Alice: away until Sun 29 Nov" in digest
    assert "Bob (Alice: away until Sun 29 Nov)" in billing


def test_an_area_whose_people_are_away_is_silent_for_that_reason(week: Week) -> None:
    week.until(berlin(25, 10, 30))
    week.run(away, ALICE, 4)
    week.run(away, BOB, 4)
    week.run(away, CHARLIE, 4)
    week.until(berlin(26, 16))
    digest = week.digest()[0]
    assert "Billing: no update. Alice: away until Sun 29 Nov; Bob: away until Sun 29 Nov" in digest
    assert "Help: no update. Charlie: away until Sun 29 Nov" in digest


def test_an_answer_after_the_cutoff_is_in_the_digest_and_marked_late(week: Week) -> None:
    week.until(berlin(26, 15))
    week.submit("billing")
    week.until(berlin(26, 16))
    digest, billing = week.digest()
    assert "Billing – green, 80 % sure (late)" in digest
    assert "Alice · late" in billing


def test_an_answer_after_the_digest_changes_every_copy_and_is_marked_late(week: Week) -> None:
    week.submit("help", by=CHARLIE)
    week.until(berlin(26, 16))
    week.deliver()
    week.until(berlin(26, 18))
    week.submit("billing", LATE)

    digest, _help, billing = week.digest()
    assert "2 of 3 areas answered" in digest
    assert "🔴 Billing – red, 40 % sure (late)" in digest
    assert "⚪ Billing" not in digest
    assert "Done: Late work" in billing
    assert "late" in billing
    edits = [each for each in promised(week.db, "update.digest") if each.method == UPDATE]
    assert len(edits) == 1, "the digest; Help's own message reads as before"
    assert "marked late" in week.prompts(ALICE)[0].text or week.prompts(ALICE)[0].state == "sent"


def test_an_edit_after_the_digest_changes_every_copy_and_says_when(week: Week) -> None:
    week.submit("billing", GOOD)
    week.until(berlin(26, 16))
    week.deliver()
    week.until(berlin(26, 18, 5))
    week.submit("billing", LATE)
    digest, billing = week.digest()
    assert "🔴 Billing – red, 40 % sure (edited Thu 18:05)" in digest
    assert "• 🔴 Billing (Alice): Cut the export, by Friday" in digest
    assert "edited Thu 18:05" in billing
    assert "Done: Late work" in billing


def test_an_edit_before_the_digest_leaves_no_mark(week: Week) -> None:
    week.submit("billing", GOOD)
    week.submit("billing", SHAKY)
    week.until(berlin(26, 16))
    assert "Billing – amber, 40 % sure\n" in week.digest()[0]


def test_a_late_answer_goes_to_the_thread_where_the_digest_is_although_the_channel_changed(week: Week) -> None:
    week.until(berlin(26, 16))
    week.change(definitions(channel="#elsewhere"))
    week.submit("billing")
    digest, billing = promised(week.db, "update.digest")
    assert (billing.channel, billing.target) == (UPDATES, digest.id)


def test_other_rooms_fill_their_sections(db: Database) -> None:
    def releases(_session: Session, _house: House, first: date, last: date) -> Section:
        return Section("Ships soon", (f"Atlas, between {first} and {last}",), "Nothing ships.")

    def decisions(_session: Session, _house: House, _first: date, _last: date) -> Section:
        return Section("Decisions due", (), "None is due.")

    week = Week(db, definitions(), Links(digest_sections=(releases, decisions)))
    week.until(berlin(26, 16))
    assert "*Ships soon*\n• Atlas, between 2026-11-25 and 2026-12-09" in week.digest()[0]
    assert "*Decisions due*\n• None is due." in week.digest()[0]


def test_closing_early_publishes_what_is_there(week: Week) -> None:
    week.until(berlin(25, 12))
    week.submit("billing")
    week.run(RITUALS.close_now, week.ritual(), BOB)
    assert "1 of 3 areas answered" in week.digest()[0]
    assert "The digest is out" in week.prompts(ALICE)[0].text
    week.until(berlin(27, 12))
    assert len(week.digest()) == 2
    assert week.reminders() == []


@pytest.mark.parametrize("count", [1, 12, 100])
def test_the_longest_answers_of_many_areas_fit_into_slack(db: Database, count: int) -> None:
    """Every limit is used up, in characters that take two places."""
    team = definitions()
    first = team.organisation.areas[0]
    areas = [
        first.model_copy(update={"id": f"area-{n}", "name": f"Area {n} " + "x" * 60, "owner": (ALICE, BOB)[n % 2]})
        for n in range(count)
    ]
    week = Week(db, Definitions(team.organisation.model_copy(update={"areas": tuple(areas)}), team.calendar))
    address = "https://example.com/" + "a" * 480
    long = Answer(
        status=RED, confidence=10, next="🦉" * 400, shipped="🦉" * 600, path="🦉" * 300, ask="🦉" * 200, ask_of=CHARLIE,
        ask_by="2026-12-01", metric="🦉" * 120, metric_link=address, links="\n".join([address[:450]] * 3),
    )  # fmt: skip
    for area in areas:
        week.submit(area.id, long, by=BOB)
    week.until(berlin(26, 16))
    posted = promised(db, "update.digest")
    assert len(posted) == count + 1
    for each in posted:
        check_message({"text": each.text, "blocks": each.blocks}, for_update=True)
    shown = str([each.blocks for each in posted])
    assert all(f"Area {n} " in str(posted[0].blocks) for n in range(count))
    assert "🦉" * 100 in shown


def test_many_areas_that_are_silent_for_long_reasons_are_all_shown(db: Database) -> None:
    team = definitions()
    first = team.organisation.areas[0]
    areas = [first.model_copy(update={"id": f"area-{n}", "name": f"Area {n} of many"}) for n in range(150)]
    areas.append(team.organisation.areas[-1])
    week = Week(db, Definitions(team.organisation.model_copy(update={"areas": tuple(areas)}), team.calendar))
    for each in (ALICE, BOB):
        week.run(away, each, days=30)
    week.until(berlin(26, 16))
    (digest,) = promised(db, "update.digest")
    assert all(f"Area {n} of many: Alice" in str(digest.blocks) for n in range(150))
    assert len(str(digest.blocks)) <= MOST_CHARACTERS


def test_one_address_of_the_greatest_length_is_shown(week: Week) -> None:
    address = "https://example.com/" + "a" * 1470
    week.submit("billing", replace(GOOD, links=address))
    week.until(berlin(26, 16))
    _digest, billing = promised(week.db, "update.digest")
    assert address in str(billing.blocks)


def test_colours_are_told_in_words_too(week: Week) -> None:
    for area, status in (("billing", GREEN), ("exports", AMBER), ("help", RED)):
        week.submit(area, replace(SHAKY, status=status), by=BOB)
    week.until(berlin(26, 16))
    digest = week.digest()[0]
    assert all(said in digest for said in ("Billing – green", "Exports – amber", "Help – red"))


def test_a_green_area_shows_no_path_back_to_green(week: Week) -> None:
    week.submit("billing", SHAKY)
    week.until(berlin(26, 16))
    assert "Back to green: Cut the export" in week.digest()[1]
    week.submit("billing", replace(SHAKY, status=GREEN))
    assert "Back to green" not in week.digest()[1]
