# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises about the artifact library: what is tested as an artifact goes out, who hears of it, and what counts as read."""

from tests.mutants.mutant import Mutant

DONE = "tests/artifacts/test_done.py::"
OUT = "tests/artifacts/test_going_out.py::"
FRESH = "tests/artifacts/test_freshness.py::"
LIST = "tests/artifacts/test_listing.py::"
LAUNCHES = "tests/artifacts/test_launches.py::"

MUTANTS = (
    Mutant(
        "a silent area needs no owner",
        "every area of a digest is accounted for",
        "bot/updates/done.py",
        {"return [area.name for area in ownerless if area.id not in answered]": "return []"},
        [DONE + "test_a_silent_area_is_accounted_for_only_by_somebody_who_can_be_asked"],
    ),
    Mutant(
        "an area that answered is silent",
        "who has answered accounts for an area",
        "bot/updates/done.py",
        {"for area in ownerless if area.id not in answered]": "for area in ownerless]"},
        [DONE + "test_a_silent_area_is_accounted_for_only_by_somebody_who_can_be_asked"],
    ),
    Mutant(
        "amber is red",
        "only a red area must have an owner",
        "bot/updates/done.py",
        {"if answered.get(area.id) == RED]": "if area.id in answered]"},
        [DONE + "test_a_red_area_needs_an_owner_and_an_amber_one_does_not"],
    ),
    Mutant(
        "it may come a day late",
        "an artifact is posted by its time",
        "bot/rituals/punctual.py",
        {"if at > by + AS_GOOD_AS else []": "if at > by + timedelta(days=2) else []"},
        [DONE + "test_it_came_in_time_or_it_says_when"],
    ),
    Mutant(
        "a day on the roadmap is no day",
        "nothing on the roadmap is a date",
        "bot/roadmap/done.py",
        {'or bool(_DAY.search(f"{item.name}\\n{item.purpose}"))': ""},
        [DONE + "test_an_item_that_names_a_day_is_no_range"],
    ),
    Mutant(
        "a month is a day",
        "months are ranges",
        "bot/roadmap/done.py",
        {r"\b\d{{4}}-\d\d-\d\d\b": r"\b\d{{4}}-\d\d\b"},
        [DONE + "test_months_quarters_and_numbers_are_no_days"],
    ),
    Mutant(
        "an area without writers has a source",
        "each area has one source",
        "bot/roadmap/done.py",
        {"if area is None or not rights.writers(session, house, id)": "if area is None"},
        [DONE + "test_an_area_whose_writers_have_all_left_has_no_source"],
    ),
    Mutant(
        "a theme needs nobody",
        "each theme has an owner, or somebody who answers by a day",
        "bot/insights/digest.py",
        {"return people.by_slack(row.owner) is not None and row.due_at is not None": "return True"},
        [DONE + "test_a_theme_needs_an_owner_or_somebody_who_answers_by_a_day"],
    ),
    Mutant(
        "one option is two",
        "a decision says what else was considered",
        "bot/decisions/done.py",
        {"< LEAST_OPTIONS": "< LEAST_OPTIONS - 1"},
        [DONE + "test_a_decision_says_what_else_was_considered"],
    ),
    Mutant(
        "the four answers are missed too early",
        "a brief is judged once the release may go out",
        "bot/releases/done.py",
        {"    if release.state != LIVE and not (call and call.lets_go(release, tier)):\n        return []\n": ""},
        [DONE + "test_the_four_questions_are_to_be_answered_once_it_may_go_out"],
    ),
    Mutant(
        "a bundle is missed too early",
        "a bundle is judged once the release is live",
        "bot/enablement/done.py",
        {"or release.state != LIVE or": "or"},
        [DONE + "test_before_it_is_live_people_may_still_confirm"],
    ),
    Mutant(
        "a report is done without its answers",
        "a report says who has not answered",
        "bot/lookback/done.py",
        {"if each.answered_at is None]": "if False]"},
        [DONE + "test_a_report_is_done_once_everybody_who_was_asked_has_answered"],
    ),
    Mutant(
        "a broken test holds up the digest",
        "nothing of the library keeps an artifact from going out",
        "bot/artifacts/library.py",
        {"    except Exception:\n": "    except KeyError:\n"},
        [OUT + "test_a_test_that_breaks_holds_nothing_up"],
    ),
    Mutant(
        "an owner hears of it each time",
        "what an artifact lacks is told once",
        "bot/artifacts/telling.py",
        {
            'f"{_beginning(artifact)}:{issue.id}:{slack_id}"': 'f"{_beginning(artifact)}:{issue.id}:{slack_id}:{house.clock.now()}"',
            "        elif issue.told_at is None:\n": "        elif issue.failed:\n",
        },
        [OUT + "test_its_owner_and_product_ops_hear_once_what_mends_it"],
    ),
    Mutant(
        "what is mended is told",
        "what is mended before anybody was shown it is not told",
        "bot/artifacts/telling.py",
        {"        prompts.withdraw(session, house, key)\n": "        pass\n"},
        [OUT + "test_what_is_mended_before_anybody_was_shown_is_not_told"],
    ),
    Mutant(
        "a decider reads of others' decisions",
        "what was lacking is told to whom it concerns",
        "bot/artifacts/telling.py",
        {"if each.failed and slack_id in _told(session, house, artifact, each)": "if each.failed"},
        [OUT + "test_what_was_not_shown_yet_is_said_together_each_to_whom_it_concerns"],
    ),
    Mutant(
        "a pause makes it stale",
        "a ritual that is paused is not missed",
        "bot/artifacts/freshness.py",
        {"slots(as_it_stands(session, house, ritual), organisation,": "slots(ritual, organisation,"},
        [FRESH + "test_what_is_paused_for_good_is_not_missed"],
    ),
    Mutant(
        "a new one takes nothing away",
        "a new issue ends that the last one is stale",
        "bot/artifacts/freshness.py",
        {"            prompts.withdraw(session, house, key)\n": "            pass\n"},
        [FRESH + "test_a_new_one_takes_away_what_nobody_was_shown"],
    ),
    Mutant(
        "everybody reads that nobody reads",
        "that nobody opens an artifact is for its owner and product ops",
        "bot/artifacts/listing.py",
        {"return person.is_product_ops or person in owners.owners(session, house, artifact)": "return True"},
        [LIST + "test_its_owner_and_product_ops_see_that_nobody_opened_it_and_nobody_else_does"],
    ),
    Mutant(
        "a ritual cites what it leaves",
        "that a ritual names its own artifact as it closes is no reader",
        "bot/artifacts/reading.py",
        {'if ritual_id != (each.ritual or "") or not ritual_id:': "if True:"},
        [LIST + "test_a_review_that_closes_with_it_cites_it_but_not_the_ritual_that_leaves_it"],
    ),
    Mutant(
        "a longer word cites it",
        "an artifact is cited by its own id",
        "bot/artifacts/reading.py",
        {r'rf"(?<![\w-]){re.escape(each.id)}(?![\w-])"': "re.escape(each.id)"},
        [LIST + "test_other_words_and_other_messages_do_not_cite_it"],
    ),
    Mutant(
        "a bundle is not judged again",
        "what releases leave is held against its definition whenever they change",
        "bot/artifacts/model.py",
        {"    if issue.done != done:\n        issue.done = done\n": ""},
        [LAUNCHES + "test_a_bundle_is_there_once_it_is_published_and_is_judged_as_the_release_goes_live"],
    ),
    Mutant(
        "six templates are as good as seven",
        "people fill at most six templates",
        "bot/definitions/check_artifacts.py",
        {"    if len(filled) > MOST_FILLED:\n": "    if len(filled) > MOST_FILLED + 1:\n"},
        ["tests/definitions/test_artifacts.py::test_people_fill_at_most_six_templates"],
    ),
)
