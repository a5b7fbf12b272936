# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises about insights: told once, late once, and nobody asked or told who may not be."""

from tests.mutants.mutant import Mutant

TELLING = "tests/insights/test_telling.py::"
CLOCKS = "tests/insights/test_clocks.py::"
ROUTING = "tests/insights/test_routing.py::"
SPIKES = "tests/insights/test_spikes.py::"

MUTANTS = (
    Mutant(
        "who was told is told again when another joins",
        "each submitter is told each fact once",
        "bot/insights/telling.py",
        {
            "        if first is None or people.by_slack(submission.submitter) is None:\n": "        if people.by_slack(submission.submitter) is None:\n",
            "    return session.get_one(Told, told_id) if told_id is not None else None\n": "    return session.get_one(Told, told_id) if told_id is not None else Told(what=f'{fact}:{house.clock.now()}')\n",
        },
        [TELLING + "test_who_brought_it_twice_is_told_once"],
    ),
    Mutant(
        "what is live already is told in a second message",
        "an answer and its live release are one message",
        "bot/insights/telling.py",
        {"ANSWER, current(insight), *([live] if live else []))": "ANSWER, current(insight))"},
        [TELLING + "test_what_is_live_already_when_it_is_accepted_is_told_in_one_message"],
    ),
    Mutant(
        "a release that goes live at the moment of its acceptance is told to nobody",
        "whoever asked for it hears that it is live, whichever came first",
        "bot/insights/telling.py",
        {"    tell_live(session, house, insight)\n    whats": "    whats"},
        [TELLING + "test_what_went_live_at_the_moment_of_its_acceptance_is_told_a_little_later"],
    ),
    Mutant(
        "in a channel nobody is notified",
        "in a channel's thread its submitter is named",
        "bot/insights/telling.py",
        {
            '    # In a channel nobody is notified of what does not name them.\n    mention = submission.submitter if submission.under is not None else ""\n': '    mention = ""\n'
        },
        [TELLING + "test_in_a_thread_of_a_channel_they_are_named_so_that_slack_notifies_them"],
    ),
    Mutant(
        "what is lost in a thread is lost",
        "where the thread is gone they are told directly",
        "bot/insights/telling.py",
        {"elif (fate := fates[row.message_id]).is_lost:": "elif (fate := fates[row.message_id]).is_lost and False:"},
        [TELLING + "test_what_cannot_be_said_in_their_thread_is_said_in_their_dm_and_then_it_is_closed"],
    ),
    Mutant(
        "it is closed before Slack has the messages",
        "an insight is closed once everybody was told",
        "bot/insights/telling.py",
        {"    if waiting:\n        since": "    if waiting and insight.state != DECIDED:\n        since"},
        [TELLING + "test_it_is_closed_only_once_slack_has_it"],
    ),
    Mutant(
        "of two answers to one insight the later one wins unseen",
        "two people at once never overwrite each other",
        "bot/insights/answering.py",
        {"if seen is not None and insight.answers != seen:": "if False:"},
        [TELLING + "test_of_two_who_answer_with_a_form_the_second_sees_the_first"],
    ),
    Mutant(
        "a breach is told each time that the timer fires",
        "a breach is told once",
        "bot/insights/breaches.py",
        {
            "    if clocks.note_breach(session, house, insight):\n": "    if clocks.note_breach(session, house, insight) or True:\n",
            "{insight.breached_at:%Y%m%d%H%M%S}:{days}": "{__import__('uuid').uuid4().hex}:{days}",
        },
        [CLOCKS + "test_a_timer_that_fires_twice_tells_it_once_and_the_next_not_early"],
    ),
    Mutant(
        "the head of product hears of it with the owner",
        "who hears later hears some working days later",
        "bot/insights/breaches.py",
        {"    if again > house.clock.now():\n": "    if False:\n"},
        [CLOCKS + "test_a_timer_that_fires_twice_tells_it_once_and_the_next_not_early"],
    ),
    Mutant(
        "what is due at a review that was moved is late",
        "a clock that runs to a ritual follows it",
        "bot/insights/breaches.py",
        {"    if clocks.wait_for_ritual(session, house, insight):\n": "    if False:\n"},
        [CLOCKS + "test_a_review_that_is_moved_or_skipped_takes_what_is_due_there_along"],
    ),
    Mutant(
        "product ops stands in for an area's owner",
        "product ops is not asked to decide on the product",
        "bot/insights/routing.py",
        {"        if may_decide_on_product(person.roles)\n": "        if True\n"},
        [ROUTING + "test_while_its_owner_is_away_whoever_may_decide_in_their_place_is_asked_and_then_they_are_again"],
    ),
    Mutant(
        "whoever owned the area before goes on being asked",
        "what is open follows its area to another owner",
        "bot/insights/answering.py",
        {"(owner is None or owner.slack_id != insight.owner)": "owner is None"},
        [ROUTING + "test_when_an_area_gets_another_owner_what_is_open_there_goes_to_them_and_what_is_answered_stays"],
    ),
    Mutant(
        "a spike alerts with each insight more",
        "one spike alerts once",
        "bot/insights/spikes.py",
        {"{spike.until:%Y%m%d}:{person.slack_id}": "{spike.high}:{person.slack_id}"},
        [SPIKES + "test_three_high_ones_are_one_of_which_the_owner_hears_at_once"],
    ),
    Mutant(
        "restricted insights make a spike",
        "restricted ones never count",
        "bot/insights/spikes.py",
        {
            "        Insight.theme_id == theme_id,\n        Insight.restricted.is_(False),\n": "        Insight.theme_id == theme_id,\n"
        },
        [SPIKES + "test_restricted_and_out_of_scope_ones_never_count"],
    ),
)
