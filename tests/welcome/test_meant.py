"""What somebody wants who writes to Drumbeat."""

import pytest

from bot.welcome.meant import AWAY, DECIDE, HELP, QUESTION, THANKS, days_away, meant

WORDS = {
    "help": HELP,
    "Help me, please!": HELP,
    "hilfe?": HELP,
    "hi": HELP,
    "who are you?": HELP,
    "Hello there, I am new here and wonder what this is all about": HELP,
    "what can you do": HELP,
    "what can you do?": HELP,
    "?": HELP,
    "": HELP,
    "   \n ": HELP,
    ":wave:": QUESTION,
    "👋": HELP,
    "I think the invoices of our largest customers look odd since this morning": HELP,
    "thanks": THANKS,
    "Thank you so much!": THANKS,
    "danke schön": THANKS,
    "ok": THANKS,
    "👍": THANKS,
    ":thumbsup:": THANKS,
    "thanks, but what is on me?": QUESTION,
    "status of payments?": QUESTION,
    "status payments or billing?": QUESTION,
    "how is atlas": QUESTION,
    "how's atlas going, is it better?": QUESTION,
    "atlas": QUESTION,
    "Where is the search release now?": QUESTION,
    "who owns billing": QUESTION,
    "prioritise the backlog for me": DECIDE,
    "please decide about pricing": DECIDE,
    "should we ship Atlas on Friday?": DECIDE,
    "which one is more important?": DECIDE,
    "away until friday": AWAY,
    "I'm away until friday.": AWAY,
    "hi, I am out of the office tomorrow": AWAY,
    "I’m on vacation from monday to friday": AWAY,
    "sick": AWAY,
    "sickness numbers of the support team rose again in all of the last quarter": HELP,
    "away game": AWAY,
}
"""A short word that is nothing else may name a thing: it is asked for first, and what names none gets help."""


@pytest.mark.parametrize(("words", "what"), WORDS.items())
def test_words_are_taken_for_what_they_mean(words: str, what: str) -> None:
    assert meant(words) == what


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("away until friday", "until friday"),
        ("I'm away, until Friday.", "until Friday"),
        ("hello! I am sick today", "sick today"),
        ("I’m on leave monday to friday", "leave monday to friday"),
        ("out of office", ""),
        ("hi", ""),
    ],
)
def test_days_are_read_as_the_command_takes_them(words: str, days: str) -> None:
    assert days_away(words) == days


def test_a_long_message_is_looked_at_quickly() -> None:
    assert meant("a " * 20_000) == HELP
