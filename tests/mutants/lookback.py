# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises about releases that are live: who is asked, what counts, and whose name never shows."""

from tests.mutants.mutant import Mutant

CAPTURING = "tests/lookback/test_capturing.py::"
REPORTING = "tests/lookback/test_reporting.py::"
AWARENESS = "tests/lookback/test_awareness.py::"
ESCAPES = "tests/lookback/test_escapes.py::"
AIMS = "tests/lookback/test_aims.py::"
ACTIONS = "tests/lookback/test_actions.py::"
SURPRISES = "tests/lookback/test_surprises.py::"

MUTANTS = (
    Mutant(
        "a release is looked back on on a Sunday",
        "a day on which nobody works moves to the next working day",
        "bot/lookback/planning.py",
        {"return work_days.nth(due, 1) if work_days.off(due) else due": "return due"},
        [CAPTURING + "test_a_day_on_which_nobody_works_moves_to_the_next_working_day"],
    ),
    Mutant(
        "a hotfix of a low tier is not looked back on",
        "a hotfix is looked back on the next day, whatever its tier",
        "bot/lookback/planning.py",
        {"return AFTER_A_HOTFIX if release.hotfix else rules": "return rules"},
        [CAPTURING + "test_a_hotfix_is_looked_back_on_the_next_day_whatever_its_tier"],
    ),
    Mutant(
        "of two answers the later one wins unseen",
        "two people at once never overwrite each other",
        "bot/lookback/capturing.py",
        {"session, Captured, captured.id, version,": "session, Captured, captured.id, captured.version,"},
        [CAPTURING + "test_of_two_answers_to_one_form_one_is_kept_and_the_other_sees_it"],
    ),
    Mutant(
        "an edited answer is told a second time",
        "an edit changes the answer where it stands",
        "bot/lookback/capturing.py",
        {
            "if captured.message_id is not None:": "if False:",
            'dedupe=f"capture:{captured.id}"': 'dedupe=f"capture:{captured.id}:{captured.version}"',
        },
        [CAPTURING + "test_the_answers_stand_in_the_thread_and_an_edit_changes_them_there"],
    ),
    Mutant(
        "the report waits for an answer that never comes",
        "two working days after the last day the report states what is not known",
        "bot/lookback/planning.py",
        {"        reporting.post(session, house, release)\n": "        reporting.keep(session, house, release)\n"},
        [REPORTING + "test_what_nobody_has_said_two_working_days_after_the_last_day_is_not_known"],
    ),
    Mutant(
        "two answers are shown as counts",
        "below five answers nothing is shown",
        "bot/lookback/facts.py",
        {"FEWEST = 5": "FEWEST = 1"},
        [AWARENESS + "test_an_answer_closes_the_question_and_stays_the_persons_own"],
    ),
    Mutant(
        "what is left out follows from the sum",
        "counts show nobody's answer",
        "bot/lookback/awareness.py",
        {"[] if 0 < hidden < FEWEST else shown": "shown"},
        [AWARENESS + "test_a_function_is_counted_from_five_answers_on_and_where_it_gives_no_other_away"],
    ),
    Mutant(
        "two escapes are enough",
        "an item with three escapes in a quarter is proposed for change",
        "bot/lookback/checklist.py",
        {"MANY_ESCAPES = 3": "MANY_ESCAPES = 2"},
        [ESCAPES + "test_three_escapes_in_a_quarter_propose_to_change_an_item_and_product_ops_hears_so_once"],
    ),
    Mutant(
        "an item is dropped after a few weeks",
        "an item that caught nothing in two quarters is proposed for removal",
        "bot/lookback/checklist.py",
        {"elif is_known_long and len(did)": "elif len(did)"},
        [ESCAPES + "test_of_few_releases_or_a_short_time_nothing_is_said"],
    ),
    Mutant(
        "the aim is written after the fact",
        "a release is measured against what was said before it was live",
        "bot/lookback/aims.py",
        {"if begun is not None and aim is not None:": "if False:"},
        [AIMS + "test_once_it_is_live_what_was_said_stays"],
    ),
    Mutant(
        "a fourth action is agreed on",
        "at most three actions for a release",
        "bot/lookback/actions.py",
        {"MOST = 3": "MOST = 4"},
        [ACTIONS + "test_more_than_three_are_refused_but_a_dropped_one_makes_room"],
    ),
    Mutant(
        "a second press is a second surprise",
        "each person is counted once",
        "bot/lookback/surprises.py",
        {
            "(before := _said_before(session, house, release, slack_id))": "(before := _said_before(session, house, release, words))"
        },
        [SURPRISES + "test_what_is_known_counts_for_its_release_once_a_person_and_without_a_name"],
    ),
    Mutant(
        "somebody says of a change that is not theirs that it is real",
        "only whoever was named answers",
        "bot/lookback/surprises.py",
        {"if surprise.owner != slack_id:": "if False:"},
        [SURPRISES + "test_only_product_ops_searches_and_only_who_was_named_answers"],
    ),
)
