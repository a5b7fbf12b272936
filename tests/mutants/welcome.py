"""Promises about first contact: what is said once, to whom nothing is said, and what is not kept."""

from tests.mutants.mutant import Mutant

ANSWERS = "tests/welcome/test_answers.py::"
CHANNELS = "tests/welcome/test_channels.py::"
STEPS = "tests/welcome/test_first_steps.py::"
HELLO = "tests/welcome/test_hello.py::"

MUTANTS = (
    Mutant(
        "other companies hear what Drumbeat does in a channel",
        "where people of other companies read, nothing of this one is said",
        "bot/welcome/flow.py",
        {"    if joined.is_shared:": "    if False:"},
        [CHANNELS + "test_other_companies_hear_nothing_of_this_one_and_product_ops_hears_of_them"],
    ),
    Mutant(
        "a person who joins a channel is taken for Drumbeat",
        "only when Drumbeat itself was added to a channel does it introduce itself",
        "bot/welcome/listeners.py",
        {"if gesture.me and gesture.user == gesture.me and": "if gesture.me and"},
        [CHANNELS + "test_somebody_else_who_joins_is_no_reason_to_speak"],
    ),
    Mutant(
        "programs are answered",
        "Drumbeat talks to no program, so that no two talk for ever",
        "bot/welcome/listeners.py",
        {'event.get("bot_id") or ': ""},
        [ANSWERS + "test_programs_edits_and_people_of_other_companies_are_not_answered"],
    ),
    Mutant(
        "edits are answered",
        "what somebody changes in a message has been answered already",
        "bot/welcome/listeners.py",
        {'event.get("subtype") in BY_PEOPLE and ': ""},
        [ANSWERS + "test_programs_edits_and_people_of_other_companies_are_not_answered"],
    ),
    Mutant(
        "the long answer comes each time",
        "whoever writes ten times in a minute has one long answer",
        "bot/welcome/flow.py",
        {"    known.helped_at = now\n": ""},
        [ANSWERS + "test_ten_messages_in_a_minute_do_not_have_ten_long_answers"],
    ),
    Mutant(
        "there is no end of answers",
        "one person has only so many answers in a minute",
        "bot/welcome/flow.py",
        {"return known.answers <= MOST_ANSWERS": "return True"},
        [ANSWERS + "test_ten_messages_in_a_minute_do_not_have_ten_long_answers"],
    ),
    Mutant(
        "a message that Slack tells of twice is answered twice",
        "a message has one answer",
        "bot/welcome/flow.py",
        {"outbox.find(session, house, dedupe) is not None or ": ""},
        [ANSWERS + "test_a_message_that_slack_tells_of_twice_has_one_answer"],
    ),
    Mutant(
        "the button keeps what somebody wrote",
        "nothing is kept of what people write to Drumbeat",
        "bot/welcome/flow.py",
        {'decider(session, house, heard.words), "")': "decider(session, house, heard.words), heard.words)"},
        [ANSWERS + "test_nothing_of_what_was_written_is_kept"],
    ),
    Mutant(
        "an absence is noted without days",
        "nothing is noted before the button is pressed, and then only the days on it",
        "bot/welcome/flow.py",
        {"wish.last_day is None": "False"},
        [ANSWERS + "test_days_that_are_not_understood_are_asked_for_in_the_form"],
    ),
    Mutant(
        "anybody hides the first steps",
        "only product ops hides the first steps",
        "bot/welcome/first_steps.py",
        {'    require_product_ops(session, house, slack_id, "hide the first steps")\n': ""},
        [STEPS + "test_only_product_ops_hides_them"],
    ),
    Mutant(
        "the first steps come back",
        "done once, the first steps are gone for good",
        "bot/welcome/home.py",
        {"        model.end(session, house, None)\n": ""},
        [STEPS + "test_they_are_gone_once_all_are_done_and_stay_gone"],
    ),
    Mutant(
        "a channel counts without Drumbeat in it",
        "the step of the channels is done when Drumbeat is in all of them",
        "bot/welcome/first_steps.py",
        {"if each not in there": "if False"},
        [STEPS + "test_channels_count_once_drumbeat_is_in_all_of_them"],
    ),
    Mutant(
        "at an update product ops is told that Drumbeat is here",
        "where rituals have been held, Drumbeat is no news",
        "bot/welcome/first_steps.py",
        {'    if session.execute(_IS_THERE, {"workspace_id": house.workspace_id}).one().ritual:\n        return\n': ""},
        [STEPS + "test_where_rituals_have_been_held_nobody_is_told_that_it_is_here"],
    ),
    Mutant(
        "Home greets for ever",
        "the hello goes after two looks",
        "bot/welcome/home.py",
        {"        known.seen += 1\n": ""},
        [HELLO + "test_it_goes_after_it_was_seen_twice"],
    ),
    Mutant(
        "each drawing of Home is a look",
        "Home drawn anew while somebody looks at it is one look",
        "bot/welcome/home.py",
        {"if known.seen_at is None or now - known.seen_at >= A_LOOK:": "if True:"},
        [HELLO + "test_drawn_anew_while_somebody_looks_it_is_one_look"],
    ),
)
