# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises of the rooms: weekly updates, decisions, releases, reviews, people and Home."""

from tests.mutants.mutant import Mutant

FLOW = "tests/flows/test_weekly_update.py::"
ASKING = "tests/updates/test_asking.py::"
ANSWERING = "tests/updates/test_answering.py::"
DIGEST = "tests/updates/test_digest.py::"
TOGETHER = "tests/updates/test_together.py::"
WAYS_OUT = "tests/updates/test_ways_out.py::"
TURNS = "tests/decisions/test_turns.py::"
DECISIONS = "tests/decisions/test_flow.py::"
CLASSES = "tests/decisions/test_classes.py::"
ENTRY = "tests/decisions/test_entry.py::"
OTHER_ROOMS = "tests/decisions/test_other_rooms.py::"
DECISION_FORMS = "tests/decisions/test_listeners.py::"
RELEASES = "tests/releases/test_flow.py::"
AT_ONCE = "tests/releases/test_at_once.py::"
READINESS = "tests/releases/test_readiness.py::"
TIERS = "tests/releases/test_tiers.py::"
CALLING = "tests/releases/test_calling.py::"
TIMING = "tests/releases/test_timing.py::"
REVIEWS = "tests/reviews/test_reviews.py::"
MENTIONS = "tests/people_room/test_mentions.py::"
PEOPLE = "tests/people_room/test_people.py::"
HOME = "tests/home/test_home.py::"
SECTIONS = "tests/home/test_sections.py::"
POINTED_AT = "tests/flows/test_pointed_at.py::"

PROMPTS = "bot/prompts/flow.py"

_UPDATES = (
    Mutant(
        "whoever has answered is reminded too",
        "one reminder, and only for what is unanswered",
        PROMPTS,
        {
            "part is None or not part.waiting:\n            _end(": "part is None:\n            _end(",
            "part is None or not part.waiting:\n        _end(": "part is None:\n        _end(",
        },
        [ASKING + "test_one_reminder_goes_only_to_those_who_have_not_answered"],
    ),
    Mutant(
        "a second message goes out on the same day",
        "at most one message a day that asks a person for things",
        PROMPTS,
        {"    if day_message is None:\n        _post(": "    if True:\n        _post("},
        [WAYS_OUT + "test_who_is_asked_for_another_area_later_is_asked_the_next_day_with_the_reminder_of_the_first"],
    ),
    Mutant(
        "people who are away are reminded",
        "nobody reminds a person who is away",
        PROMPTS,
        {
            "if person is None or people.away_because(person, person.today(now)) is not None:": "if person is None:",
            "        elif part.away:\n": "        elif False:\n",
        },
        ["tests/updates/test_absence.py::test_who_is_away_on_the_day_of_the_reminder_is_not_reminded"],
    ),
    Mutant(
        "people who are away are asked",
        "the deputy is asked in place of a person who is away",
        "bot/people/model.py",
        {"        if until:\n": "        if False:\n"},
        [ASKING + "test_someone_away_is_not_asked_and_their_deputy_is"],
    ),
    Mutant(
        "each area is asked for in a message of its own",
        "one message asks one person for all their areas",
        PROMPTS,
        {
            "for need in today if _is_for_now(need.prompt, now)])": "for need in today if _is_for_now(need.prompt, now)][:1])"
        },
        [ASKING + "test_one_message_asks_one_person_for_all_their_areas"],
    ),
    Mutant(
        "the prompt is asked again each time",
        "one prompt for each obligation",
        PROMPTS,
        {"    if prompt.prompted_at is None:\n        return prompt.at": "    if True:\n        return prompt.at"},
        [ASKING + "test_one_reminder_goes_only_to_those_who_have_not_answered"],
    ),
    Mutant(
        "anybody may answer for an area",
        "who may do what is checked at each act",
        "bot/updates/rights.py",
        {'        raise UserError(f"{area.name} is answered for by': '        print(f"{area.name} is answered for by'},
        [ANSWERING + "test_others_may_neither_answer_nor_open_the_form"],
    ),
    Mutant(
        "a button works for whoever presses it",
        "who may do what is checked at each act",
        "bot/updates/rights.py",
        {"    if ask.asked != slack_id or ask.state != WAITING:\n": "    if False:\n"},
        [WAYS_OUT + "test_a_button_of_somebody_else_is_refused"],
    ),
    Mutant(
        "another workspace's request can be had by its id",
        "every record belongs to its workspace",
        "bot/updates/model.py",
        {
            '_ASK = select(Ask).where(Ask.id == bindparam("ask_id"), Ask.workspace_id == bindparam("workspace_id"))': (
                '_ASK = select(Ask).where(Ask.id == bindparam("ask_id"))'
            ),
            '    .where(Ask.id == bindparam("ask_id"), Ask.workspace_id == bindparam("workspace_id"))': (
                '    .where(Ask.id == bindparam("ask_id"))'
            ),
        },
        [TOGETHER + "test_another_workspace_reaches_nothing_here"],
    ),
    Mutant(
        "a skipped occurrence takes answers",
        "who answers what was skipped is told so",
        "bot/updates/rights.py",
        {"    if occurrence.state in (occurrences.SKIPPED, occurrences.CLOSED_WITHOUT_OUTPUT):\n": "    if False:\n"},
        [ANSWERING + "test_a_skipped_occurrence_takes_no_answer"],
    ),
    Mutant(
        "a late answer is not marked",
        "an answer after the cutoff is marked late",
        "bot/updates/flow.py",
        {"update.late = now > occurrence.cutoff_at": "update.late = False"},
        [DIGEST + "test_an_answer_after_the_cutoff_is_in_the_digest_and_marked_late"],
    ),
    Mutant(
        "an edit is not marked",
        "an edit after the digest says when it was made",
        "bot/updates/flow.py",
        {"            update.edited_at = now\n": "            update.edited_at = None\n"},
        [DIGEST + "test_an_edit_after_the_digest_changes_every_copy_and_says_when"],
    ),
    Mutant(
        "an answer after the digest changes nothing that is posted",
        "a late answer or an edit changes every copy already posted",
        "bot/updates/flow.py",
        {
            "    if occurrence.state == occurrences.CLOSED:\n        correct_digest(": "    if False:\n        correct_digest("
        },
        [DIGEST + "test_an_answer_after_the_digest_changes_every_copy_and_is_marked_late"],
    ),
    Mutant(
        "a change of the digest is posted as a second one",
        "the digest is posted once, and edited",
        "bot/updates/publishing.py",
        {
            "        if part in posted:\n": "        if False:\n",
            "    if WHOLE not in posted:\n": "    if True:\n",
            "            dedupe=_key(occurrence, WHOLE),\n": "",
        },
        [DIGEST + "test_an_edit_after_the_digest_changes_every_copy_and_says_when"],
    ),
    Mutant(
        "of two answers to one form the later wins in silence",
        "a colleague's answer that came meanwhile is not overwritten",
        "bot/updates/flow.py",
        {"    if seen is not None and not update.draft and update.mark != seen:\n": "    if False:\n"},
        [ANSWERING + "test_a_colleagues_update_that_came_meanwhile_is_not_overwritten"],
    ),
    Mutant(
        "an answer and the digest do not wait for each other",
        "an answer on its way while the digest is posted is in the digest",
        "bot/updates/flow.py",
        {
            "answerable(session, house, slack_id, occurrence_id, area_id, lock=True)": (
                "answerable(session, house, slack_id, occurrence_id, area_id)"
            )
        },
        [TOGETHER + "test_an_answer_on_its_way_while_the_digest_is_posted_is_in_the_digest"],
    ),
    Mutant(
        "two nodes each keep an answer",
        "of two people who answer at once the second is told",
        "bot/updates/flow.py",
        {
            "answerable(session, house, slack_id, occurrence_id, area_id, lock=True)": (
                "answerable(session, house, slack_id, occurrence_id, area_id)"
            ),
            "    _refuse_to_overwrite(session, house, slack_id, area, update, draft=draft, seen=seen)\n": "",
        },
        [TOGETHER + "test_of_two_people_who_answer_at_once_the_second_is_told"],
    ),
    Mutant(
        "a draft is thrown away when a colleague answers",
        "what a person typed is never lost",
        "bot/updates/flow.py",
        {"    if update.draft and update.author != slack_id and update.content:\n": "    if False:\n"},
        [ANSWERING + "test_whoever_kept_a_draft_gets_it_back_when_a_colleague_answers"],
    ),
    Mutant(
        "a draft is shown to whoever else is asked",
        "a draft is nobody else's business",
        "bot/updates/asking.py",
        {"hidden = update is not None and update.draft and update.author != slack_id": "hidden = False"},
        [WAYS_OUT + "test_a_deputy_reads_nothing_of_the_owners_draft"],
    ),
    Mutant(
        "the form starts empty each week",
        "the form starts with last week's plan, colour and confidence",
        "bot/updates/flow.py",
        {
            "    return Answer(status=last.status, confidence=last.confidence, path=last.path), planned\n": (
                "    return Answer(), planned\n"
            )
        },
        [ANSWERING + "test_the_form_starts_with_last_weeks_plan_colour_and_confidence"],
    ),
    Mutant(
        "an area may say no change for ever",
        "no change stands for two weeks running at most",
        "bot/updates/flow.py",
        {"MOST_NO_CHANGE = 2": "MOST_NO_CHANGE = 99"},
        [ANSWERING + "test_no_change_stands_by_last_week_two_weeks_running_at_most"],
    ),
    Mutant(
        "amber and red come without a path",
        "amber and red say how it gets back to green",
        "bot/updates/answer.py",
        {"if self.status in (AMBER, RED) and not self.path.strip():": "if False:"},
        [ANSWERING + "test_amber_and_red_need_a_path"],
    ),
    Mutant(
        "what was decided stays in the update",
        "what was decided lands in the decision log",
        "bot/app.py",
        {"    log_decision=decisions.log_draft,\n": ""},
        [FLOW + "test_a_draft_is_found_again_and_its_decision_with_it"],
    ),
    Mutant(
        "a decision is logged at each edit of the update",
        "what was decided reaches the log once",
        "bot/updates/flow.py",
        {"        if (text, decided) not in logged:\n": "        if True:\n"},
        [ANSWERING + "test_what_was_decided_reaches_the_log_once"],
    ),
    Mutant(
        "silent areas are left out",
        "the digest accounts for every area and its owner",
        "bot/updates/digest.py",
        {"return [line for line in self.lines if not line.answer]": "return []"},
        [DIGEST + "test_every_area_is_accounted_for_with_an_owner"],
    ),
    Mutant(
        "people who are away are shown as silent",
        "nobody is blamed for a day off: the digest says why an area is silent",
        "bot/updates/digest.py",
        {"    if ask is not None and ask.state in (AWAY, NOT_MINE, LET_OFF) and ask.reason:\n": "    if False:\n"},
        [DIGEST + "test_an_area_whose_people_are_away_is_silent_for_that_reason"],
    ),
    Mutant(
        "what changed is not told",
        "the digest says first what changed",
        "bot/updates/digest.py",
        {"return bool(self.answer and self.before and self.answer.status != self.before)": "return False"},
        [DIGEST + "test_what_changed_stands_first_then_red_and_amber_with_their_paths"],
    ),
    Mutant(
        "red and amber stand before what changed",
        "the digest says first what changed",
        "bot/updates/messages.py",
        {
            '        *blocks.headed(words("changes")),\n        *blocks.headed(words("attention")),\n': (
                '        *blocks.headed(words("attention")),\n        *blocks.headed(words("changes")),\n'
            )
        },
        [DIGEST + "test_what_changed_stands_first_then_red_and_amber_with_their_paths"],
    ),
    Mutant(
        "colours are told by their signs alone",
        "colour is never the only carrier",
        "templates/updates/digest.txt.j2",
        {
            "{{ signs[answer.status] }} {{ line.area }} – {{ names[answer.status] | lower }}": (
                "{{ signs[answer.status] }} {{ line.area }}"
            )
        },
        [DIGEST + "test_colours_are_told_in_words_too"],
    ),
    Mutant(
        "other rooms are left out of the digest",
        "the digest shows decisions due and the releases ahead",
        "bot/app.py",
        {"    digest_sections=(decisions.digest_section, release_ahead.digest_section),\n": ""},
        [
            OTHER_ROOMS + "test_the_house_ties_the_log_to_the_rooms_that_need_it",
            FLOW + "test_from_the_prompt_over_a_missing_path_to_the_digest",
        ],
    ),
    Mutant(
        "a snooze may last beyond the cutoff",
        "who snoozes still has time to answer",
        PROMPTS,
        {"    if prompt.deadline is not None and until > prompt.deadline - AFTER_SNOOZE:\n": "    if False:\n"},
        [WAYS_OUT + "test_a_snooze_past_the_cutoff_is_refused"],
    ),
    Mutant(
        "who is asked for what is not theirs stays asked",
        "not mine passes an area on",
        "bot/updates/flow.py",
        {
            '    pass_on(session, house, ritual, occurrence, ask, f"{person.name} says it is not theirs", otherwise=NOT_MINE)\n': ""
        },
        [WAYS_OUT + "test_not_mine_asks_the_deputy_and_tells_the_owner_of_the_ritual"],
    ),
    Mutant(
        "who says that they are away is still asked",
        "what waits for somebody away goes to the deputy",
        "bot/app.py",
        {"    on_away=(updates.on_away, quarter_asking.on_away, decisions.on_away, insight_answering.on_away),\n": ""},
        [FLOW + "test_away_and_back_by_command", FLOW + "test_every_way_out_of_a_prompt"],
    ),
    Mutant(
        "who is back is not asked again",
        "who is back gets their own update back",
        "bot/app.py",
        {"    on_back=(updates.on_back, quarter_asking.on_back, insight_asking.on_back),\n": ""},
        [FLOW + "test_away_and_back_by_command"],
    ),
    Mutant(
        "who travels is asked where they were",
        "everybody is asked at the ritual's hour where they are",
        "bot/people/directory.py",
        {" if before and elsewhere else ():": " if not before else ():"},
        ["tests/updates/test_zones.py::test_who_travels_east_before_a_ritual_opens_is_asked_at_its_hour_there"],
    ),
    Mutant(
        "the prompt does not show that an answer is in",
        "a prompt is edited in place as things change",
        "bot/updates/flow.py",
        {"    if ask is not None and ask.asked is not None:\n": "    if False:\n"},
        [FLOW + "test_from_the_prompt_over_a_missing_path_to_the_digest"],
    ),
)

_DECISIONS = (
    Mutant(
        "a decision needs one option",
        "a decision names what else was considered",
        "bot/decisions/entry.py",
        {"LEAST_OPTIONS = 2": "LEAST_OPTIONS = 1"},
        [ENTRY + "test_a_decision_is_refused_on_the_field"],
    ),
    Mutant(
        "a decision needs no reason",
        "a decision says why",
        "bot/decisions/entry.py",
        {"        if not self.why.strip():\n": "        if False:\n"},
        [ENTRY + "test_a_decision_is_refused_on_the_field"],
    ),
    Mutant(
        "a decision is looked at again in the past",
        "a decision has a day to come on which it is looked at again",
        "bot/decisions/entry.py",
        {"        if self.review_on is None or self.review_on <= today:\n": "        if False:\n"},
        [ENTRY + "test_a_decision_is_refused_on_the_field"],
    ),
    Mutant(
        "of two who record a decision the later wins",
        "of two at the same moment the first one decides",
        "bot/decisions/flow.py",
        {
            "session, house, decision, Decision.completed_at.is_(None) & Decision.state.in_((PROPOSED, DECIDED)),": "session, house, decision, Decision.id > 0,",
            "    _require_open(session, house, decision, person)\n    class_id = ": "    class_id = ",
        },
        [DECISIONS + "test_of_two_who_record_the_second_is_told_who_was_quicker"],
    ),
    Mutant(
        "two at the same moment both record a decision",
        "of two at the same moment the first one decides",
        "bot/decisions/flow.py",
        {
            "session, house, decision, Decision.completed_at.is_(None) & Decision.state.in_((PROPOSED, DECIDED)),": "session, house, decision, Decision.id > 0,"
        },
        [DECISIONS + "test_of_two_at_the_same_moment_one_wins"],
    ),
    Mutant(
        "product ops may be picked to decide about the product",
        "product managers keep their decisions",
        "bot/decisions/rights.py",
        {"    if may_decide(house, asked.class_id, decider):\n": "    if True:\n"},
        [CLASSES + "test_product_ops_cannot_be_picked_to_decide_about_the_product"],
    ),
    Mutant(
        "a deputy in product ops stands behind what is about the product",
        "product managers keep their decisions",
        "bot/people/deciding.py",
        {" and (not decision_class.product or may_decide_on_product(person.roles)):": ":"},
        ["tests/people_room/test_deciding.py::test_a_class_and_an_area_come_to_people"],
    ),
    Mutant(
        "who is away stands in",
        "whoever asks hears who is there today",
        "bot/people/deciding.py",
        {"if not known.away_because(person, person.today(now))), None)": "), None)"},
        ["tests/who/test_who.py::test_while_the_decider_is_away_it_names_who_stands_in_today"],
    ),
    Mutant(
        "what is settled is found by its old words only",
        "a decision is found by what it says now",
        "bot/decisions/model.py",
        {"    if changed is not None:\n        index(session, decision)\n": ""},
        [
            "tests/databases/test_decision_search.py::test_what_is_settled_is_found_by_its_new_words_and_the_old_that_stay"
        ],
    ),
    Mutant(
        "a search looks into every workspace",
        "every record belongs to a workspace",
        "bot/decisions/model.py",
        {
            "    query = select(Decision).where(Decision.workspace_id == house.workspace_id)\n    return WORDS.newest": (
                "    query = select(Decision)\n    return WORDS.newest"
            )
        },
        ["tests/databases/test_decision_search.py::test_nobody_finds_what_another_workspace_has_decided"],
    ),
    Mutant(
        "whoever wants Drumbeat to decide is told that there is no such verb",
        "a request to decide is brought to the decider",
        "bot/app.py",
        {", decision_listeners.for_others_to_decide)": ")"},
        [
            "tests/decisions/test_boundary.py::"
            "test_a_request_to_decide_is_refused_in_one_sentence_with_the_way_to_the_decider"
        ],
    ),
    Mutant(
        "anybody may record what others decide",
        "product managers keep their decisions",
        "bot/decisions/flow.py",
        {
            "    if person.slack_id in (decision.decider, decision.raised_by) or person.is_product_ops:\n": "    if True:\n"
        },
        [DECISIONS + "test_nobody_else_may_record"],
    ),
    Mutant(
        "who records a decision becomes its decider",
        "the decider of a question stays who it was",
        "bot/decisions/flow.py",
        {
            "        form_key=form_key, **_said(entry),\n    )  # fmt: skip\n    if not changed:": (
                "        form_key=form_key, decider=entry.decider, **_said(entry),\n    )  # fmt: skip\n"
                "    if not changed:"
            )
        },
        [DECISIONS + "test_the_decider_stays_who_it_was"],
    ),
    Mutant(
        "a form that arrives twice is two decisions",
        "a form that arrives twice counts once",
        "bot/decisions/flow.py",
        {
            "        decider=entry.decider, form_key=form_key, **_said(entry),\n": (
                "        decider=entry.decider, **_said(entry),\n"
            )
        },
        [DECISIONS + "test_a_form_that_arrives_twice_records_one_decision"],
    ),
    Mutant(
        "deciders are written to at night",
        "nobody is written to outside their working hours",
        "bot/people/moments.py",
        {"    return next_working_moment(at, person.zone, organisation.working_hours, off)\n": "    return at\n"},
        [DECISIONS + "test_a_decider_is_asked_in_their_working_hours"],
    ),
    Mutant(
        "another workspace's decision can be had by its id",
        "every record belongs to its workspace",
        "bot/decisions/model.py",
        {
            "Decision.workspace_id == house.workspace_id, Decision.number == int(number[1])": (
                "Decision.number == int(number[1])"
            )
        },
        [DECISIONS + "test_another_workspace_sees_nothing"],
    ),
    Mutant(
        "the entry in the channel stays as it was",
        "a decision is edited in every copy",
        "bot/decisions/copies.py",
        {"            outbox.update(session, house, message_id, message)\n": "            pass\n"},
        [DECISIONS + "test_every_copy_of_the_entry_is_edited"],
    ),
    Mutant(
        "decisions leave no trail",
        "every step of a decision is kept",
        "bot/decisions/flow.py",
        {'    audit.record(session, house, kind, f"decision:{decision.ref}", actor=actor, **said)\n': ""},
        [DECISIONS + "test_every_step_is_in_the_trail"],
    ),
    Mutant(
        "nobody is told what was decided in their name",
        "people learn what is recorded in their name",
        "bot/decisions/announcing.py",
        {"        if person.slack_id == actor or person.slack_id in shown:\n": "        if True:\n"},
        [DECISIONS + "test_people_learn_what_is_recorded_in_their_name"],
    ),
    Mutant(
        "a review is never due",
        "a decision comes back on its review date",
        "bot/decisions/flow.py",
        {
            "        for decision in [*open_now, *reviews]\n": "        for decision in open_now\n",
        },
        [OTHER_ROOMS + "test_a_review_waits_for_its_decider_from_its_day_on"],
    ),
    Mutant(
        "of two who review the later wins",
        "of two who review the second is told",
        "bot/decisions/reviewing.py",
        {"    if str(before) != seen or not model.change(": "    if not model.change("},
        [DECISIONS + "test_of_two_who_review_the_second_is_told"],
    ),
    Mutant(
        "who does not decide in time is waited for",
        "a decision that is late goes to the backup, then to the head of product",
        "bot/decisions/turns.py",
        {"    if last is None or last.until > now:\n": "    if True:\n"},
        [TURNS + "test_the_decider_then_the_backup_then_the_head_of_product_are_asked_once_each"],
    ),
    Mutant(
        "the clock of a decision runs on days off",
        "nobody is late on a day that they have off",
        "bot/decisions/turns.py",
        {"    return (work_days.nearest(day, 1) or day) if work_days.off(day) else day\n": "    return day\n"},
        [TURNS + "test_a_day_that_the_decider_has_off_does_not_count"],
    ),
    Mutant(
        "who is away is waited for",
        "a decider who is away until after the day is followed by the backup",
        "bot/decisions/turns.py",
        {
            "            if (reason := people.away_because(person, today)) is None:\n": (
                "            if (reason := people.away_because(person, today)) is None or True:\n"
            )
        },
        [TURNS + "test_a_decider_who_is_away_until_after_the_day_is_not_waited_for"],
    ),
    Mutant(
        "what nobody decides is forgotten",
        "what everybody has let pass stands among the exceptions",
        "bot/decisions/turns.py",
        {"        decision.unheeded_at = house.clock.now()\n": ""},
        [TURNS + "test_after_the_last_one_it_stands_among_the_exceptions_and_nobody_is_asked_again"],
    ),
)

_RELEASES = (
    Mutant(
        "the advice is always to go",
        "open gates, missing answers and sign-offs hold a release",
        "bot/releases/readiness.py",
        {"            return HOLD\n": "            return GO\n"},
        [READINESS + "test_the_advice_follows_from_what_is_open"],
    ),
    Mutant(
        "a function that has not signed off is passed over",
        "every function that is asked must have answered",
        "bot/releases/readiness.py",
        {'self.missing_answers or "" in said or NOT_READY in said': "self.missing_answers or NOT_READY in said"},
        ["tests/releases/test_unsigned.py::test_a_release_waits_for_whoever_has_not_signed_off"],
    ),
    Mutant(
        "not ready does not hold",
        "a function that is not ready holds a release although every box is ticked",
        "bot/releases/readiness.py",
        {
            '"" in said or NOT_READY in said': '"" in said',
            "sum(said in (READY, READY_WITH_RISK) for said in asked.values())": "sum(bool(said) for said in asked.values())",
        },
        [RELEASES + "test_not_ready_holds_although_every_box_is_ticked"],
    ),
    Mutant(
        "risks and late items are passed over",
        "a risk or a late advisory item becomes a condition",
        "bot/releases/readiness.py",
        {"            return CONDITIONS\n": "            return GO\n"},
        [RELEASES + "test_a_risk_and_a_late_advisory_item_become_conditions"],
    ),
    Mutant(
        "items are due in calendar days",
        "due days skip weekends and holidays",
        "bot/releases/readiness.py",
        {"next((each for each in nearby if not is_off(each)), day - timedelta(days=1))": "next(nearby)"},
        [READINESS + "test_due_days_skip_the_weekend"],
    ),
    Mutant(
        "one fact of several makes the tier",
        "the tier follows from the facts as the rules say",
        "bot/definitions/tiers.py",
        {"if all(fact in facts for fact in together)]": "if any(fact in facts for fact in together)]"},
        [TIERS + "test_the_tier_follows_from_the_facts_in_all_64_cases"],
    ),
    Mutant(
        "the owner signs off their own release",
        "each function signs off for itself",
        "bot/releases/signing.py",
        {
            "    if person.ref == release.owner:\n"
            '        raise UserError(f"You own': '    if False:\n        raise UserError(f"You own'
        },
        [RELEASES + "test_neither_the_owner_nor_product_ops_sign_off"],
    ),
    Mutant(
        "product ops has a vote",
        "product ops keeps the process, and others decide",
        "bot/releases/signing.py",
        {"    if person.is_product_ops:\n        raise NoVote(": "    if False:\n        raise NoVote("},
        [RELEASES + "test_neither_the_owner_nor_product_ops_sign_off"],
    ),
    Mutant(
        "a function signs off for another",
        "each function signs off for itself",
        "bot/releases/signing.py",
        {
            "    if function != signable(session, house, slack_id, release):\n": (
                "    if not signable(session, house, slack_id, release):\n"
            )
        },
        [RELEASES + "test_nobody_signs_off_for_another_function"],
    ),
    Mutant(
        "anybody updates any item",
        "an item is updated by the people of its function or by the owner",
        "bot/releases/items.py",
        {
            "return person.ref in (release.owner, given_to) or _definition(house, person).function in item.owners": "return True"
        },
        [RELEASES + "test_nobody_updates_what_is_not_theirs"],
    ),
    Mutant(
        "anybody answers for a release",
        "a release's questions are answered by its owner or product ops",
        "bot/releases/flow.py",
        {"    if person.ref != release.owner and not person.is_product_ops:\n": "    if False:\n"},
        [RELEASES + "test_only_the_owner_and_product_ops_answer_for_a_release"],
    ),
    Mutant(
        "done needs nothing to see",
        "an item is done with evidence",
        "bot/releases/items.py",
        {
            "    if stands.state == DONE and len(words) < SHORTEST_EVIDENCE and not _is_link(words):\n": "    if False:\n"
        },
        [RELEASES + "test_an_item_keeps_its_rules"],
    ),
    Mutant(
        "a gate is waived without a reason",
        "a waiver names its reason",
        "bot/releases/items.py",
        {"    if stands.state in (NOT_APPLICABLE, WAIVED) and not reason:\n": "    if False:\n"},
        [RELEASES + "test_an_item_keeps_its_rules"],
    ),
    Mutant(
        "a waived gate is out of sight",
        "a waiver stays on the card with its name and reason",
        "bot/releases/report.py",
        {"            if point.state in (WAIVED, NOT_APPLICABLE)\n": "            if False\n"},
        [RELEASES + "test_a_waived_gate_does_not_hold_but_stays_in_sight"],
    ),
    Mutant(
        "of two changes to a release the later wins in silence",
        "of two people at once the second is told how it stands",
        "bot/db.py",
        {".where(columns.id == id, columns.version == version)": ".where(columns.id == id)"},
        [RELEASES + "test_of_two_people_who_answer_at_once_the_second_is_told"],
    ),
    Mutant(
        "what was reported is not kept",
        "a verdict is kept as it was shown",
        "bot/releases/card.py",
        {"    session.add(snapshot)\n    session.flush()\n": "    snapshot.id = 0\n"},
        [RELEASES + "test_what_was_shown_is_kept_and_can_be_shown_again"],
    ),
    Mutant(
        "each check posts another card",
        "a release has one card, which is edited",
        "bot/releases/card.py",
        {
            "    if release.card_id is not None:\n        outbox.update": "    if False:\n        outbox.update",
            '        dedupe=f"release:{release.id}",\n': "",
        },
        [RELEASES + "test_the_card_is_posted_once_and_then_edited"],
    ),
    Mutant(
        "the card does not follow what people do",
        "a release's card shows how it stands now",
        "bot/releases/card.py",
        {"    _show(session, house, release, found)\n": ""},
        [
            RELEASES + "test_the_card_is_posted_once_and_then_edited",
            "tests/releases/test_listeners.py::test_the_card_follows_what_people_do",
        ],
    ),
    Mutant(
        "another workspace's release can be had by its id",
        "every record belongs to its workspace",
        "bot/releases/model.py",
        {
            "select(Release).where(Release.id == int(release_id), Release.workspace_id == house.workspace_id)": (
                "select(Release).where(Release.id == int(release_id))"
            )
        },
        [RELEASES + "test_another_workspace_has_its_own_names_and_cannot_touch_ours"],
    ),
    Mutant(
        "gates wait for nobody",
        "open gates wait for those in charge ten days before they are due",
        "bot/releases/asking.py",
        {" and thing.due <= until\n": " and False\n"},
        [RELEASES + "test_open_gates_wait_for_those_in_charge_ten_days_before_they_are_due"],
    ),
    Mutant(
        "the digest knows no releases",
        "the digest tells how ready the coming releases are",
        "bot/releases/ahead.py",
        {"    if house.definitions.releases is not None:\n": "    if False:\n"},
        [RELEASES + "test_the_digest_tells_how_ready_the_coming_releases_are"],
    ),
    Mutant(
        "releases of the definitions are not taken on",
        "a release that stands in the definitions is in the register",
        "bot/app.py",
        {"    release_stated.keep_in_step(session, house)\n": ""},
        ["tests/test_node.py::test_releases_in_the_definitions_are_registered_at_start"],
    ),
    Mutant(
        "anybody calls a release",
        "the call is the owner's alone",
        "bot/releases/calling.py",
        {"    if person.ref != release.owner:\n        theirs": "    if False:\n        theirs"},
        [CALLING + "test_the_owner_alone_makes_the_call"],
    ),
    Mutant(
        "a veto is passed",
        "nobody lets go what a function with a veto holds",
        "bot/releases/rule.py",
        {"    if facing.held_by:\n": "    if False:\n"},
        [CALLING + "test_nobody_can_let_go_what_a_function_with_a_veto_holds"],
    ),
    Mutant(
        "a hold is overruled in a word",
        "going against a hold needs a reason of some length",
        "bot/releases/rule.py",
        {"        if len(saying.reason) < shortest_reason:\n": "        if not saying.reason:\n"},
        ["tests/releases/test_rule.py::test_the_rule_holds_in_every_case"],
    ),
    Mutant(
        "a go counts for every day",
        "a go is for its day and tier",
        "bot/releases/calls.py",
        {" and self.target == release.target and": " and"},
        [CALLING + "test_a_go_counts_for_its_day_and_its_tier"],
    ),
    Mutant(
        "a release goes out without a go",
        "nothing is live without a call",
        "bot/releases/rollout.py",
        {"    if call is None or not call.lets_go(release, stands.tier):\n": "    if False:\n"},
        ["tests/releases/test_rollout.py::test_without_a_go_it_is_refused_and_said_how"],
    ),
    Mutant(
        "anybody lowers a tier",
        "only the owner or the head of product lowers a tier",
        "bot/releases/tiering.py",
        {'        rights.require_owner(session, house, release, person, "lower its tier")\n': ""},
        ["tests/releases/test_tiering.py::test_only_its_owner_or_the_head_of_product_lowers_a_tier"],
    ),
    Mutant(
        "nine o'clock passes without a hold",
        "without a go in time a release is on hold",
        "bot/releases/calling.py",
        {"    if last is not None and last.counts(release, tier):\n": "    if True:\n"},
        [TIMING + "test_without_a_go_by_nine_it_is_on_hold_and_two_people_hear_so"],
    ),
    Mutant(
        "readiness is not checked at its times",
        "readiness is posted by itself at the times of the definitions",
        "bot/releases/timing.py",
        {"        for days in rules.checks.of(tier)\n": "        for days in ()\n"},
        [TIMING + "test_how_ready_it_is_stands_in_the_thread_at_its_times"],
    ),
    Mutant(
        "a waiver never ends",
        "waivers end and come back",
        "bot/releases/items.py",
        {"    if state is None or state.state != WAIVED:\n": "    if True:\n"},
        [TIMING + "test_a_waiver_ends_and_comes_back_to_who_has_it_and_who_waived_it"],
    ),
    Mutant(
        "the last working day passes in silence",
        "who holds a release up is asked urgently on the last working day",
        "bot/releases/asking.py",
        {"asked.urgent_for != release.target and any(": "False and any("},
        ["tests/releases/test_asking.py::test_who_still_holds_it_up_is_asked_urgently_on_the_last_working_day"],
    ),
    Mutant(
        "the past is shown as it is now",
        "what was reported can be shown as of any time",
        "bot/releases/model.py",
        {"Snapshot.as_of <= moment": "Snapshot.as_of <= house.clock.now()"},
        ["tests/releases/test_recall.py::test_it_is_shown_as_it_was_at_a_moment"],
    ),
)

_REVIEWS_AND_PEOPLE = (
    Mutant(
        "a review ends with nothing and no reason",
        "every ritual leaves an artifact, or says why not",
        "bot/reviews/flow.py",
        {"    if not artifact and not reason:\n": "    if False:\n"},
        [REVIEWS + "test_it_closes_without_output_only_for_a_reason"],
    ),
    Mutant(
        "anybody closes a review",
        "a review is closed by its owner or product ops",
        "bot/reviews/flow.py",
        {"    if person not in owners and not person.is_product_ops:\n": "    if False:\n"},
        [REVIEWS + "test_its_owner_and_product_ops_close_it_and_nobody_else"],
    ),
    Mutant(
        "a review that nobody closed stays open",
        "a forgotten review ends when the next one opens, and says so",
        "bot/reviews/flow.py",
        {"        _close_forgotten(session, house, ritual, occurrence)\n": ""},
        [REVIEWS + "test_one_that_nobody_closed_ends_when_the_next_opens"],
    ),
    Mutant(
        "cards of reviews are no routine posts",
        "no channel gets more routine posts a day than the organisation wants",
        "bot/reviews/card.py",
        {"        routine=True,\n": ""},
        [REVIEWS + "test_the_third_card_of_a_day_goes_into_the_thread_of_the_second"],
    ),
    Mutant(
        "digests are no routine posts",
        "the same",
        "bot/updates/publishing.py",
        {"            routine=True,\n": ""},
        ["tests/updates/test_digest.py::test_a_digest_beyond_the_channels_share_stands_in_a_thread_with_its_details"],
    ),
    Mutant(
        "every ritual mentions people",
        "a ritual mentions nobody unless it says so",
        "bot/people/mentions.py",
        {"    if not ritual.mentions:\n": "    if False:\n"},
        [MENTIONS + "test_nobody_is_mentioned_unless_the_ritual_says_so"],
    ),
    Mutant(
        "people who are away are mentioned",
        "nobody who is away is mentioned",
        "bot/people/mentions.py",
        {"people.away_because(person, person.today(at), ritual.id) is None": "True"},
        [MENTIONS + "test_who_is_away_by_then_is_left_out"],
    ),
    Mutant(
        "an edit of a card mentions who is there by now",
        "an edit mentions the same people",
        "bot/reviews/card.py",
        {"occurrence.opened_at or occurrence.opens_at": "house.clock.now()"},
        [REVIEWS + "test_an_edit_of_its_card_mentions_the_same_people"],
    ),
    Mutant(
        "the last day away does not count",
        "who is away is away from the first to the last day",
        "bot/people/model.py",
        {'_ABSENCE.c.last_day >= bindparam("day")': '_ABSENCE.c.last_day > bindparam("day")'},
        [PEOPLE + "test_away_counts_from_the_first_to_the_last_day"],
    ),
    Mutant(
        "public holidays of people are not seen",
        "nobody is asked on their own public holiday",
        "bot/people/model.py",
        {'return f"public holiday: {holiday}"': "return None"},
        [ASKING + "test_someone_with_a_public_holiday_is_not_asked_on_it"],
    ),
    Mutant(
        "people of another workspace are known here",
        "every record belongs to its workspace",
        "bot/people/model.py",
        {'    _PROFILE.c.workspace_id == bindparam("workspace_id"), _PROFILE.c.active\n': "    _PROFILE.c.active\n"},
        [PEOPLE + "test_nobody_of_another_workspace_is_known_here"],
    ),
    Mutant(
        "who was deactivated is still asked",
        "who left Slack is not asked",
        "bot/people/model.py",
        {
            '    _PROFILE.c.workspace_id == bindparam("workspace_id"), _PROFILE.c.active\n': '    _PROFILE.c.workspace_id == bindparam("workspace_id")\n'
        },
        [PEOPLE + "test_who_was_deactivated_is_nobody_until_they_return"],
    ),
    Mutant(
        "everybody may do what is product ops'",
        "only product ops acts for everybody, and others learn whom to ask",
        "bot/people/flow.py",
        {"    if person is not None and person.is_product_ops:\n": "    if person is not None:\n"},
        [PEOPLE + "test_only_product_ops_may_do_what_is_theirs_and_others_learn_whom_to_ask"],
    ),
    Mutant(
        "Home shows things in whatever order",
        "what is due first stands first",
        "bot/home/look.py",
        {
            "        return sorted(mine, key=lambda obligation: (obligation.due is None, obligation.due or self.now))\n": (
                "        return mine\n"
            )
        },
        [HOME + "test_what_is_due_first_stands_first_and_what_has_no_day_last"],
    ),
    Mutant(
        "Home shows times of the workspace",
        "everybody reads times in their own zone",
        "bot/home/reader.py",
        {
            "return self.person.zone if self.person else self.house.definitions.organisation.zone": (
                "return self.house.definitions.organisation.zone"
            )
        },
        [HOME + "test_with_nothing_on_them_people_are_told_so_and_what_comes_next_in_their_own_time"],
    ),
    Mutant(
        "Home counts another workspace's decisions",
        "another workspace sees nothing of it",
        "bot/home/areas.py",
        {'        Decision.workspace_id == bindparam("workspace_id"),\n': ""},
        [SECTIONS + "test_another_workspace_sees_nothing_of_it"],
    ),
    Mutant(
        "Home counts insights that one may not see",
        "of insights that wait Home counts only those that the person may see",
        "bot/home/areas.py",
        {"        insights.IS_VISIBLE,\n": ""},
        [SECTIONS + "test_a_restricted_insight_is_shown_only_to_who_may_see_it"],
    ),
    Mutant(
        "Home stays as it was",
        "what somebody did on Home is seen there at once",
        "bot/dispatch.py",
        {"            await self._show_home(gesture)\n": ""},
        ["tests/test_dispatch.py::test_what_somebody_did_on_home_is_seen_there_at_once"],
    ),
    Mutant(
        "help forgets the verbs",
        "every command and verb is listed",
        "bot/home/listeners.py",
        {
            '        lines += [_usage(house, f"/cadence {name}", command) for name, command in sorted(rooms.verbs.items())]\n': ""
        },
        [HOME + "test_help_lists_every_command_and_verb_and_what_to_write_behind_it"],
    ),
    Mutant(
        "Home does not know of releases",
        "Home shows all that waits for a person, from every room",
        "bot/app.py",
        {"        release_ahead.obligations,\n": ""},
        ["tests/home/test_whole_house.py::test_home_shows_what_waits_in_every_room"],
    ),
)

_POINTED_AT = (
    Mutant(
        "anybody reads what is said in private channels",
        "a person is shown only what they could read themselves",
        "bot/pointing.py",
        {"        if not name and not await _is_member(client, user, where.channel):\n": "        if False:\n"},
        [POINTED_AT + "test_what_one_may_not_read_is_not_read_and_looks_like_what_is_not_there"],
    ),
    Mutant(
        "whoever is not in a private channel is told what it has not",
        "what one may not read looks like what is not there",
        "bot/pointing.py",
        {
            "        name = await _public_name(": "        await _permalink(client, where)\n        name = await _public_name("
        },
        [POINTED_AT + "test_what_one_may_not_read_is_not_read_and_looks_like_what_is_not_there"],
    ),
    Mutant(
        "private channels are named in the decision log",
        "private channels' names do not leave them",
        "bot/pointing.py",
        {'    return "" if closed else str(': "    return str("},
        [POINTED_AT + "test_what_one_may_not_read_is_not_read_and_looks_like_what_is_not_there"],
    ),
    Mutant(
        "the stone in place of a deleted message is taken for it",
        "a message that is gone is said to be gone",
        "bot/pointing.py",
        {' and message.get("subtype") != "tombstone"': ""},
        [POINTED_AT + "test_a_message_that_is_gone_when_the_button_is_pressed_opens_an_empty_form"],
    ),
    Mutant(
        "every emoji is answered",
        "one answer a day to a person for a message",
        "bot/offers.py",
        {"offered_at=now)\n": "offered_at=now) or True\n"},
        [POINTED_AT + "test_each_person_is_offered_it_once_a_day_for_a_message"],
    ),
    Mutant(
        "an offer that nobody got counts as made",
        "who was not reached may try again",
        "bot/offers.py",
        {"        await house.db.run(take_back, house, room.what, spot, gesture.user)\n": ""},
        [POINTED_AT + "test_an_offer_that_did_not_arrive_is_made_again"],
    ),
    Mutant(
        "a reply's offer stands outside of its thread",
        "the answer comes where the person is",
        "bot/offers.py",
        {"room.message(house, str(spot)), thread)": "room.message(house, str(spot)))"},
        [POINTED_AT + "test_a_reply_is_answered_in_its_thread_and_read_there"],
    ),
    Mutant(
        "what was raised loses its link when it is decided",
        "an entry keeps the link to the message it comes from",
        "bot/decisions/forms.py",
        {"initial=so_far.links,": "initial=start.links,"},
        [POINTED_AT + "test_a_message_is_raised_from_its_menu_and_the_decider_sees_where_it_comes_from"],
    ),
    Mutant(
        "an entry does not know where it comes from",
        "an entry says which message it comes from",
        "bot/decisions/listeners.py",
        {"    return clean(metadata.get(": '    return ""\n    return clean(metadata.get('},
        [POINTED_AT + "test_a_message_is_recorded_from_its_menu_with_its_words_and_its_link"],
    ),
)

STANDING, ENABLEMENT = "tests/enablement/test_standing.py::", "tests/flows/test_enablement.py::"
_ENABLEMENT = (
    Mutant(
        "who writes a section second writes over the first",
        "nobody's words are overwritten unseen",
        "bot/enablement/writing.py",
        {"    if meanwhile:\n": "    if not mine:\n"},
        [STANDING + "test_nobody_writes_over_what_somebody_else_wrote_meanwhile"],
    ),
    Mutant(
        "who is away counts against the others",
        "who is away until after the last day does not count",
        "bot/enablement/standing.py",
        {"        elif person.slack_id in away:\n": "        elif person.slack_id in ():\n"},
        [STANDING + "test_who_is_away_until_after_the_last_day_does_not_count_against_the_others"],
    ),
    Mutant(
        "who is away today does not count, though they will be back in time",
        "who is away until after the last day does not count",
        "bot/enablement/standing.py",
        {"_away(absent, today) & _away(absent, max(today, confirm_by))": "_away(absent, today)"},
        [STANDING + "test_who_is_away_until_after_the_last_day_does_not_count_against_the_others"],
    ),
    Mutant(
        "an item is settled though nobody has confirmed",
        "an item is settled once enough people have confirmed",
        "bot/enablement/standing.py",
        {"bool(self.confirmed) and 100": "100"},
        [STANDING + "test_an_item_is_open_while_nobody_has_confirmed_whoever_it_is_not_for"],
    ),
    Mutant(
        "every later edition is to be confirmed again",
        "it is confirmed again only if its owner says so",
        "bot/enablement/standing.py",
        {"for each in published if each.again)": "for each in published)"},
        [ENABLEMENT + "test_what_changes_later_is_told_in_a_line_and_confirmed_again_only_if_its_owner_says_so"],
    ),
    Mutant(
        "the rest is nudged as often as somebody likes",
        "whoever leads a function nudges the rest once",
        "bot/enablement/confirming.py",
        {"    if (before := stands.nudges.get(roster.rule.function)) is not None:\n": "    if (before := None):\n"},
        [ENABLEMENT + "test_whoever_leads_a_function_nudges_the_rest_of_it_once"],
    ),
    Mutant(
        "one person's result is told to whoever leads them",
        "results are each person's own",
        "bot/enablement/questions.py",
        {"    if len(found) < LEAST_TOLD:\n": "    if not found:\n"},
        [ENABLEMENT + "test_test_questions_show_each_their_own_result_alone"],
    ),
)

MUTANTS = (*_UPDATES, *_DECISIONS, *_POINTED_AT, *_RELEASES, *_REVIEWS_AND_PEOPLE, *_ENABLEMENT)
