from dataclasses import replace
from typing import Any

import pytest

from bot.decisions import forms
from bot.decisions.entry import HARD
from bot.decisions.model import Decision
from bot.decisions.start import Start
from bot.house import House
from bot.people.model import People
from tests.decisions.log import ENTRY, QUESTION, day_messages, initial, names, raised, recorded, settled, shown
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, UPDATES

HOSTILE = "<!channel> @everyone <@U0BOB> *bold* <https://evil.example|click> & {{ 7*7 }}"


def test_an_open_question_says_all_that_is_known(house: House) -> None:
    raised(house)
    assert promised(house.db)[0].text == (
        "D-1 · to be decided\n"
        "Do we keep the free plan?\n"
        "Stalls until then: The pricing page waits.\n"
        "Options known so far\n"
        "• Keep it\n"
        "• End it in May\n"
        "Alice decides, by Fri 27 Nov 2026. Hard to reverse.\n"
        "Raised by Charlie on Wed 25 Nov 2026.\n"
        "[Record the decision]"
    )


@pytest.mark.proves("A3")
def test_a_decision_says_all_that_is_known(house: House) -> None:
    entry = replace(
        ENTRY,
        door=HARD,
        revisit="Sign-ups fall by a third.",
        confidence=80,
        inform="Sales",
        inform_channel=UPDATES,
        links="https://example.com/plan?a=1&b=2",
    )
    settled(house, raised(house).ref, entry, by=BOB)
    assert promised(house.db)[0].text == (
        "D-1 · decided\n"
        "We will end the free plan in May\n"
        "Question: Do we keep the free plan?\n"
        "Options considered\n"
        "• Keep it\n"
        "• End it in May\n"
        "Reason and accepted trade-offs\n"
        "It costs more than it brings; we accept fewer sign-ups.\n"
        "Decided by Alice on Wed 25 Nov 2026. Hard to reverse. Confidence 80 %.\n"
        "Would change our mind: Sign-ups fall by a third.\n"
        "Review on Mon 1 Mar 2027.\n"
        "Raised by Charlie on Wed 25 Nov 2026.\n"
        "Recorded by Bob.\n"
        "Must know: Sales <#C0UPDATES>\n"
        "<https://example.com/plan?a=1&amp;b=2|https://example.com/plan?a=1&amp;b=2>"
    )


def test_the_decider_is_asked_with_everything_they_need(house: House) -> None:
    raised(house)
    assert day_messages(house, ALICE)[0].text == (
        "1 thing today, about 5 minutes\n"
        "*Your decision is needed: D-1*\n"
        "Do we keep the free plan?\n"
        "\n"
        "Charlie asks you. Needed by Fri 27 Nov 2026.\n"
        "Stalls until then: The pricing page waits.\n"
        "• Keep it\n"
        "• End it in May\n"
        "Due Fri 27 Nov, 17:30 your time, about 5 minutes.\n"
        "[Decide …] [Delegate] [Reject] [Snooze] […]\n"
        "[I am away]"
    )


def test_what_people_type_is_shown_and_does_nothing(house: House) -> None:
    raised(house, replace(QUESTION, question=HOSTILE, stuck=HOSTILE, options=HOSTILE))
    recorded(house, replace(ENTRY, decision=HOSTILE, options=f"{HOSTILE}\nno", why=HOSTILE, inform=HOSTILE), by=BOB)
    for each in promised(house.db):
        markup = [text for text in _texts(each.blocks) if text["type"] == "mrkdwn"]
        assert markup == []
        assert HOSTILE in " ".join(text["text"] for text in _texts(each.blocks))
        assert not any(danger in each.text for danger in ("<!", "<@", "<http", "@everyone"))


def test_the_longest_decision_is_shown_whole(house: House) -> None:
    options = "\n".join(f"{n:02}" + "🐘" * 7 for n in range(80))
    long = replace(ENTRY, decision="🐘" * 200, options=options, why="🦒" * 800, door=HARD, revisit="🦊" * 200)
    links = "\n".join(f"https://example.com/{n}" + "x" * 470 for n in range(3))
    recorded(house, replace(long, inform="🐝" * 300, links=links))
    said = " ".join(text["text"] for text in _texts(promised(house.db)[0].blocks))
    for each in (long.decision, long.why, long.revisit, "🐝" * 300, *options.splitlines(), *links.splitlines()):
        assert each in said


def test_nothing_more_than_six_fields_is_required(house: House) -> None:
    with house.db.transaction() as session:
        called = People(session, house).called
        record = forms.record_form(house, None, called, BOB, "{}").payload()
        ask = forms.raise_form(house, "{}").payload()
    assert names(record, required=True) == ["decision", "options", "why", "door", "review_on", "decider"]
    assert names(ask, required=True) == ["question", "decider", "needed_by", "stuck", "door"]


def test_words_too_long_for_the_first_field_are_kept_whole_in_the_next(house: House) -> None:
    words = "move the launch " * 20
    with house.db.transaction() as session:
        form = forms.record_form(house, None, People(session, house).called, BOB, "{}", Start(words)).payload()
    assert initial(form, "decision").endswith("…")
    assert initial(form, "why") == words
    assert initial(forms.raise_form(house, "{}", Start(words)).payload(), "stuck").startswith("move the launch")


def test_the_form_for_what_was_raised_shows_the_question_and_keeps_the_decider(house: House) -> None:
    form = _form(house, raised(house))
    assert "D-1: Do we keep the free plan?" in shown(form)
    assert "Decider: Alice." in shown(form)
    assert "decider" not in names(form)
    assert (initial(form, "options"), initial(form, "door")) == (QUESTION.options, HARD)


def _form(house: House, decision: Decision) -> dict[str, Any]:
    with house.db.transaction() as session:
        return forms.record_form(house, decision, People(session, house).called, CHARLIE, "{}").payload()


def _texts(part: Any) -> list[dict[str, Any]]:
    """Every text object in some blocks."""
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") in ("mrkdwn", "plain_text") else []
    return own + [text for each in part.values() for text in _texts(each)]
