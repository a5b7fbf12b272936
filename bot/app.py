"""The one file that knows every room: what each answers to, what the clock calls, and what rooms do for each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from bot import offers
from bot.actions import findings as action_findings
from bot.actions import flow as actions
from bot.actions import listeners as action_listeners
from bot.api.endpoints import Endpoint
from bot.artifacts import findings as artifact_findings
from bot.artifacts import freshness as artifact_freshness
from bot.artifacts import launches as artifact_launches
from bot.artifacts import listeners as artifact_listeners
from bot.artifacts import pack as artifacts_in_pack
from bot.artifacts.library import Library
from bot.blocks import button
from bot.charter import findings as charter_findings
from bot.charter import flow as charter
from bot.charter import listeners as charter_listeners
from bot.charter import pack as charter_in_pack
from bot.checks import flow as checks
from bot.checks import listeners as check_listeners
from bot.comms import findings as comms_findings
from bot.comms import listeners as comms_listeners
from bot.comms import planning as comms_planning
from bot.comms import proof as comms_proof
from bot.comms import telling as comms_telling
from bot.decisions import consulting, reviewing
from bot.decisions import done as decisions_done
from bot.decisions import findings as decision_findings
from bot.decisions import flow as decisions
from bot.decisions import listeners as decision_listeners
from bot.decisions import model as decision_model
from bot.decisions import planned as decisions_planned
from bot.decisions import pointed as decision_pointed
from bot.decisions import turns as decision_turns
from bot.definitions.artifacts import made_by_ritual
from bot.delivery import listeners as delivery
from bot.digests import listeners as digest_listeners
from bot.digests import model as digest_model
from bot.digests import publishing as digest_publishing
from bot.dispatch import verb_handler
from bot.enablement import asking as bundle_asking
from bot.enablement import confirming as bundle_confirming
from bot.enablement import done as bundle_done
from bot.enablement import listeners as bundle_listeners
from bot.enablement import panel as bundle_panel
from bot.feeds import listeners as feeds
from bot.forms import findings as form_findings
from bot.forms import listeners as forms
from bot.home import listeners as home
from bot.house import House, Links
from bot.improvements import flow as improvements
from bot.improvements import listeners as improvement_listeners
from bot.improvements import reviewed as definitions_reviewed
from bot.insights import answering as insight_answering
from bot.insights import asking as insight_asking
from bot.insights import breaches as insight_breaches
from bot.insights import clocks as insight_clocks
from bot.insights import findings as insight_findings
from bot.insights import listeners as insight_listeners
from bot.insights import outside as insight_outside
from bot.insights import pointed as insight_pointed
from bot.insights import publishing as insight_publishing
from bot.insights import quarterly as insights_quarterly
from bot.insights import questions as insight_questions
from bot.insights import spikes as insight_spikes
from bot.insights import telling as insight_telling
from bot.insights import triage as insight_triage
from bot.load import findings as load_findings
from bot.load import flow as load
from bot.load import listeners as load_listeners
from bot.lookback import actions as lookback_actions
from bot.lookback import asking as lookback_asking
from bot.lookback import awareness as lookback_awareness
from bot.lookback import done as lookback_done
from bot.lookback import findings as lookback_findings
from bot.lookback import listeners as lookback_listeners
from bot.lookback import model as lookback_model
from bot.lookback import planning as lookback_planning
from bot.lookback import quarterly as lookback_quarterly
from bot.lookback import reporting as lookback_reporting
from bot.lookback import surprises as lookback_surprises
from bot.measures import findings as measure_findings
from bot.measures import keeping as measures_kept
from bot.measures import listeners as measure_listeners
from bot.measures import pack as measures_in_pack
from bot.measures import report as health_report
from bot.measures import standing as measures
from bot.naming import flow as naming
from bot.naming import listeners as naming_listeners
from bot.pack import done as pack_done
from bot.pack import listeners as pack
from bot.people import listeners as people
from bot.pilot import listeners as pilot
from bot.pilot import notices as pilot_notices
from bot.pilot import pack as pilot_in_pack
from bot.pilot import passing as pilot_passing
from bot.pilot import progress as pilot_progress
from bot.pilot import retros as pilot_retros
from bot.prompts import flow as prompts
from bot.prompts import listeners as prompt_listeners
from bot.pulses import flow as pulses
from bot.pulses import listeners as pulse_listeners
from bot.pulses import results as pulse_results
from bot.quarter import asking as quarter_asking
from bot.quarter import assembling as quarter_plan
from bot.quarter import closing as quarter_closing
from bot.quarter import flow as quarter
from bot.quarter import listeners as quarter_listeners
from bot.quarter import model as quarter_model
from bot.registers import flow as registers
from bot.registers import linked as registers_linked
from bot.registers import listeners as register_listeners
from bot.registers import pack as registers_in_pack
from bot.registers import standing as registers_standing
from bot.releases import ahead as release_ahead
from bot.releases import asking as release_asking
from bot.releases import calling as release_calling
from bot.releases import card as release_card
from bot.releases import course_listeners as release_course_listeners
from bot.releases import done as release_done
from bot.releases import findings as release_findings
from bot.releases import forum as release_forum
from bot.releases import items as release_items
from bot.releases import listeners as release_listeners
from bot.releases import outside as release_outside
from bot.releases import stated as release_stated
from bot.releases import timing as release_timing
from bot.reviews import agreed as reviews_agreed
from bot.reviews import audit_listeners, old_meetings
from bot.reviews import cancelling as review_cancelling
from bot.reviews import choices as review_choices
from bot.reviews import findings as review_findings
from bot.reviews import flow as reviews
from bot.reviews import following as review_following
from bot.reviews import listeners as review_listeners
from bot.reviews import model as review_model
from bot.reviews import packet as review_packet
from bot.rituals import listeners as rituals_room
from bot.rituals import model as occurrences
from bot.rituals import punctual
from bot.rituals.flow import Rituals
from bot.rituals.kinds import Kinds
from bot.roadmap import asking as roadmap_asking
from bot.roadmap import done as roadmap_done
from bot.roadmap import links as roadmap
from bot.roadmap import listeners as roadmap_listeners
from bot.roadmap import review as roadmap_review
from bot.rubric import flow as rubric
from bot.rubric import listeners as rubric_listeners
from bot.rubric import pack as rubric_in_pack
from bot.setup import assuming
from bot.setup import home as setup_home
from bot.setup import listeners as setup
from bot.status import in_words as status_in_words
from bot.status import listeners as status
from bot.tables import Command, Tables, merge
from bot.timers import Fire
from bot.updates import asking
from bot.updates import done as updates_done
from bot.updates import flow as updates
from bot.updates import listeners as update_listeners
from bot.welcome import first_steps
from bot.welcome import home as welcome_home
from bot.welcome import listeners as welcome
from bot.who import listeners as who
from bot.why import listeners as why

KINDS: Kinds = {
    updates.KIND: updates.WeeklyUpdate(),
    review_model.KIND: reviews.Review(),
    insight_publishing.KIND: insight_publishing.InsightsDigest(),
    digest_model.KIND: digest_publishing.Digest(),
    quarter_model.KIND: quarter.QuarterPlanning(),
}
RITUALS = Rituals(KINDS)

LINKS = Links(
    log_decision=decisions.log_draft,
    digest_sections=(decisions.digest_section, release_ahead.digest_section),
    on_correction=(digest_publishing.correct,),
    planning=decisions_planned.facts,
    quarter_sections=(insights_quarterly.section, lookback_quarterly.section),
    calendar=RITUALS,
    forum=(decisions.to_decide_in, insight_spikes.on_agenda),
    packets=(roadmap.packet, health_report.packet),
    unmoved=(roadmap_asking.packet,),
    before_reviews=(roadmap_asking.steps,),
    gates=(release_forum.gates,),
    looked_at=(review_following.looked_at,),
    artifacts=(roadmap.artifact, health_report.artifact),
    holds_back=(pilot_progress.holds_back, pilot_notices.holds_back, pilot_retros.after_cycles),
    looked_back=(pilot_retros.said,),
    library=Library(),
    done_tests={
        "every-area-accounted-for": updates_done.every_area_accounted_for,
        "each-red-has-an-owner": updates_done.each_red_has_an_owner,
        "posted-by": punctual.posted_by,
        "posted-within": punctual.posted_within,
        "ranges-only": roadmap_done.ranges_only,
        "one-source-per-area": roadmap_done.one_source_per_area,
        "each-theme-has-an-owner-or-date": insight_publishing.each_theme_has_an_owner_or_date,
        "every-bet-has-owner-and-measure": quarter_plan.every_bet_has_owner_and_measure,
        "two-options": decisions_done.two_options,
        "four-answers": release_done.four_answers,
        "each-function-has-confirmed": bundle_done.each_function_has_confirmed,
        "everybody-has-answered": lookback_done.everybody_has_answered,
        "each-measure-that-is-off-has-an-owner": health_report.nobodys,
        "every-must-have-is-there": pack_done.every_must_have_is_there,
        "rubric-passed": pack_done.rubric_passed,
    },
    obligations=(
        update_listeners.obligations,
        review_listeners.obligations,
        quarter_asking.obligations,
        decision_listeners.obligations,
        release_ahead.obligations,
        bundle_asking.obligations,
        lookback_asking.obligations,
        actions.obligations,
        insight_asking.obligations,
        naming.obligations,
        roadmap_asking.obligations,
        registers.obligations,
        rubric.obligations,
        checks.obligations,
        improvements.obligations,
        pulses.obligations,
        charter.obligations,
        pilot_retros.obligations,
    ),
    on_away=(updates.on_away, quarter_asking.on_away, decisions.on_away, insight_answering.on_away),
    on_back=(updates.on_back, quarter_asking.on_back, insight_asking.on_back),
    on_other_zone=(RITUALS.on_other_zone, updates.on_other_zone, prompts.on_other_zone),
    parts={
        asking.PROMPT: asking.prompt_part,
        review_model.KIND: reviews.prompt_part,
        review_cancelling.PROMPT: review_cancelling.prompt_part,
        review_choices.PROMPT: review_choices.prompt_part,
        quarter_asking.PROMPT: quarter_asking.prompt_part,
        quarter_asking.FRICTIONS: quarter_asking.frictions_part,
        quarter_asking.CLOSE: quarter_asking.close_part,
        decision_turns.PROMPT: decisions.prompt_part,
        consulting.PROMPT: consulting.prompt_part,
        reviewing.PROMPT: reviewing.prompt_part,
        naming.PROMPT: naming.prompt_part,
        release_asking.PROMPT: release_asking.prompt_part,
        bundle_asking.PROMPT: bundle_asking.prompt_part,
        lookback_asking.PROMPT: lookback_asking.prompt_part,
        lookback_awareness.PROMPT: lookback_awareness.prompt_part,
        actions.PROMPT: actions.prompt_part,
        lookback_surprises.PROMPT: lookback_surprises.prompt_part,
        insight_asking.PROMPT: insight_asking.prompt_part,
        roadmap_asking.PROMPT: roadmap_asking.prompt_part,
        registers.PROMPT: registers.prompt_part,
        improvements.PROMPT: improvements.prompt_part,
        rubric.PROMPT: rubric.prompt_part,
        pulses.PROMPT: pulses.prompt_part,
        pilot_retros.PROMPT: pilot_retros.prompt_part,
        assuming.PROMPT: assuming.prompt_part,
    },
    on_release=(
        # First, since it holds insights: whoever holds one holds people only after that.
        insight_answering.on_release,
        comms_planning.follow,
        bundle_confirming.follow,
        lookback_planning.follow,
    ),
    action_sources={
        lookback_model.ACTIONS: lookback_actions.Releases(),
        review_packet.SORT: reviews_agreed.Rituals(),
    },
    releases=release_ahead.facts,
    release_panels=(comms_proof.panels, bundle_panel.panels, lookback_reporting.panels, registers_linked.panels),
    entries_about=registers_linked.lines,
    on_entry=(release_card.follow,),
    on_renamed=(registers_linked.follow_name,),
    release_settled=(comms_proof.settled, bundle_panel.settled),
    release_asks=(bundle_asking.keep, artifact_launches.keep),
    ahead=(asking.ahead, reviews.ahead, quarter_asking.ahead),
    findings=(
        registers_standing.findings,
        rubric.findings,
        insight_findings.findings,
        definitions_reviewed.findings,
        assuming.findings,
        pilot_passing.findings,
        pilot_notices.findings,
        measure_findings.findings,
        improvements.findings,
        charter_findings.charter,
        charter_findings.owners,
        charter_findings.weight,
        action_findings.findings,
        artifact_findings.findings,
        comms_findings.findings,
        decision_findings.findings,
        form_findings.findings,
        load_findings.findings,
        lookback_findings.findings,
        release_findings.findings,
        review_findings.findings,
    ),
    noted=checks.note,
    level_of=checks.level_of,
    unwaived=checks.unwaived,
    pulses=pulse_results.answers,
    answer_in_words=status_in_words.answer,
    one_thing=status_in_words.one_thing,
    first_on_home=(setup_home.on_home, welcome_home.on_home, pilot.on_home, charter.on_home),
    measured=measures.measured,
    on_set_up=(old_meetings.on_set_up, registers.on_set_up),
    pack={
        "charter": (charter_in_pack.parts,),
        "artifacts": (artifacts_in_pack.parts,),
        "plan": (pilot_in_pack.parts,),
        "measures": (measures_in_pack.parts, rubric_in_pack.parts),
        "drift": (artifacts_in_pack.drift,),
    },
    registers=registers_in_pack.in_pack,
    risks=registers_in_pack.heaviest,
    not_taken_on=naming.not_taken_on,
)

TIMERS: Mapping[str, Fire] = {
    "ritual.open": RITUALS.on_open,
    "ritual.cutoff": RITUALS.on_cutoff,
    "ritual.publish": RITUALS.on_publish,
    reviews.PACKET: reviews.on_packet,
    review_cancelling.CANCELLED: review_cancelling.on_cancelled,
    review_following.FOLLOW: review_following.on_follow,
    roadmap_asking.ASK: roadmap_asking.on_ask,
    review_choices.UNDECIDED: review_choices.on_undecided,
    quarter.PACKET: quarter.on_packet,
    quarter_closing.UNDECIDED: quarter_closing.on_undecided,
    old_meetings.UNDECIDED: old_meetings.on_undecided,
    decision_turns.DUE: decisions.on_due,
    release_timing.CHECK: release_timing.on_check,
    release_timing.LAST_DAY: release_asking.on_last_day,
    release_timing.CALL_BY: release_calling.on_call_by,
    release_timing.WAIVER: release_items.on_waiver,
    comms_planning.DUE: comms_telling.on_due,
    lookback_planning.CAPTURE: lookback_planning.on_capture,
    lookback_planning.LATE: lookback_planning.on_late,
    actions.LATE: actions.on_late,
    artifact_freshness.TIMER: artifact_freshness.on_stale,
    insight_clocks.DUE: insight_breaches.on_due,
    insight_questions.LAPSE: insight_questions.on_lapse,
    insight_telling.CLOSING: insight_telling.on_closing,
    load.WEEKLY: load.on_weekly,
    checks.NIGHTLY: checks.on_nightly,
    checks.AGAIN: checks.on_again,
    improvements.WEEKLY: improvements.on_weekly,
    pulses.ASK: pulses.on_ask,
    pulses.CLOSE: pulses.on_close,
    measures_kept.WEEKLY: measures_kept.on_weekly,
    prompts.DUE: prompts.on_due,
    prompts.AWAY: prompts.on_away,
}


LAUNCH_READY = {
    name: lookback_listeners.or_surprised(command) for name, command in release_listeners.TABLES.commands.items()
}
"""The command of the releases, which also understands what another room makes of a surprise."""

SHOWN_BY: Mapping[str, artifact_listeners.Shows] = {
    "roadmap": lambda gesture, house: made_by_ritual(roadmap_review.ritual_id(house)),
    "pack": lambda gesture, house: pack_done.MADE,
    "/launch-ready": lambda gesture, house: "release-registered" if gesture.text else "",
    "/decision": lambda gesture, house: "decision-recorded" if decision_model.looks_like_an_id(gesture.text) else "",
}
"""Commands that show an artifact: who asks them reads it."""

EMOJI = Tables(events={"reaction_added": offers.on_reaction((decision_pointed.EMOJI, insight_pointed.EMOJI))})
"""Whoever sets an emoji on a message is offered what the rooms make of it."""

ENDPOINTS: Sequence[Endpoint] = (*release_outside.ENDPOINTS, *insight_outside.ENDPOINTS)
"""What programs with a token may ask for over HTTP."""


def HOLD(session: Session, house: House, ref: str) -> None:
    """Lock what a timer is about: a `person:…`, `decision:…`, `release:…` or `insight:…`, an occurrence (a number)."""
    if ref.startswith("person:"):
        prompts.hold(session, house, ref)
    elif ref.startswith("decision:"):
        decisions.hold(session, house, ref)
    elif ref.startswith("release:"):
        release_timing.hold(session, house, ref)
    elif ref.startswith("insight:"):
        insight_clocks.hold(session, house, ref)
    elif occurrences.is_id(ref.partition(":")[0]):
        occurrences.hold(session, house, ref)


def adopt(session: Session, house: House) -> None:
    """Act on definitions that are new to this database: at start, and whenever they changed."""
    RITUALS.plan_all(session, house)
    updates.keep_in_step(session, house)
    release_stated.keep_in_step(session, house)
    release_timing.keep_in_step(session, house)
    comms_planning.keep_in_step(session, house)
    release_asking.keep_in_step(session, house)
    bundle_asking.keep_in_step(session, house)
    naming.keep_in_step(session, house)
    charter.keep_in_step(session, house)
    decisions.keep_in_step(session, house)
    insight_triage.keep_in_step(session, house)
    insight_answering.keep_in_step(session, house)
    artifact_freshness.keep_in_step(session, house)
    load.keep_in_step(session, house)
    checks.keep_in_step(session, house)
    improvements.keep_in_step(session, house)
    pulses.keep_in_step(session, house)
    measures_kept.keep_in_step(session, house)
    pilot_notices.keep_in_step(session, house)
    pilot_retros.keep_in_step(session, house)
    assuming.keep_in_step(session, house)


LINKS = replace(LINKS, adopt=adopt)


def arrive(session: Session, house: House) -> None:
    """Say that Drumbeat is here now: at each start, which only the first one in a workspace does anything at."""
    first_steps.arrive(session, house)


def at_the_boundary(rooms: Tables) -> Tables:
    """The same, in which nobody's words to a command have Drumbeat decide: they are answered with whose that is."""

    def guarded(name: str, command: Command) -> Command:
        if name == "/insight":
            # A customer may have said just this.
            return decision_listeners.or_whose_it_is(
                command, partial(button, "Log it as an insight", "insights.log_words")
            )
        if name in ("/decision", "status"):
            return decision_listeners.or_whose_it_is(command)
        return decision_listeners.else_whose_it_is(command)

    commands = {name: guarded(name, command) for name, command in rooms.commands.items()}
    return replace(rooms, commands=commands, verbs={name: guarded(name, verb) for name, verb in rooms.verbs.items()})


def tables() -> Tables:
    """Everything Drumbeat answers to; the manifest is written from it."""
    rooms = merge(
        [
            people.TABLES,
            naming_listeners.TABLES,
            prompt_listeners.TABLES,
            rituals_room.tables(RITUALS),
            update_listeners.TABLES,
            review_listeners.TABLES,
            audit_listeners.TABLES,
            quarter_listeners.TABLES,
            decision_listeners.TABLES,
            replace(release_listeners.TABLES, commands=LAUNCH_READY),
            release_course_listeners.TABLES,
            bundle_listeners.TABLES,
            comms_listeners.TABLES,
            lookback_listeners.TABLES,
            action_listeners.TABLES,
            artifact_listeners.TABLES,
            check_listeners.TABLES,
            insight_listeners.TABLES,
            EMOJI,
            roadmap_listeners.TABLES,
            register_listeners.TABLES,
            rubric_listeners.tables(improvements.changelog_age),
            improvement_listeners.TABLES,
            pulse_listeners.TABLES,
            digest_listeners.TABLES,
            home.TABLES,
            forms.TABLES,
            load_listeners.TABLES,
            pilot.TABLES,
            measure_listeners.TABLES,
            feeds.TABLES,
            welcome.TABLES,
            setup.TABLES,
            status.TABLES,
            pack.TABLES,
            charter_listeners.TABLES,
            who.TABLES,
            why.TABLES,
            delivery.TABLES,
        ]
    )
    rooms = artifact_listeners.counting(at_the_boundary(rooms), SHOWN_BY)
    handler = verb_handler(rooms, home.help_for(rooms), decision_listeners.for_others_to_decide)
    cadence = Command(handler, "Everything about the cadence: help lists it", "[verb]")
    return merge([rooms, Tables(commands={"/cadence": cadence})])
