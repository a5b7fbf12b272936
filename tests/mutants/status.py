"""Promises about asking where something stands: nothing is guessed, nothing is shown to who may not see it."""

from tests.mutants.mutant import Mutant

ASKING = "tests/status/test_asking.py::"
ANSWERING = "tests/status/test_answering.py::"
COUNTING = "tests/status/test_counting.py::"
FLOW = "tests/flows/test_status.py::"

MUTANTS = (
    Mutant(
        "the first of several is guessed",
        "of several things one is picked by whoever asks",
        "bot/status/flow.py",
        {"    if len(found.things) != 1:\n": "    if not found.things:\n"},
        [ASKING + "test_of_several_that_fit_one_is_picked_and_it_stays_one_question"],
    ),
    Mutant(
        "a number tells that there is a restricted insight",
        "to whoever may not read it an insight does not exist",
        "bot/status/things.py",
        {"        if not insight_rights.may_see(session, house, insight, slack_id):\n": "        if False:\n"},
        [ANSWERING + "test_a_restricted_insight_is_counted_for_nobody_and_is_none_to_others"],
    ),
    Mutant(
        "restricted insights are counted",
        "restricted insights are counted for nobody",
        "bot/status/areas.py",
        {"        Insight.restricted.is_(False),\n": ""},
        [ANSWERING + "test_a_restricted_insight_is_counted_for_nobody_and_is_none_to_others"],
    ),
    Mutant(
        "a reader shows a restricted insight to a channel",
        "what not everybody may see is shown to nobody",
        "bot/status/flow.py",
        {"    if not answer.may_show:\n": "    if False:\n"},
        [ANSWERING + "test_its_reader_is_shown_the_way_to_a_restricted_insight_and_may_not_show_it"],
    ),
    Mutant(
        "other companies read along",
        "answers are shown in channels of this company alone",
        "bot/status/listeners.py",
        {"(bool(channel) and await may_reply_in(client, channel))": "bool(channel)"},
        [FLOW + "test_where_other_companies_read_along_it_is_not_shown"],
    ),
    Mutant(
        "a stranger shows answers",
        "who shows an answer is checked as they do it",
        "bot/status/flow.py",
        {
            '''"""The answer as it is now, for everybody in a channel; a `UserError` for what not everybody may see."""
    require_person(session, house, slack_id)
''': '''"""The answer as it is now, for everybody in a channel; a `UserError` for what not everybody may see."""
'''
        },
        [ANSWERING + "test_a_stranger_shows_nothing_and_asks_nobody"],
    ),
    Mutant(
        "old updates look like new ones",
        "an update is marked after one and a half times its cadence",
        "bot/status/updates.py",
        {"    return house.clock.now() - found.at > STALE_AFTER * cadence\n": "    return False\n"},
        [ANSWERING + "test_an_update_is_stale_after_one_and_a_half_weeks"],
    ),
    Mutant(
        "a draft is told to everybody",
        "only what was submitted answers",
        "bot/status/updates.py",
        {"        Update.area_id == area_id,\n        ~Update.draft,\n": "        Update.area_id == area_id,\n"},
        [ANSWERING + "test_a_draft_says_nothing"],
    ),
    Mutant(
        "another workspace's release is found",
        "no record is seen from another workspace",
        "bot/status/things.py",
        {"Release.workspace_id == house.workspace_id, Release.id == int(id)": "Release.id == int(id)"},
        [ASKING + "test_another_workspace_has_none_of_it"],
    ),
    Mutant(
        "a month is taken for a name",
        "who wants a day promised is told that none is",
        "bot/status/things.py",
        {"    for_a_date = not PROMISES.isdisjoint(asked)\n": "    for_a_date = False\n"},
        [ASKING + "test_a_day_is_never_promised"],
    ),
    Mutant(
        "an owner is asked in the name of the records",
        "a question that its owner is asked counts as not answered",
        "bot/status/flow.py",
        {"asked.settle(session, house, ask_id, answered=False)": "asked.settle(session, house, ask_id, answered=True)"},
        [ANSWERING + "test_an_answer_that_did_not_do_counts_as_none"],
    ),
    Mutant(
        "weeks begin in Greenwich",
        "a week begins on Monday where the workspace is",
        "bot/asked.py",
        {"        day = asked_at.astimezone(zone).date()\n": "        day = asked_at.date()\n"},
        [COUNTING + "test_a_week_begins_on_monday_where_the_workspace_is"],
    ),
)
