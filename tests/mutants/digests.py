"""Promises of digests: who has one, to whom it really came, what is restricted stays out, and corrections follow."""

from tests.mutants.mutant import Mutant

COLLECTING = "tests/digests/test_collecting.py::"
PUBLISHING = "tests/digests/test_publishing.py::"
STANDING = "tests/digests/test_standing.py::"
SUBSCRIBING = "tests/digests/test_subscribing.py::"
WORDING = "tests/digests/test_wording.py::"

MUTANTS = (
    Mutant(
        "an answer to what is restricted stands in a digest",
        "restricted insights never travel",
        "bot/digests/collecting.py",
        {"        NOT_RESTRICTED,\n": ""},
        [COLLECTING + "test_nothing_that_is_restricted_is_in_it"],
    ),
    Mutant(
        "a colour is news again in the next issue",
        "what changed is told once",
        "bot/digests/collecting.py",
        {"if line.moved and is_news else": "if line.moved else"},
        [COLLECTING + "test_a_colour_is_news_until_it_was_told"],
    ),
    Mutant(
        "a choice does not outlive the audience",
        "what somebody chose stays when the definitions change",
        "bot/digests/subscribing.py",
        {"chosen.get(each.slack_id, each.slack_id in audience)": "each.slack_id in audience"},
        [SUBSCRIBING + "test_what_somebody_chose_outlives_new_definitions"],
    ),
    Mutant(
        "whoever was away reads all they missed",
        "who is away gets only the newest",
        "bot/digests/publishing.py",
        {"    if last is not None:\n": "    if False:\n"},
        [PUBLISHING + "test_who_is_away_gets_it_when_they_are_back_and_only_the_newest"],
    ),
    Mutant(
        "a digest is edited though it shows nothing of what was corrected",
        "a copy is edited only when what it shows was corrected",
        "bot/digests/publishing.py",
        {'shows_none = says["whole"] == ': 'shows_none = "" == '},
        [PUBLISHING + "test_a_correction_changes_the_copy_in_the_channel_and_no_day_message"],
    ),
    Mutant(
        "what is on its way counts as delivered",
        "the proof counts what Slack has taken",
        "bot/digests/standing.py",
        {"if fate is None or fate.is_sent:": "if True:"},
        [STANDING + "test_one_to_whom_slack_does_not_deliver_is_named_with_slacks_word"],
    ),
    Mutant(
        "what joined a message counts with that message",
        "the proof counts what Slack has taken",
        "bot/digests/standing.py",
        {"return change if joined and change is not None else post": "return post"},
        [STANDING + "test_what_joined_a_message_counts_only_once_that_was_changed"],
    ),
    Mutant(
        "everybody sees who got it",
        "to whom it came is for its owner and product ops",
        "bot/digests/standing.py",
        {"with_proof=sees_proof": "with_proof=True"},
        [STANDING + "test_others_see_only_that_it_went_out"],
    ),
    Mutant(
        "a long line leaves no room for the others",
        "each of the five lines has room in the day message",
        "bot/digests/messages.py",
        {"return [fit(line, widest) if widest else line for line in lines]": "return [*lines]"},
        [WORDING + "test_in_the_day_message_each_line_has_room"],
    ),
)
