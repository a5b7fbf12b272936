"""Promises of the comms plan: whoever needs to know of a release hears of it once and in time, and nobody else."""

from tests.mutants.mutant import Mutant

CHANGES = "tests/comms/test_changes.py::"
TIMELINE = "tests/comms/test_timeline.py::"
PROOF = "tests/comms/test_proof.py::"
CALENDAR = "tests/comms/test_calendar.py::"
PLANNING, TELLING = "bot/comms/planning.py", "bot/comms/telling.py"

MUTANTS = (
    Mutant(
        "who was told once is told again with every plan",
        "each step is said once to each audience",
        PLANNING,
        {"before.state == SENT and want.step.again and before.for_day != release.target": "before.state == SENT"},
        [TIMELINE + "test_every_message_comes_once_to_whom_it_is_for_and_nobody_else_hears_anything"],
    ),
    Mutant(
        "whoever is no longer named still hears",
        "nobody outside the audience is told anything",
        PLANNING,
        {"            session.delete(line)\n    for key": "            pass\n    for key"},
        [TIMELINE + "test_whoever_is_no_longer_named_hears_nothing_more_that_was_planned"],
    ),
    Mutant(
        "a plan keeps its days when the release moves",
        "with its date everything that is still to be said moves",
        PLANNING,
        {"before.due_at, before.for_day = _due_now(house, before, want), release.target": "pass"},
        [CHANGES + "test_with_its_date_everything_that_is_still_to_be_said_moves"],
    ),
    Mutant(
        "what is entered at night is said at night",
        "what can wait is said in working hours",
        PLANNING,
        {"return next_working_moment(at, organisation.zone, organisation.working_hours, off)": "return at"},
        [TIMELINE + "test_what_is_entered_at_night_is_said_in_the_morning"],
    ),
    Mutant(
        "whoever knows only the new date hears of the change, too",
        "a change is told to whoever knows it otherwise",
        TELLING,
        {
            "return knows is not None and knows != occasion.now": "return True",
            "for recipient, knows in known.items() if knows != occasion.now": "for recipient in known",
        },
        [CHANGES + "test_whoever_hears_of_it_only_after_the_change_knows_only_the_new_date"],
    ),
    Mutant(
        "what somebody has not been shown yet counts as known",
        "two changes before they were read are one",
        TELLING,
        {"if copy.key is None or copy.key in shown]": "]"},
        [CHANGES + "test_what_a_person_has_not_been_shown_yet_follows_a_later_change"],
    ),
    Mutant(
        "the owner hears what they did",
        "who did it is not told of it",
        TELLING,
        {"        known.pop(owner.slack_id, None)": "        pass"},
        [CHANGES + "test_a_hold_is_heard_at_once_by_everybody_who_was_told"],
    ),
    Mutant(
        "a stop waits for the next day message",
        "a hold and a stop are heard within half an hour",
        PLANNING,
        {'URGENT: tuple[Event, ...] = ("held", "stopped")': "URGENT: tuple[Event, ...] = ()"},
        [CHANGES + "test_a_stop_is_heard_within_half_an_hour_and_so_is_that_it_goes_on"],
    ),
    Mutant(
        "posts of the plan do not count as a channel's posts",
        "channels get no more posts in a day than they bear",
        TELLING,
        {"routine=not urgent": "routine=False"},
        [TIMELINE + "test_one_reply_more_than_a_channel_bears_in_a_day_goes_into_a_thread"],
    ),
    Mutant(
        "an audience that nobody is in counts as told",
        "an audience without anybody to tell holds the item open",
        "bot/comms/proof.py",
        {"reached[who] = bool(audience.recipients(": "reached[who] = True or bool(audience.recipients("},
        [PROOF + "test_an_audience_that_nobody_can_be_told_for_is_marked_once_it_is_high_time"],
    ),
    Mutant(
        "whoever did not hear of a change is not named",
        "who was told before and was not told of a change is named after a working day",
        "bot/comms/proof.py",
        {"        if said.knows not in (None, now)": "        if False"},
        [PROOF + "test_whoever_has_not_heard_of_a_change_after_a_working_day_is_named"],
    ),
    Mutant(
        "releases for other people clash in the same week",
        "in the same week only releases for the same people clash",
        "bot/comms/clashes.py",
        {"            if same_day or shared:": "            if True:"},
        [PROOF + "test_another_release_is_in_the_way_on_the_same_day_or_in_the_same_week_for_the_same_people"],
    ),
    Mutant(
        "a refused picture is offered again each time",
        "a workspace that takes no pictures is not asked for a week",
        "bot/comms/listeners.py",
        {"        _plain_until[house.workspace_id] = now + PLAIN_FOR": "        pass"},
        [CALENDAR + "test_a_picture_stands_beside_it_where_slack_takes_one_and_else_the_text_alone"],
    ),
    Mutant(
        "what settles itself is ticked by hand",
        "nobody ticks what is found out",
        "bot/releases/items.py",
        {"    elif item.is_found_out and stands.state in (IN_WORK, DONE):": "    elif False:"},
        [PROOF + "test_what_settles_itself_is_not_ticked_but_may_be_waived_with_a_reason"],
    ),
    Mutant(
        "what was taken back before it was said stays unsaid",
        "what is told anew is said",
        "bot/prompts/flow.py",
        {"= news, until, urgent, None": "= news, until, urgent, prompt.ended_at"},
        [
            "tests/prompts/test_day_message.py::test_what_is_told_anew_before_it_was_said_is_said_as_it_is_now",
            CHANGES + "test_moved_there_and_back_before_anybody_read_it_nobody_is_bothered",
        ],
    ),
)
