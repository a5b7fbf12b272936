# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises of insights: two triagers never meet, what is undone is as it was, and everybody is told each thing once."""

from tests.mutants.mutant import Mutant

FORM = "tests/insights/test_triage_form.py::"
MERGING = "tests/insights/test_merging.py::"
QUESTIONS = "tests/insights/test_questions.py::"
RESTRICTED = "tests/insights/test_restricted.py::"
LIST = "tests/insights/test_queue_list.py::"
QUEUE, DESK, MERGES = "bot/insights/queue.py", "bot/insights/desk.py", "bot/insights/merging.py"
TRIAGE, CLOCKS = "bot/insights/triage.py", "bot/insights/clocks.py"

MUTANTS = (
    Mutant(
        "the next is taken that another works on",
        "two triagers never have the same insight",
        QUEUE,
        {
            "query = select(Insight).where(*_in_queue(session, house, slack_id), free)": "query = select(Insight).where(*_in_queue(session, house, slack_id))"
        },
        [FORM + "test_two_triagers_never_have_the_same_one"],
    ),
    Mutant(
        "one is opened that another works on",
        "whoever opened an insight has it to themselves for a while",
        QUEUE,
        {
            "    if until is not None and until > house.clock.now() and insight.lease_by": "    if until is None and insight.lease_by"
        },
        [FORM + "test_two_triagers_never_have_the_same_one"],
    ),
    Mutant(
        "a lease never lapses",
        "what somebody has opened and left is free again after ten minutes",
        QUEUE,
        {"Insight.lease_until <= now, ": ""},
        [FORM + "test_two_triagers_never_have_the_same_one"],
    ),
    Mutant(
        "a form changes what somebody else has changed since",
        "who was slower is told so",
        DESK,
        {"if insight.version != version and (by :=": "if insight.version < version and (by :="},
        [FORM + "test_who_comes_too_late_is_told_who_was_quicker_and_loses_no_words"],
    ),
    Mutant(
        "a form that comes twice splits twice",
        "a form counts once",
        TRIAGE,
        {"    # So that the same form does not split it again.\n    move(session, house, insight, states.SORT)\n": ""},
        [FORM + "test_a_form_that_is_submitted_twice_counts_once"],
    ),
    Mutant(
        "what was split off something restricted is shown to all",
        "a part is as restricted as the whole",
        TRIAGE,
        {"restricted = (insight.restricted or restricted) and": "restricted = insight.restricted and"},
        [FORM + "test_what_is_split_off_something_restricted_is_shown_to_nobody_else"],
    ),
    Mutant(
        "a merge that is undone gives new time",
        "a merge that is undone leaves the clock as it stood",
        MERGES,
        {"clocks.restore(session, house, insight, merged.before)": "clocks.start(session, house, insight)"},
        [MERGING + "test_undone_its_clock_runs_on_as_it_stood"],
    ),
    Mutant(
        "who left a chain of duplicates comes back to it",
        "a merge that is undone takes along its own submitters alone",
        MERGES,
        {"merged.submissions = [id for id in merged.submissions if id not in submissions]": "pass"},
        [MERGING + "test_in_a_chain_each_is_undone_with_its_own"],
    ),
    Mutant(
        "the owner of a duplicate goes on being asked",
        "nobody is asked for what is merged",
        MERGES,
        {"    asking.stop(session, house, insight)\n": ""},
        [MERGING + "test_undone_its_owner_is_asked_for_it_again"],
    ),
    Mutant(
        "who brought a duplicate of what is answered hears nothing",
        "every submitter is told what becomes of it",
        MERGES,
        {"    telling.catch_up(session, house, into)\n": ""},
        [MERGING + "test_what_is_merged_into_something_answered_is_answered"],
    ),
    Mutant(
        "out of scope for the second time is told to nobody",
        "each fact is told once to each submitter",
        TRIAGE,
        {"decided_by=slack_id, answers=Insight.answers + 1,": "decided_by=slack_id,"},
        [MERGING + "test_each_time_it_is_put_out_of_scope_its_submitters_read_why"],
    ),
    Mutant(
        "a clock runs through the weekend once a question is answered",
        "only working time counts",
        CLOCKS,
        {"due_at=after_work(house.clock.now(), left, *_hours(house))": "due_at=house.clock.now() + left"},
        [QUESTIONS + "test_only_working_time_counts_and_none_while_it_is_asked"],
    ),
    Mutant(
        "several at once include what somebody has changed since",
        "all of what is chosen as it was shown, or none of it",
        "bot/insights/bulk.py",
        {
            "desk.as_shown(session, house, slack_id, ref, versions.get(ref, 0))": "model.get(session, house, ref)",
            "if insight.version != versions.get(ref):": "if not ref:",
        },
        [LIST + "test_nothing_is_changed_when_somebody_works_on_one_or_was_quicker"],
    ),
    Mutant(
        "what counts for something restricted is seen by everybody",
        "what says the same as something restricted is as restricted",
        "bot/insights/rights.py",
        {"if not is_for_readers(session, house, insight) or slack_id": "if not insight.restricted or slack_id"},
        [RESTRICTED + "test_what_was_merged_into_one_that_becomes_restricted_is_seen_by_nobody_else_either"],
    ),
    Mutant(
        "the card of what counts for something restricted stays in the channel",
        "what says the same as something restricted is as restricted",
        "bot/insights/telling.py",
        {"is_hidden = not insight.restricted and is_for_readers(session, house, insight)": "is_hidden = False"},
        [RESTRICTED + "test_what_is_merged_into_a_restricted_one_is_seen_by_nobody_else_from_then_on"],
    ),
    Mutant(
        "the thread in a channel keeps what was asked and answered",
        "what becomes restricted is taken from wherever others read it",
        "bot/insights/telling.py",
        {"(submission.card_id, *_said_under(session, house, submission))": "(submission.card_id,)"},
        [RESTRICTED + "test_the_thread_it_came_from_reads_neither_what_was_asked_nor_what_was_answered"],
    ),
    Mutant(
        "whoever was asked before reads on in their day message",
        "what becomes restricted is taken from wherever others read it",
        "bot/insights/asking.py",
        {"    if not may_see(session, house, insight, slack_id):": "    if False:"},
        [RESTRICTED + "test_whoever_had_it_before_does_not_read_what_became_of_it"],
    ),
    Mutant(
        "whoever answers for a source reads what is restricted",
        "a source's owner hears that it is answered, and no more",
        "bot/insights/telling.py",
        {"if may_see(session, house, insight, submission.submitter):": "if True:"},
        [RESTRICTED + "test_whoever_answers_for_its_source_hears_that_it_is_answered_and_not_what_it_says"],
    ),
    Mutant(
        "a spike keeps what has become restricted",
        "what is about something else now, or restricted, is evidence of no spike",
        TRIAGE,
        {"dict.fromkeys([*before, (insight.area_id, insight.theme_id)])": "[(insight.area_id, insight.theme_id)]"},
        [RESTRICTED + "test_it_is_evidence_of_no_spike_any_more"],
    ),
)
