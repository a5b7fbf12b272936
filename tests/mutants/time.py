# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises about time: the right minute, once, also after downtime."""

from tests.mutants.mutant import Mutant

TIMERS = "tests/test_timers.py::"
SCHEDULER = "tests/test_scheduler.py::"
SCHEDULE = "tests/rituals/test_schedule.py::"
RITUALS = "tests/rituals/test_flow.py::"
STATES = "tests/rituals/test_states.py::"
ASKING = "tests/updates/test_asking.py::"
TOGETHER = "tests/updates/test_together.py::"

MUTANTS = (
    Mutant(
        "a timer is over when it is handed over, as in the stock store",
        "a process that dies with a timer in hand loses none",
        "bot/timers.py",
        {
            '    .values(owner=bindparam("node"), ': '    .values(state="fired", owner=bindparam("node"), ',
            'bindparam("timer_id"), ARMED, TIMER.c.fence ==': 'bindparam("timer_id"), TIMER.c.fence ==',
        },
        [TIMERS + "test_another_node_takes_over_from_one_that_died"],
    ),
    Mutant(
        "several processes are handed one timer",
        "each timer is in one process's hands",
        "bot/timers.py",
        {"until = to_millis(now + LEASE)": "until = to_millis(now)"},
        [TIMERS + "test_two_nodes_that_look_at_once_share_the_timers"],
    ),
    Mutant(
        "a timer fires for whoever once held it",
        "a timer that was moved or taken over fires once, at its new time",
        "bot/timers.py",
        {', ARMED, TIMER.c.fence == bindparam("held"))': ", ARMED)"},
        [TIMERS + "test_a_timer_that_is_moved_while_a_node_holds_it_waits_for_its_new_time"],
    ),
    Mutant(
        "a timer stays armed after it fired",
        "a timer fires once",
        "bot/timers.py",
        {'"cancelled"), else_="fired"))': '"cancelled"), else_="armed"))', ') != "fired":': ') != "armed":'},
        [TIMERS + "test_a_firing_that_is_tried_twice_happens_once"],
    ),
    Mutant(
        "a timer that keeps failing is tried for ever",
        "what keeps failing is set aside with its error",
        "bot/timers.py",
        {"    if timer.attempts >= MAX_ATTEMPTS:\n": "    if False:\n"},
        [TIMERS + "test_what_keeps_failing_waits_longer_each_time_and_is_set_aside_with_its_error"],
    ),
    Mutant(
        "a failing timer is tried again without a pause",
        "what fails holds up no other",
        "bot/timers.py",
        {"timedelta(seconds=2**timer.attempts)": "timedelta(0)"},
        [TIMERS + "test_what_keeps_failing_waits_longer_each_time_and_is_set_aside_with_its_error"],
    ),
    Mutant(
        "other workspaces' timers are taken too",
        "a process fires the timers of its own workspace",
        "bot/timers.py",
        {
            '    .where(ARMED, TIMER.c.workspace_id == bindparam("workspace_id"), TIMER.c.wake_at': (
                "    .where(ARMED, TIMER.c.wake_at"
            )
        },
        [TIMERS + "test_a_node_leaves_other_workspaces_timers_alone"],
    ),
    Mutant(
        "a plan made anew keeps what it no longer holds",
        "what a changed plan leaves out does not happen",
        "bot/timers.py",
        {"    kept = {step.key for step in steps}\n": "    kept = {key for _id, key, *_rest in known}\n"},
        [TIMERS + "test_a_plan_made_anew_cancels_what_is_no_longer_in_it_and_moves_the_rest"],
    ),
    Mutant(
        "what has fired fires again when its plan is made anew",
        "moving an occurrence says nothing twice",
        "bot/timers.py",
        {"        if step.key not in over:\n": "        if True:\n"},
        [
            TIMERS + "test_a_plan_made_anew_cancels_what_is_no_longer_in_it_and_moves_the_rest",
            TIMERS + "test_a_plan_remembers_what_fired_for_as_long_as_any_part_of_it_waits",
        ],
    ),
    Mutant(
        "a timer that is armed anew is forgotten",
        "what is armed at the moment in which old timers are forgotten fires",
        "bot/timers.py",
        {"delete(Timer).where(Timer.id.in_(old), RETIRED)": "delete(Timer).where(Timer.id.in_(old))"},
        [
            "tests/databases/test_retention.py::test_a_timer_that_is_armed_and_forgotten_at_the_same_moment_is_armed",
        ],
    ),
    Mutant(
        "the clock's thread ends with the database",
        "timers go on once the database is back",
        "bot/scheduler.py",
        {
            "        except Exception as error:\n            # Raised here": "        except ZeroDivisionError as error:\n            # Raised here"
        },
        [SCHEDULER + "test_asking_for_the_next_time_never_ends_the_schedulers_thread"],
    ),
    Mutant(
        "an hour that repeats counts the second time",
        "a repeated hour happens once, the first time",
        "bot/definitions/working_time.py",
        {"local.replace(tzinfo=zone, fold=0)": "local.replace(tzinfo=zone, fold=1)"},
        [SCHEDULE + "TestLocalTimeToUtc::test_a_skipped_time_becomes_the_next_and_a_repeated_one_the_first"],
    ),
    Mutant(
        "a time that is skipped in spring comes an hour late",
        "a skipped time becomes the next minute there is",
        "bot/definitions/working_time.py",
        {"    if moment.astimezone(zone).replace(tzinfo=None) == local:\n": "    if True:\n"},
        [SCHEDULE + "TestLocalTimeToUtc::test_a_skipped_time_becomes_the_next_and_a_repeated_one_the_first"],
    ),
    Mutant(
        "an occurrence is known by its moment in UTC",
        "an occurrence is one local wall-clock time, and happens once",
        "bot/rituals/flow.py",
        {
            "            slot=slot.key,\n            state=model.SCHEDULED,\n": (
                "            slot=f\"{self._times(session, house, ritual, slot)['opens_at']:%Y-%m-%dT%H:%M}\",\n"
                "            state=model.SCHEDULED,\n"
            ),
            "model.find(session, house, ritual.id, slot.key)": "model.latest(session, house, ritual.id)",
        },
        ["tests/rituals/test_wall_clock.py::test_a_ritual_just_after_midnight_happens_once_each_day"],
    ),
    Mutant(
        "an occurrence that moved is another one",
        "a holiday moves an occurrence and makes no second one",
        "bot/rituals/schedule.py",
        {"{self.moved_from or self.day}T": "{self.day}T"},
        [SCHEDULE + "TestSlots::test_a_moved_slot_keeps_its_key"],
    ),
    Mutant(
        "rituals take no notice of holidays",
        "on a holiday a ritual moves or is skipped, as it says",
        "bot/rituals/schedule.py",
        {"    if off is None:\n": "    if True:\n"},
        [SCHEDULE + "TestSlots::test_a_holiday_moves_skips_or_keeps_as_the_ritual_says"],
    ),
    Mutant(
        "an occurrence moves onto its neighbour's day",
        "no ritual happens twice on one day",
        "bot/rituals/schedule.py",
        {"    if (before and moved <= before) or (after and moved >= after):\n": "    if False:\n"},
        [SCHEDULE + "TestSlots::test_a_daily_ritual_is_never_held_twice_on_one_day"],
    ),
    Mutant(
        "everybody is asked when the workspace is",
        "each person is asked at the ritual's time in their own zone",
        "bot/rituals/schedule.py",
        {
            'clock = organisation.working_hours, zone if schedule.zone == "person" else shared': "clock = organisation.working_hours, shared"
        },
        [ASKING + "test_everybody_is_asked_at_ten_in_their_own_zone"],
    ),
    Mutant(
        "far west people are asked in their night",
        "nobody is asked outside their working hours",
        "bot/rituals/schedule.py",
        {
            "    return _asked_before(slot, schedule.prompt, latest, zone, hours, ": "    return latest\n    return _asked_before(slot, schedule.prompt, latest, zone, hours, "
        },
        [SCHEDULE + "TestOnePersonsTimes::test_somebody_whose_morning_is_after_the_cutoff_is_asked_the_day_before"],
    ),
    Mutant(
        "stand-ins are asked who are at work only after the cutoff",
        "who stands in can still answer in their working hours",
        "bot/updates/asking.py",
        {"    return None if times.in_time or asking.occurrence.run_by else NOT_AT_WORK\n": "    return None\n"},
        ["tests/updates/test_stand_ins.py::test_nobody_is_asked_whose_working_hours_begin_too_late"],
    ),
    Mutant(
        "reminders come at any hour",
        "nobody is reminded outside their working hours",
        "bot/definitions/working_time.py",
        {
            "            if at >= begin:\n                return min(at, end - timedelta(minutes=1))\n": (
                "            if True:\n                return at\n"
            )
        },
        [SCHEDULE + "TestReminder::test_it_never_comes_outside_working_hours"],
    ),
    Mutant(
        "what is put off begins at any hour",
        "nobody is written to outside their working hours",
        "bot/definitions/working_time.py",
        {"                return max(at, begin)\n": "                return at\n"},
        [SCHEDULE + "TestWorkingMoments::test_the_next_one_waits_for_morning_monday_and_the_end_of_holidays"],
    ),
    Mutant(
        "after downtime everything missed is opened",
        "what was missed never comes as a flood",
        "bot/rituals/flow.py",
        {'"latest": still_open[-1:]': '"latest": missed'},
        [RITUALS + "test_weeks_of_downtime_are_told_once_and_flood_nobody"],
    ),
    Mutant(
        "what was missed is dropped in silence",
        "what downtime swallowed is reported",
        "bot/rituals/flow.py",
        {"        if not missed:\n            return\n": "        if True:\n            return\n"},
        [RITUALS + "test_weeks_of_downtime_are_told_once_and_flood_nobody"],
    ),
    Mutant(
        "the next occurrence is not planned",
        "a ritual goes on week after week",
        "bot/rituals/flow.py",
        {
            "            self._open(session, house, ritual, occurrence)\n        self._plan_after(session, house, ritual)\n\n"
            "    def on_cutoff": ("            self._open(session, house, ritual, occurrence)\n\n    def on_cutoff")
        },
        [RITUALS + "test_it_opens_reaches_its_cutoff_and_is_published_and_the_next_is_planned"],
    ),
    Mutant(
        "an occurrence moves from any state to any other",
        "of two who open, close or skip it at once one wins",
        "bot/rituals/model.py",
        {"            Occurrence.state.in_(MOVES[state]),\n": ""},
        [STATES + "test_of_two_at_once_the_first_moves_it_and_the_other_is_told"],
    ),
    Mutant(
        "an occurrence is opened twice",
        "each occurrence happens once, on any number of processes",
        "bot/rituals/flow.py",
        {
            "        if not model.move(session, house, occurrence, model.PROMPTED):\n            return\n": (
                "        model.move(session, house, occurrence, model.PROMPTED)\n"
            ),
            "        if occurrence.state != model.SCHEDULED:\n            return\n        if ritual is None:\n": (
                "        if ritual is None:\n"
            ),
        },
        [RITUALS + "test_opening_twice_asks_once"],
    ),
    Mutant(
        "another workspace's occurrence can be had by its id",
        "every record belongs to its workspace",
        "bot/rituals/model.py",
        {
            '    Occurrence.id == bindparam("occurrence_id"), Occurrence.workspace_id == bindparam("workspace_id")\n': (
                '    Occurrence.id == bindparam("occurrence_id")\n'
            )
        },
        [STATES + "test_another_workspace_neither_sees_nor_moves_an_occurrence"],
    ),
    Mutant(
        "what happens to an occurrence leaves no trace",
        "the trail says who did what, when and why",
        "bot/rituals/model.py",
        {
            '    record(session, house, f"occurrence.{state}", f"occurrence:{occurrence.id}", actor=actor, **detail)\n': ""
        },
        [STATES + "test_the_end_keeps_when_why_and_what_and_leaves_a_trace"],
    ),
    Mutant(
        "a ritual is skipped without a reason",
        "whoever looks for a ritual learns why it was skipped",
        "bot/rituals/flow.py",
        {
            "        if not reason.strip():\n"
            '            raise UserError(f"Say why, so that people know: `/cadence skip {ritual.id} company retreat`.")\n': ""
        },
        ["tests/flows/test_weekly_update.py::test_product_ops_run_close_and_skip_by_command_and_others_may_not"],
    ),
    Mutant(
        "a changed calendar is not taken on",
        "what has not opened follows the calendar",
        "bot/rituals/flow.py",
        {"            self._replan(session, house, occurrence)\n": "            pass\n"},
        [RITUALS + "test_a_changed_calendar_moves_what_has_not_opened"],
    ),
    Mutant(
        "anybody may run a ritual out of turn",
        "only product ops acts for everybody",
        "bot/rituals/listeners.py",
        {'            require_in_charge(session, house, ritual, gesture.user, "run it out of turn")\n': ""},
        ["tests/flows/test_weekly_update.py::test_product_ops_run_close_and_skip_by_command_and_others_may_not"],
    ),
    Mutant(
        "anybody may end a ritual early",
        "only product ops acts for everybody",
        "bot/rituals/listeners.py",
        {'            require_in_charge(session, house, ritual, gesture.user, "end it early")\n': ""},
        ["tests/flows/test_weekly_update.py::test_product_ops_run_close_and_skip_by_command_and_others_may_not"],
    ),
    Mutant(
        "whoever skips a ritual skips it for everybody",
        "a participant skips only what is asked of them",
        "bot/rituals/listeners.py",
        {"rituals.skip if for_everybody else rituals.skip_own": "rituals.skip"},
        ["tests/rituals/test_who_skips.py::test_a_participant_skips_only_what_is_asked_of_them"],
    ),
    Mutant(
        "a preview of other times than those that come",
        "the preview shows what will happen",
        "bot/preview.py",
        {
            "mine = times(slot, ritual, organisation, person.zone, person.holidays)": "mine = times(slot, ritual, organisation)"
        },
        ["tests/test_preview.py::test_times_are_everybodys_own"],
    ),
)
