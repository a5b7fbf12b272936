# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises about planning a quarter: who says what, what the plan shows, how it is closed and corrected."""

from tests.mutants.mutant import Mutant

ASKING = "tests/quarter/test_asking.py::"
WRITING = "tests/quarter/test_writing.py::"
CLOSING = "tests/quarter/test_closing.py::"
PLAN = "tests/quarter/test_plan.py::"
FRICTIONS = "tests/quarter/test_frictions.py::"

MUTANTS = (
    Mutant(
        "anybody says what an area bets on",
        "an area's part has one source",
        "bot/quarter/rights.py",
        {"    if not may_say(session, house, slack_id, part):\n": "    if False:\n"},
        [WRITING + "test_only_its_writers_say_what_an_area_bets_on"],
    ),
    Mutant(
        "product ops is asked what an area bets on",
        "product ops writes nothing for an area",
        "bot/quarter/asking.py",
        {"        if may_decide_on_product(person.roles) and _is_there_in_time(": "        if _is_there_in_time("},
        [ASKING + "test_when_nobody_can_be_asked_the_plan_says_so"],
    ),
    Mutant(
        "who is away for a day is passed over",
        "who is back in time is asked then",
        "bot/quarter/asking.py",
        {"    return until is None or until < person.today(by - BACK_BEFORE)\n": "    return until is None\n"},
        [ASKING + "test_who_is_away_for_some_days_is_asked_when_they_are_back"],
    ),
    Mutant(
        "what was given is handed on",
        "only what waits is handed on",
        "bot/quarter/asking.py",
        {"        if not assembling.of_part(session, then, occurrence, part).is_complete:\n": "        if True:\n"},
        [ASKING + "test_what_is_given_already_is_not_handed_on"],
    ),
    Mutant(
        "the second of two writers overwrites the first",
        "nobody's words are overwritten",
        "bot/quarter/writing.py",
        {"    if bet.version != version:\n": "    if False:\n"},
        [WRITING + "test_of_two_people_who_change_a_bet_the_second_sees_that"],
    ),
    Mutant(
        "a form that arrives twice makes two bets",
        "a form counts once",
        "bot/quarter/writing.py",
        {
            "    if (known := model.by_form(session, house, form_key)) is not None:\n": "    if (known := model.by_form(session, house, form_key)) is not None and False:\n"
        },
        [
            WRITING + "test_an_area_bets_on_five_things_at_most",
            WRITING + "test_a_form_that_arrives_twice_makes_one_bet",
        ],
    ),
    Mutant(
        "what was not met needs no reason",
        "a result has its reason",
        "bot/quarter/writing.py",
        {"        if result.result and result.result != MET and not result.note.strip():\n": "        if False:\n"},
        [WRITING + "test_the_last_plan_s_bets_are_looked_back_on_with_a_reason"],
    ),
    Mutant(
        "a plan with gaps is closed without a word",
        "who closes a plan with gaps says why",
        "bot/quarter/closing.py",
        {"    if (found.incomplete or found.undone) and not although:\n": "    if False:\n"},
        [CLOSING + "test_every_bet_needs_an_owner_and_a_link_to_its_measure"],
    ),
    Mutant(
        "anybody closes the plan",
        "the head of product closes the plan",
        "bot/quarter/rights.py",
        {"    if person not in may:\n": "    if False:\n"},
        [CLOSING + "test_only_the_head_of_product_closes_it"],
    ),
    Mutant(
        "a plan that nobody closes waits for ever",
        "a planning ends with a plan or a reason",
        "bot/quarter/closing.py",
        {"    timers.replan(session, house, plan_of(occurrence), [Step(UNDECIDED, str(occurrence.id), until)])\n": ""},
        [CLOSING + "test_five_working_days_later_it_ends_without_a_plan_and_says_so"],
    ),
    Mutant(
        "a correction is made in silence",
        "what is changed afterwards is marked",
        "bot/quarter/closing.py",
        {"    outbox.update(session, house, first.message_id, messages.summary(house, kept, called, closers))\n": ""},
        [CLOSING + "test_what_is_changed_afterwards_is_marked_and_the_plan_as_it_was_stays"],
    ),
    Mutant(
        "the plan hides what is missing",
        "what is missing stands in the plan",
        "bot/quarter/messages.py",
        {"    lines = missing(house, found)\n": "    lines: list[str] = []\n"},
        [PLAN + "test_with_nothing_given_it_says_so_everywhere"],
    ),
    Mutant(
        "decisions of other rituals are taken into the plan",
        "the plan is made of its own decisions",
        "bot/decisions/planned.py",
        {"        if ritual_id and (each.forum.ritual == ritual_id or TOPIC in map(str.casefold, each.topics))\n": ""},
        [PLAN + "test_the_plan_has_the_decisions_of_its_own_ritual_and_quarter"],
    ),
    Mutant(
        "a friction shows who named it twice",
        "the same words are one friction",
        "bot/quarter/frictions.py",
        {'" ".join(sorted(folded(each.what))) or each.what': "each.what"},
        [FRICTIONS + "test_the_same_words_are_one_friction_and_what_is_ranked_first_weighs_most"],
    ),
)
