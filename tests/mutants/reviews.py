# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises about rituals that meet: their packets, what they leave, and what becomes of those that leave nothing."""

from tests.mutants.mutant import Mutant

PACKET = "tests/reviews/test_packet.py::"
CLOSING = "tests/reviews/test_closing.py::"
CHOICES = "tests/reviews/test_choices.py::"
RETROS = "tests/reviews/test_retros.py::"
OLD = "tests/reviews/test_old_meetings.py::"
FORMS = "tests/forms/test_forms.py::"
LOAD = "tests/load/test_load.py::"
FOLLOWING = "tests/reviews/test_following.py::"
UNMOVED = "tests/roadmap/test_asking.py::"

MUTANTS = (
    Mutant(
        "the team's numbers are shown of two people",
        "no number is shown that is somebody's own",
        "bot/load/figures.py",
        {"FEWEST = 5\n": "FEWEST = 2\n"},
        [LOAD + "test_of_others_one_sees_no_number_of_their_own"],
    ),
    Mutant(
        "everybody hears who is asked too much",
        "product ops alone hears who is asked too much",
        "bot/load/flow.py",
        {'people.with_role("product_ops")': "people.everybody()"},
        [LOAD + "test_product_ops_alone_hears_on_monday_who_got_too_much_and_once"],
    ),
    Mutant(
        "a packet does not follow",
        "a packet follows while it stands",
        "bot/reviews/following.py",
        {"    card.refresh(session, house, ritual, occurrence)\n": ""},
        [FOLLOWING + "test_what_moves_on_the_roadmap_stands_on_it"],
    ),
    Mutant(
        "who said that nothing moved is shown so beside what they moved",
        "what moved since is shown instead of that nothing did",
        "bot/roadmap/asking.py",
        {"if area.id in said and area.id not in moved]": "if area.id in said]"},
        [UNMOVED + "test_who_says_that_nothing_moved_and_then_moves_something_is_shown_with_that"],
    ),
    Mutant(
        "a packet is posted on a Sunday",
        "a packet is posted within working hours",
        "bot/reviews/packet.py",
        {
            "return last_working_moment(wanted, zone, organisation.working_hours, work_days.off) or wanted": "return wanted"
        },
        [PACKET + "test_over_a_weekend_it_is_posted_on_the_working_day_before"],
    ),
    Mutant(
        "a packet and a card are two messages",
        "the packet becomes the card",
        "bot/reviews/card.py",
        {"    if model.card_of(session, house, occurrence.id) is not None:\n": "    if False:\n"},
        [PACKET + "test_it_is_posted_a_day_before_and_becomes_the_card"],
    ),
    Mutant(
        "what is to be decided is cancelled",
        "only what has nothing to look at is cancelled",
        "bot/reviews/cancelling.py",
        {"    if not packet.gather(session, house, ritual, occurrence).is_empty:\n": "    if False:\n"},
        [PACKET + "test_it_is_not_cancelled_once_there_is_something_to_look_at"],
    ),
    Mutant(
        "what is over is held after all",
        "a skip is taken back only until it would have opened",
        "bot/rituals/flow.py",
        {"if found.state != model.SKIPPED or found.opens_at <= house.clock.now():": "if found.state != model.SKIPPED:"},
        [PACKET + "test_once_it_would_have_opened_it_stays_cancelled"],
    ),
    Mutant(
        "half of what was agreed is kept",
        "a form that was refused keeps nothing",
        "bot/reviews/flow.py",
        {"    if wrong:\n        raise FieldErrors(wrong)\n": ""},
        [CLOSING + "test_what_is_wrong_with_an_action_is_told_at_its_own_fields_and_nothing_is_kept"],
    ),
    Mutant(
        "a ritual is put in question twice",
        "who may choose is asked once",
        "bot/reviews/choices.py",
        {
            "    if not too_many or model.in_question(session, house, ritual.id) is not None:\n": "    if not too_many:\n"
        },
        [CHOICES + "test_one_more_that_leaves_nothing_meanwhile_asks_nothing_more"],
    ),
    Mutant(
        "a choice changes nothing about the count",
        "a recorded choice begins the count anew",
        "bot/reviews/yields.py",
        {"if state == CLOSED or _is_before(ended_at, chosen.get(ritual_id)):": "if state == CLOSED:"},
        [CHOICES + "test_a_choice_ends_the_question_and_begins_the_count_anew"],
    ),
    Mutant(
        "a ritual that left something is paused",
        "one that left something begins the count anew",
        "bot/reviews/yields.py",
        {"if state == CLOSED or _is_before(": "if _is_before("},
        [CHOICES + "test_one_that_left_something_begins_the_count_anew"],
    ),
    Mutant(
        "four changes come of a retro",
        "at most three changes of one retro",
        "bot/reviews/retros.py",
        {"MOST = 3": "MOST = 4"},
        [RETROS + "test_no_more_than_three_changes_come_of_one_but_anybody_may_still_say_something"],
    ),
    Mutant(
        "old meetings wait in silence",
        "product ops hears of old meetings without a verdict",
        "bot/reviews/old_meetings.py",
        {"if late else ()": "if not late else ()"},
        [OLD + "test_what_nobody_has_judged_in_two_weeks_is_told_to_product_ops_once"],
    ),
    Mutant(
        "a form that lay open all night counts in full",
        "longer than half an hour counts as that",
        "bot/fills.py",
        {"min(at - found.opened_at, LONGEST)": "at - found.opened_at"},
        [FORMS + "test_the_median_is_shown_and_longer_than_half_an_hour_counts_as_that"],
    ),
)
