# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises of the operating system itself: interview, charter, checks, measures, pulses, ideas, registers, pilot, rubric, pack."""

from tests.mutants.mutant import Mutant

APART = "tests/databases/test_rooms_apart.py::"
ANSWERS = "tests/setup/test_answers.py::"
MEASURED = "tests/setup/test_measured.py::"
INTERVIEW = "tests/flows/test_setup.py::"
CHARTER = "tests/flows/test_charter.py::"
NIGHTLY = "tests/checks/test_nightly.py::"
FORMULAS = "tests/measures/test_formulas.py::"
STANDING = "tests/measures/test_standing.py::"
RESULTS = "tests/pulses/test_results.py::"
ASKING = "tests/pulses/test_asking.py::"
IDEAS = "tests/flows/test_improvements.py::"
REGISTERS = "tests/registers/test_standing.py::"
RISKS = "tests/flows/test_registers.py::"
NOTICES = "tests/pilot/test_notices.py::"
GATES = "tests/flows/test_pilot.py::"
MEMBERSHIP = "tests/pilot/test_membership.py::"
SCORING = "tests/rubric/test_findings.py::"
RUBRIC = "tests/flows/test_rubric.py::"
CAPS = "tests/rubric/test_caps.py::"
PACK = "tests/flows/test_pack.py::"
FILES = "tests/pack/test_files.py::"

_SETUP = (
    Mutant(
        "the interview begins with its first question each time",
        "it stops anywhere and goes on from there",
        "bot/setup/flow.py",
        {"QUESTIONS.values() if each.id not in answers), None)": "QUESTIONS.values() if True), None)"},
        [INTERVIEW + "test_what_nobody_knows_is_assumed_shown_and_applied"],
    ),
    Mutant(
        "what is part of an assumption is shown as known",
        "an assumption is labelled wherever its value is used",
        "bot/definitions/assumptions.py",
        {"any(is_within(path, each.what) or ": "any(path == each.what or "},
        [ANSWERS + "test_a_value_is_labelled_as_assumed_with_all_that_is_part_of_it"],
    ),
    Mutant(
        "anybody sets Drumbeat up",
        "the head of product, product ops and the sponsor set it up",
        "bot/setup/flow.py",
        {"any(role in person.roles for role in SET_UP):": "person.roles is not None:"},
        [ANSWERS + "test_only_who_sets_up_may"],
    ),
    Mutant(
        "of two who answer at once the first is overtaken unseen",
        "whoever answers is told what somebody else had said meanwhile",
        "bot/setup/flow.py",
        {"before if is_new else None)": "None)"},
        [ANSWERS + "test_of_two_who_answer_at_once_the_last_is_told_and_both_answers_are_kept"],
    ),
    Mutant(
        "what is proposed is applied over a version that has come meanwhile",
        "nothing is applied but what whoever applies it has seen",
        "bot/setup/flow.py",
        {'    if of.partition(":")[0] != str(house.version):\n': "    if False:\n"},
        [ANSWERS + "test_a_proposal_is_not_applied_over_a_version_that_came_meanwhile"],
    ),
    Mutant(
        "what nobody knows taken for a fact",
        "what nobody knows is assumed, and shown as assumed",
        "bot/setup/resolving.py",
        {"            if is_guess and (answer is not None or ": "            if False and (answer is not None or "},
        [INTERVIEW + "test_what_nobody_knows_is_assumed_shown_and_applied"],
    ),
    Mutant(
        "what is to become easier has nothing to be counted from",
        "what a measure with a target is computed from comes with what is proposed",
        "bot/setup/composing.py",
        {"    return {part for each in measured for part in NEEDS.get(each, ())}\n": "    return set()\n"},
        [MEASURED + "test_a_target_that_somebody_wrote_keeps_what_it_is_computed_from"],
    ),
    Mutant(
        "anybody confirms an assumption",
        "its owner confirms it, or who sets up",
        "bot/setup/assuming.py",
        {"    if owner is None or owner.slack_id != by:\n": "    if owner is None:\n"},
        [ANSWERS + "test_only_its_owner_or_who_sets_up_confirms_an_assumption"],
    ),
    Mutant(
        "the answers of all workspaces are one interview",
        "each workspace has its own interview",
        "bot/setup/model.py",
        {'.where(SetupAnswer.workspace_id == bindparam("workspace_id"))': ""},
        [APART + "test_another_workspace_sees_none_of_it"],
    ),
)

_CHARTER = (
    Mutant(
        "anybody approves the charter",
        "only the head of product approves the charter",
        "bot/charter/flow.py",
        {"    if HEAD_OF_PRODUCT not in person.roles:\n": "    if False:\n"},
        [CHARTER + "test_the_charter_is_announced_and_its_head_of_product_approves_it_with_a_button"],
    ),
    Mutant(
        "what has changed meanwhile is approved unread",
        "an edition is approved by who has read it",
        "bot/charter/flow.py",
        {"    if str(edition.number) != number:\n": "    if False:\n"},
        [CHARTER + "test_what_has_changed_meanwhile_is_not_approved_unread"],
    ),
    Mutant(
        "an approval holds for every later charter",
        "a changed charter needs an approval of its own",
        "bot/charter/flow.py",
        {"before.content == model.content_of(charter):": "before.approved is not None:"},
        [CHARTER + "test_an_edit_is_told_once_it_has_settled_and_needs_an_approval_of_its_own"],
    ),
    Mutant(
        "once approved it is never looked at again",
        "after half a year the charter is to be confirmed",
        "bot/charter/flow.py",
        {"    return due is None or due < _today(house)\n": "    return due is None\n"},
        ["tests/charter/test_findings.py::test_a_charter_waits_for_its_approval_and_after_half_a_year_for_its_review"],
    ),
    Mutant(
        "the charter of another workspace is shown",
        "no record is seen from another workspace",
        "bot/charter/model.py",
        {'    .where(CharterEdition.workspace_id == bindparam("workspace_id"))\n': ""},
        [APART + "test_another_workspace_sees_none_of_it"],
    ),
    Mutant(
        "the block of decision rights can be taken out",
        "it can be worded otherwise, and not removed",
        "bot/definitions/check_charter.py",
        {"    if not charter.decision_rights:\n": "    if False:\n"},
        ["tests/definitions/test_charter.py::test_decision_rights_are_reworded_and_never_removed"],
    ),
)

_CHECKS = (
    Mutant(
        "an owner gets a line for each thing",
        "one line for an owner, whatever is to be mended",
        "bot/checks/flow.py",
        {
            '            title, text, more = messages.digest_line(house, sorted(theirs, key=_worst_first))\n            prompts.tell(session, house, person, f"{NIGHTLY}:{today}:{person}", title, text, more=more)\n': '            for each in theirs:\n                title, text, more = messages.digest_line(house, [each])\n                prompts.tell(session, house, person, f"{NIGHTLY}:{today}:{person}:{each.id}", title, text, more=more)\n'
        },
        [NIGHTLY + "test_an_owner_hears_of_everything_in_one_line_whatever_it_breaks"],
    ),
    Mutant(
        "the same is told every night",
        "what was told is told again once there is something new",
        "bot/checks/flow.py",
        {"        if any(each.told_at is None for each in theirs):\n": "        if theirs:\n"},
        [NIGHTLY + "test_what_was_told_is_not_told_again_until_there_is_something_new"],
    ),
    Mutant(
        "what is only worth knowing is told",
        "an info is listed and told to nobody",
        "bot/checks/flow.py",
        {"if each.id not in waived and each.level != catalogue.INFO]": "if each.id not in waived]"},
        [NIGHTLY + "test_an_info_is_listed_and_never_told"],
    ),
    Mutant(
        "what nobody owns is told to nobody",
        "what nobody owns any more comes to product ops",
        "bot/checks/flow.py",
        {'    return [each.slack_id for each in people.with_role("product_ops")]\n': "    return []\n"},
        [NIGHTLY + "test_what_nobody_owns_is_told_to_product_ops"],
    ),
    Mutant(
        "what is waived leaves the pack incomplete",
        "what is waived until a day leaves nothing incomplete so long",
        "bot/checks/flow.py",
        {"if (each.rule, each.about[:ABOUT_LIMIT]) not in waived]": "]"},
        [NIGHTLY + "test_waived_it_is_out_of_the_way_until_the_waiver_ends_and_then_comes_back"],
    ),
    Mutant(
        "what is waived once is waived for ever",
        "a waiver counts until its day",
        "bot/checks/model.py",
        {', Waiver.until >= bindparam("today"))': ")"},
        [NIGHTLY + "test_waived_it_is_out_of_the_way_until_the_waiver_ends_and_then_comes_back"],
    ),
    Mutant(
        "what comes back after its waiver is told to nobody",
        "its owner hears of it again when the waiver ends",
        "bot/checks/flow.py",
        {"    found.told_at = None\n    session.flush()": "    session.flush()"},
        [NIGHTLY + "test_waived_it_is_out_of_the_way_until_the_waiver_ends_and_then_comes_back"],
    ),
    Mutant(
        "a waiver goes without a reason",
        "a waiver names why",
        "bot/checks/flow.py",
        {"    if not reason.strip():\n": "    if False:\n"},
        [NIGHTLY + "test_a_waiver_needs_a_reason_and_a_day_within_90"],
    ),
    Mutant(
        "a waiver lasts as long as somebody likes",
        "a waiver lasts at most 90 days",
        "bot/checks/flow.py",
        {"not today <= day <= today + LONGEST_WAIVER": "day < today"},
        [NIGHTLY + "test_a_waiver_needs_a_reason_and_a_day_within_90"],
    ),
    Mutant(
        "anybody waives",
        "only product ops waives what a check has found",
        "bot/checks/flow.py",
        {'    require_product_ops(session, house, slack_id, "waive': '    _ = (session, house, slack_id, "waive'},
        [NIGHTLY + "test_only_product_ops_waives"],
    ),
    Mutant(
        "everybody sees what everybody else is to mend",
        "a person's list is theirs; product ops sees all",
        "bot/checks/flow.py",
        {"if is_everything or _is_theirs(each, people, slack_id)]": "if True]"},
        [NIGHTLY + "test_the_list_of_a_person_is_theirs_and_product_ops_sees_all"],
    ),
    Mutant(
        "one workspace's look ends what is found in another",
        "each workspace has its own findings",
        "bot/checks/model.py",
        {
            "    query = select(Found).where(Found.workspace_id == house.workspace_id)\n    return {": "    query = select(Found)\n    return {"
        },
        [NIGHTLY + "test_another_workspace_neither_sees_nor_ends_it"],
    ),
)

_MEASURES = (
    Mutant(
        "a poll that four answered is shown",
        "of fewer than five answers nothing is shown",
        "bot/measures/launches.py",
        {"    if 0 < answers < FEWEST:\n": "    if False:\n"},
        [FORMULAS + "test_m5_of_fewer_than_five_answers_nothing_is_shown"],
    ),
    Mutant(
        "a pulse that four answered is shown",
        "of fewer than five answers no pulse is shown, whatever it gives away itself",
        "bot/measures/effort.py",
        {" or first.favourable is None or first.n < FEWEST:": " or first.favourable is None:"},
        [FORMULAS + "test_m14_favourable_answers_of_five_or_more"],
    ),
    Mutant(
        "the minutes that one person's forms take are shown",
        "minutes of forms are shown where five people or more filled them in",
        "bot/measures/effort.py",
        {"took.people < FEWEST": "len(took.minutes) < FEWEST"},
        [FORMULAS + "test_m12_minutes_product_managers_say_and_those_their_forms_take"],
    ),
    Mutant(
        "how often one person is in time is shown to all",
        "an area's updates in time are shown to whoever was asked for them",
        "bot/measures/rhythm.py",
        {"_expected(house, period), Ask.asked == slack_id)": "_expected(house, period))"},
        ["tests/measures/test_over_the_wire.py::test_everybody_sees_how_the_operating_system_does"],
    ),
    Mutant(
        "the load of one person is shown as everybody's",
        "what one person gets is shown to them alone",
        "bot/load/figures.py",
        {"    enough = len(people) >= FEWEST\n": "    enough = bool(people)\n"},
        [FORMULAS + "test_m17_of_fewer_than_five_people_nothing_is_shown"],
    ),
    Mutant(
        "the average stands for the middle",
        "medians, never averages",
        "bot/measures/figure.py",
        {"float(median(ordered))": "sum(ordered) / len(ordered)"},
        [FORMULAS + "test_m3_days_from_raising_to_deciding_median_and_what_85_of_100_do_not_exceed"],
    ),
    Mutant(
        "the worst of all stands for what 85 of 100 do not exceed",
        "beside a median stands what 85 of 100 do not exceed",
        "bot/measures/figure.py",
        {"ordered[ceil(MOST_BUT * len(ordered)) - 1]": "ordered[-1]"},
        [STANDING + "test_the_median_and_what_85_of_100_do_not_exceed"],
    ),
    Mutant(
        "a measure is met with no baseline",
        "nothing is met without a figure, a baseline and a target",
        "bot/measures/standing.py",
        {
            " or baseline is None or baseline.value is None:\n        return NO_BASELINE": ":\n        return NO_BASELINE\n    if baseline is None or baseline.value is None:\n        return MET"
        },
        [STANDING + "test_nothing_is_met_or_on_course_without_a_figure_a_baseline_and_a_target"],
    ),
    Mutant(
        "without anything to compute it from it is met",
        "nothing is met without data",
        "bot/measures/standing.py",
        {"    if now.value is None:\n        return NO_DATA\n": "    if now.value is None:\n        return MET\n"},
        [STANDING + "test_nothing_is_met_or_on_course_without_a_figure_a_baseline_and_a_target"],
    ),
    Mutant(
        "after its day a measure is still on course",
        "after its day what is not met is off",
        "bot/measures/standing.py",
        {"is_better and (definition.by is None or today <= definition.by)": "is_better"},
        [STANDING + "test_after_its_day_what_is_not_met_is_off"],
    ),
    Mutant(
        "who was away lowers the share of updates in time",
        "who was away or let off is not expected",
        "bot/measures/rhythm.py",
        {"        Ask.state.not_in((AWAY, LET_OFF)),\n": ""},
        [FORMULAS + "test_m1_updates_in_time_of_those_expected_without_who_was_away"],
    ),
    Mutant(
        "what was recorded as decided counts as decided in no time",
        "what was never waited for has no latency",
        "bot/measures/deciding.py",
        {"        Decision.decided_at > Decision.raised_at,\n": ""},
        [FORMULAS + "test_m3_days_from_raising_to_deciding_median_and_what_85_of_100_do_not_exceed"],
    ),
    Mutant(
        "decisions of another workspace count",
        "each workspace has its own measures",
        "bot/measures/deciding.py",
        {
            "        Decision.workspace_id == house.workspace_id,\n        Decision.decided_at.between(period": "        Decision.decided_at.between(period"
        },
        [FORMULAS + "test_m3_days_from_raising_to_deciding_median_and_what_85_of_100_do_not_exceed"],
    ),
    Mutant(
        "launches of another workspace count",
        "each workspace has its own launches",
        "bot/measures/launches.py",
        {"return [LookBack.workspace_id == house.workspace_id, LookBack": "return [LookBack"},
        [FORMULAS + "test_m5_launches_that_surprised_somebody_of_those_polled"],
    ),
)

_PULSES = (
    Mutant(
        "what four said is shown",
        "with fewer than five answers nothing is shown",
        "bot/pulses/results.py",
        {"    if people < LEAST:\n": "    if False:\n", "    if len(values) < LEAST:\n": "    if not values:\n"},
        [RESULTS + "test_words_of_few_are_not_shown_even_with_consent"],
    ),
    Mutant(
        "the same few are shown once they have answered often enough",
        "few people who answer again each month are still few",
        "bot/pulses/results.py",
        {"if len(answers) >= LEAST for answer": "if answers for answer"},
        [RESULTS + "test_few_people_who_answer_again_each_month_are_still_few"],
    ),
    Mutant(
        "what the others said can be worked out",
        "a function is left out where the others are so few",
        "bot/pulses/results.py",
        {"    return {} if 0 < others < LEAST else enough\n": "    return enough\n"},
        [RESULTS + "test_a_function_is_left_out_where_the_others_are_so_few_that_they_could_be_worked_out"],
    ),
    Mutant(
        "words are shown without consent",
        "words are shown only with consent",
        "bot/pulses/results.py",
        {"for each in some if each.may_quote)": "for each in some if each.words)"},
        [RESULTS + "test_words_are_shown_only_with_consent_and_with_five_who_answered"],
    ),
    Mutant(
        "somebody is asked by two pulses in a month",
        "nobody is asked twice within thirty days",
        "bot/pulses/flow.py",
        {" if each.slack_id not in lately]": "]"},
        [ASKING + "test_nobody_is_asked_twice_within_thirty_days"],
    ),
    Mutant(
        "the pulses of another workspace are this one's",
        "each workspace has its own pulses",
        "bot/pulses/model.py",
        {"    if found is None or found.workspace_id != house.workspace_id:\n": "    if found is None:\n"},
        [APART + "test_by_its_number_nobody_elsewhere_reaches_it"],
    ),
)

_IDEAS = (
    Mutant(
        "an idea is declined without a word",
        "whoever had the idea reads why it was declined",
        "bot/improvements/flow.py",
        {"    if choice == DECLINED and not reason.strip():\n": "    if False:\n"},
        [IDEAS + "test_an_idea_is_answered_in_the_weekly_triage_done_and_told_of_in_one_message"],
    ),
    Mutant(
        "anybody answers ideas",
        "only product ops answers ideas",
        "bot/improvements/flow.py",
        {'    require_product_ops(session, house, slack_id, "answer ideas")\n': ""},
        [IDEAS + "test_only_product_ops_answers_ideas"],
    ),
    Mutant(
        "the changelog tells of the same each week",
        "what was changed is told once",
        "bot/improvements/flow.py",
        {"            idea.posted_at = now\n": "            pass\n"},
        [IDEAS + "test_an_idea_is_answered_in_the_weekly_triage_done_and_told_of_in_one_message"],
    ),
    Mutant(
        "an idea waits for ever and nobody says so",
        "an idea that nobody answers is found after thirty days",
        "bot/improvements/flow.py",
        {"        if idea.waits_since <= late:\n": "        if False:\n"},
        [IDEAS + "test_an_idea_that_nobody_answers_is_found_after_thirty_days"],
    ),
    Mutant(
        "the ideas of another workspace are this one's",
        "each workspace has its own ideas",
        "bot/improvements/model.py",
        {"    if found is None or found.workspace_id != house.workspace_id:\n": "    if found is None:\n"},
        [APART + "test_by_its_number_nobody_elsewhere_reaches_it"],
    ),
)

_REGISTERS = (
    Mutant(
        "an empty register counts as looked at",
        "an empty register is found until somebody says that there is nothing",
        "bot/registers/standing.py",
        {"return bool(self.entries) or self.checked is not None": "return True"},
        [REGISTERS + "test_an_empty_register_is_found_until_somebody_says_that_there_is_nothing"],
    ),
    Mutant(
        "who looked once has looked for ever",
        "what ended after somebody looked asks to look again",
        "bot/registers/standing.py",
        {"not mine and (sort not in ended or ended[sort] <= look.at)": "not mine"},
        [REGISTERS + "test_what_ended_after_somebody_looked_asks_to_look_again"],
    ),
    Mutant(
        "somebody says that there are no risks where one stands",
        "nobody says that there is nothing where something stands",
        "bot/registers/flow.py",
        {"    if any(each.sort == sort for each in model.open_entries(session, house)):\n": "    if False:\n"},
        [REGISTERS + "test_nobody_says_that_there_is_nothing_where_something_stands"],
    ),
    Mutant(
        "anybody changes what is somebody else's",
        "an entry is changed by its owner, who added it, or product ops",
        "bot/registers/flow.py",
        {"not in (entry.owner, entry.added_by) and not person.is_product_ops:": "== '':"},
        [RISKS + "test_a_question_is_changed_by_who_owns_it_and_by_nobody_else"],
    ),
    Mutant(
        "an entry is kept without another day",
        "every entry has a day on which it is looked at",
        "bot/registers/flow.py",
        {"    day, wrong = _day(house, due)\n    if wrong:\n": "    day, wrong = _day(house, due)\n    if False:\n"},
        [RISKS + "test_a_risk_is_written_down_looked_at_on_its_day_kept_and_ended"],
    ),
)

_PILOT = (
    Mutant(
        "people are asked by what nobody told them of",
        "no first prompt before a change notice",
        "bot/pilot/notices.py",
        {"    return [person for person in found if person.slack_id not in told]\n": "    return []\n"},
        [NOTICES + "test_a_ritual_asks_nobody_who_was_not_told_and_product_ops_hears_it"],
    ),
    Mutant(
        "told in the morning, asked at ten",
        "who is asked was told on the working day before, at the latest",
        "bot/pilot/notices.py",
        {".date() <= before\n": ".date() <= day\n"},
        [NOTICES + "test_the_day_itself_is_too_late"],
    ),
    Mutant(
        "everybody is told of a ritual again",
        "everybody is told once",
        "bot/pilot/notices.py",
        {
            "    found = [each for each in newcomers(session, house, ritual) if each.slack_id not in told]\n": "    found = newcomers(session, house, ritual)\n"
        },
        [NOTICES + "test_everybody_is_told_once"],
    ),
    Mutant(
        "a gate is passed without a word against what is open",
        "a gate passed against what is open needs a reason",
        "bot/pilot/passing.py",
        {"    if early and len(reason) < FEWEST:\n": "    if False:\n"},
        [GATES + "test_passed_against_what_is_open_it_needs_a_reason_which_is_kept_and_shown"],
    ),
    Mutant(
        "what nobody knows of a gate counts as fulfilled",
        "a gate needs evidence",
        "bot/pilot/progress.py",
        {"for each in self.gate if not each.holds]": "for each in self.gate if each.holds is False]"},
        [GATES + "test_passed_against_what_is_open_it_needs_a_reason_which_is_kept_and_shown"],
    ),
    Mutant(
        "what a gate rested on is lost",
        "with a gate is kept what it rested on",
        "bot/pilot/passing.py",
        {
            "evidence = {each.says: [each.holds, each.known.evidence] for each in before.gate}": "evidence: dict[str, object] = {}"
        },
        [GATES + "test_passed_against_what_is_open_it_needs_a_reason_which_is_kept_and_shown"],
    ),
    Mutant(
        "a pilot of one cycle is enough",
        "widened before two cycles is early, and is found",
        "bot/pilot/passing.py",
        {"if each.id in begun and each.held < FEWEST_CYCLES]": "if False]"},
        [GATES + "test_passed_against_what_is_open_it_needs_a_reason_which_is_kept_and_shown"],
    ),
    Mutant(
        "anybody passes a gate",
        "a gate is for the head of product or product ops to pass",
        "bot/pilot/passing.py",
        {
            "    return person is not None and bool({HEAD_OF_PRODUCT, PRODUCT_OPS}.intersection(person.roles))\n": "    return True\n"
        },
        [GATES + "test_anybody_sees_how_far_it_is_and_only_some_may_pass_its_gate"],
    ),
    Mutant(
        "two who press at once pass two gates",
        "a gate is passed once",
        "bot/pilot/passing.py",
        {"    if box_id and now.box.id != box_id:\n": "    if False:\n"},
        [GATES + "test_a_gate_is_passed_once"],
    ),
    Mutant(
        "the pilot asks everybody",
        "rituals ask the areas of the pilot alone until its gate is passed",
        "bot/definitions/loading.py",
        {" and self.is_in_pilot(area)": ""},
        [MEMBERSHIP + "test_only_the_areas_of_the_pilot_are_asked"],
    ),
    Mutant(
        "the notices of another workspace count",
        "each workspace tells its own people",
        "bot/pilot/model.py",
        {"ChangeNotice.workspace_id == house.workspace_id, ChangeNotice": "ChangeNotice"},
        [APART + "test_another_workspace_sees_none_of_it"],
    ),
)

_RUBRIC = (
    Mutant(
        "scores go above what the facts allow without a word",
        "above a cap nobody goes without a reason",
        "bot/rubric/flow.py",
        {"        elif score > most and cap and not comment:\n": "        elif False:\n"},
        [SCORING + "test_above_a_cap_nobody_goes_without_a_reason"],
    ),
    Mutant(
        "of two scores the higher one counts",
        "of two scores the lower one counts",
        "bot/rubric/flow.py",
        {
            "min(scores.scores[each] for scores in given.values())": "max(scores.scores[each] for scores in given.values())"
        },
        [RUBRIC + "test_both_score_on_their_own_and_the_scorecard_is_posted"],
    ),
    Mutant(
        "two who see it differently need not say why",
        "scores that lie two apart open a comment",
        "bot/rubric/flow.py",
        {">= APART and not comment:": "> 9 and not comment:"},
        [RUBRIC + "test_both_score_on_their_own_and_the_scorecard_is_posted"],
    ),
    Mutant(
        "product ops scores itself",
        "the head of product and one product manager score",
        "bot/rubric/flow.py",
        {"mine = [each for each in (HEAD, MANAGER) if ROLES[each] in person.roles]": "mine = [HEAD, MANAGER]"},
        [RUBRIC + "test_product_ops_alone_does_not_score"],
    ),
    Mutant(
        "a total passes whatever lies below it",
        "no dimension below the least passes",
        "bot/rubric/scales.py",
        {" and min(scores.values()) >= self.least_each": ""},
        [CAPS + "test_the_bar_is_a_total_and_a_least_in_each_dimension"],
    ),
    Mutant(
        "of several facts the mildest holds a dimension down",
        "the tightest cap counts",
        "bot/rubric/caps.py",
        {"cap.most < tightest[cap.dimension].most": "cap.most > tightest[cap.dimension].most"},
        [CAPS + "test_each_fact_holds_its_own_dimension_down"],
    ),
    Mutant(
        "a score below the bar is not found",
        "what is below the bar is found with what is weakest",
        "bot/rubric/flow.py",
        {"    elif card is not None and not card.passes:\n": "    elif False:\n"},
        [SCORING + "test_a_score_below_the_bar_is_found_with_what_is_weakest"],
    ),
)

_PACK = (
    Mutant(
        "the pack is posted with a register that nobody has looked at",
        "no pack without risks, questions and next steps, or somebody who looked",
        "bot/pack/flow.py",
        {"    if pack.reasons:\n": "    if False:\n"},
        [PACK + "test_product_ops_posts_the_pack_with_its_sections_in_the_thread"],
    ),
    Mutant(
        "anybody posts the pack",
        "product ops or the head of product post the pack",
        "bot/pack/flow.py",
        {"    if not person.is_product_ops and person not in heads:\n": "    if False:\n"},
        [PACK + "test_product_ops_posts_the_pack_with_its_sections_in_the_thread"],
    ),
    Mutant(
        "the terminal writes a pack that is refused in Slack",
        "no pack without risks, questions and next steps, wherever it is made",
        "bot/terminal/pack.py",
        {"found = house.db.call(flow.to_hand_on, house)": "found = house.db.call(gather, house)"},
        ["tests/pack/test_terminal.py::test_it_is_written_once_somebody_has_looked_at_each_register"],
    ),
    Mutant(
        "a section with errors counts as complete",
        "an error that a check finds leaves its must-have incomplete",
        "bot/pack/completeness.py",
        {"return not self.missing and not self.faults": "return not self.missing"},
        [FILES + "test_an_error_that_a_check_finds_leaves_its_must_have_incomplete"],
    ),
)

MUTANTS = (
    *_SETUP, *_CHARTER, *_CHECKS, *_MEASURES, *_PULSES, *_IDEAS, *_REGISTERS, *_PILOT, *_RUBRIC, *_PACK,
)  # fmt: skip
