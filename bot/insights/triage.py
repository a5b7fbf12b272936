"""What a triager makes of an insight: sorted and routed, split, or out of scope."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import personal
from bot.audit import record
from bot.definitions.insights import CRITICAL, SEVERE, SEVERITIES
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import answering, clocks, incidents, model, questions, spikes, states, telling
from bot.insights.capturing import NOTHING_LEFT, PROOF_LIMIT, WHAT_LIMIT, is_restricted
from bot.insights.model import MERGED, NEW, Insight, Submission
from bot.insights.queue import move, text_of, working_on
from bot.insights.rights import rules_of

REASON_LIMIT = 300
MOST_ALSO = 2


@dataclass(frozen=True)
class Sorted:
    """What a triager says of an insight: five tags, and what else is known."""

    area_id: str
    theme_id: str
    segment_id: str
    severity: str
    evidence_id: str
    cause_id: str = ""
    also_area_id: str = ""
    also_themes: tuple[str, ...] = ()
    proof: str = ""
    restricted: bool = False


def sort(session: Session, house: House, slack_id: str, ref: str, said: Sorted) -> Insight:
    """Keep the tags and route it. `FieldErrors` when one is missing; a `UserError` when somebody else has it."""
    insight = working_on(session, house, slack_id, ref, states.SORT)
    state = states.require(insight, states.SORT)
    said = _checked(house, insight, said)
    restricted = makes_restricted(house, said)
    if not restricted and (
        hidden := [each.ref for each in model.duplicates(session, house, insight) if each.restricted]
    ):
        raise FieldErrors(
            {"restricted": f"What {hidden[0]} says is restricted, and counts for it. Undo that merge first."}
        )
    was_about = (insight.area_id, insight.theme_id)
    before = {"area": insight.area_id, "theme": insight.theme_id, "severity": insight.severity}
    was_restricted, was_critical = insight.restricted, insight.severity == CRITICAL
    questions.end(session, house, insight)
    move(
        session, house, insight, states.SORT,
        state=state, triaged_at=house.clock.now(), triaged_by=slack_id, lease_by=None, lease_until=None,
        area_id=said.area_id, theme_id=said.theme_id, segment_id=said.segment_id, severity=said.severity,
        evidence_id=said.evidence_id, cause_id=said.cause_id, also_area_id=said.also_area_id,
        also_themes=list(said.also_themes), proof=said.proof,
        restricted=restricted,
        **clocks.triaged(house, insight),
    )  # fmt: skip
    after = {"area": insight.area_id, "theme": insight.theme_id, "severity": insight.severity}
    record(session, house, "insight.sorted", f"insight:{insight.ref}", actor=slack_id, before=before, after=after)
    if insight.restricted and not was_restricted:
        _hide(session, house, insight)
    if insight.severity == CRITICAL and not was_critical:
        incidents.tell_first(session, house, insight)
    clocks.start(session, house, insight)
    answering.route(session, house, insight)
    _look_for_spikes(session, house, insight, was_about)
    telling.refresh(session, house, insight)
    return insight


def makes_restricted(house: House, said: Sorted) -> bool:
    """Whether only its readers see what is sorted so."""
    areas = (said.area_id, said.also_area_id)
    return said.restricted or is_restricted(house, [said.theme_id, *said.also_themes], areas)


def put_out_of_scope(session: Session, house: House, slack_id: str, ref: str, reason: str) -> Insight:
    """It is nothing for the product; its submitters are told why."""
    insight = working_on(session, house, slack_id, ref, states.SCOPE_OUT)
    state = states.require(insight, states.SCOPE_OUT)
    reason = text_of("reason", reason, REASON_LIMIT, "Say why in a line: its submitter reads it.")
    questions.end(session, house, insight)
    move(
        session, house, insight, states.SCOPE_OUT,
        state=state, reason=reason, decided_at=house.clock.now(), decided_by=slack_id, answers=Insight.answers + 1,
        lease_by=None, lease_until=None,
        **clocks.triaged(house, insight),
    )  # fmt: skip
    record(session, house, "insight.out_of_scope", f"insight:{insight.ref}", actor=slack_id, reason=reason)
    clocks.start(session, house, insight)
    telling.refresh(session, house, insight)
    telling.tell_out_of_scope(session, house, insight)
    _look_for_spikes(session, house, insight)
    return insight


def reopen(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """It was put out of scope, and is not."""
    insight = working_on(session, house, slack_id, ref, states.REOPEN)
    state = states.require(insight, states.REOPEN)
    move(
        session, house, insight, states.REOPEN,
        state=state, reason="", decided_at=None, decided_by=None, closed_at=None,
    )  # fmt: skip
    record(session, house, "insight.reopened", f"insight:{insight.ref}", actor=slack_id)
    clocks.start(session, house, insight)
    telling.refresh(session, house, insight)
    _look_for_spikes(session, house, insight)
    return insight


def tag(
    session: Session, house: House, slack_id: str, ref: str, area_id: str, theme_id: str
) -> tuple[Insight, Sequence[str]]:
    """Keep its area and theme beside what is known. What has its five tags then is sorted; else what lacks."""
    insight = working_on(session, house, slack_id, ref, states.SORT)
    said = Sorted(
        area_id, theme_id, insight.segment_id, insight.severity, insight.evidence_id, insight.cause_id,
        insight.also_area_id if insight.also_area_id != area_id else "", tuple(insight.also_themes), insight.proof,
        insight.restricted,
    )  # fmt: skip
    try:
        _checked(house, insight, said)
    except FieldErrors as error:
        if wrong := {name: text for name, text in error.fields.items() if name in ("area", "theme")}:
            raise FieldErrors(wrong) from error
        lacks = list(error.fields)
    else:
        return sort(session, house, slack_id, ref, said), ()
    was_restricted, was_about = insight.restricted, (insight.area_id, insight.theme_id)
    move(
        session, house, insight, states.SORT, area_id=area_id, theme_id=theme_id, lease_by=None, lease_until=None,
        restricted=makes_restricted(house, said),
    )  # fmt: skip
    record(session, house, "insight.tagged", f"insight:{insight.ref}", actor=slack_id, area=area_id, theme=theme_id)
    if insight.restricted and not was_restricted:
        _hide(session, house, insight)
    _look_for_spikes(session, house, insight, was_about)
    telling.refresh(session, house, insight)
    return insight, lacks


def restrict(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """From now on only its readers see it, and its submitters go on in their DMs."""
    insight = working_on(session, house, slack_id, ref, states.SORT)
    if rules_of(house).restricted is None:
        raise UserError("No insights are restricted here. Product ops can add `restricted` to insights.yaml.")
    if not insight.restricted:
        move(session, house, insight, states.SORT, restricted=True, lease_by=None, lease_until=None)
        record(session, house, "insight.restricted", f"insight:{insight.ref}", actor=slack_id)
        _hide(session, house, insight)
        _look_for_spikes(session, house, insight)
        telling.refresh(session, house, insight)
    return insight


def keep_in_step(session: Session, house: House) -> None:
    """The definitions may restrict a theme or an area that they did not before: then what is about it is restricted."""
    rules = house.definitions.insights
    if rules is None or rules.restricted is None:
        return
    themes, areas = rules.restricted.themes, rules.restricted.areas
    about = Insight.theme_id.in_(themes) | Insight.area_id.in_(areas) | Insight.also_area_id.in_(areas)
    query = select(Insight.id).where(
        Insight.workspace_id == house.workspace_id, Insight.restricted.is_(False), Insight.state != MERGED, about
    )
    for insight in model.held(session, house, *session.scalars(query)):
        model.set_(session, insight, restricted=True)
        record(session, house, "insight.restricted", f"insight:{insight.ref}")
        _hide(session, house, insight)
        _look_for_spikes(session, house, insight)
        telling.refresh(session, house, insight)


def split(session: Session, house: House, slack_id: str, ref: str, what: str, *, restricted: bool = False) -> Insight:
    """A part of it is something else: log that apart, for the same submitters. Returns the new one.

    It is as restricted as the whole, or more. What looks like personal data in it is masked.
    """
    insight = working_on(session, house, slack_id, ref, states.SORT)
    what = personal.masked(text_of("split", what, WHAT_LIMIT, "Write the other observation."))
    restricted = (insight.restricted or restricted) and rules_of(house).restricted is not None
    # So that the same form does not split it again.
    move(session, house, insight, states.SORT)
    part = model.add(
        session, house,
        state=NEW, captured_at=insight.captured_at, restricted=restricted, what=what,
        severity=insight.severity, segment_id=insight.segment_id, source_id=insight.source_id, proof=insight.proof,
        release_id=insight.release_id, split_from=insight.id,
    )  # fmt: skip
    for each in model.submissions(session, house, insight):
        copy = Submission(
            workspace_id=house.workspace_id, insight_id=part.id, captured_as=part.id, submitter=each.submitter,
            is_own=each.is_own, brought_by=each.brought_by, how=each.how, at=each.at, what=what,
            accounts=each.accounts, revenue=each.revenue, permalink=each.permalink,
            under=None if restricted else each.under,
        )  # fmt: skip
        session.add(copy)
        session.flush()
        if copy.is_own:
            telling.begin(session, house, part, copy)
    record(session, house, "insight.split", f"insight:{insight.ref}", actor=slack_id, into=part.ref, what=what)
    clocks.start(session, house, part)
    telling.announce(session, house, part)
    return part


def _hide(session: Session, house: House, insight: Insight) -> None:
    """It has become restricted: take it from wherever others read it, and let its readers go on with it."""
    telling.hide(session, house, insight)
    incidents.hide(session, house, insight)
    incidents.tell_first(session, house, insight)


def _look_for_spikes(session: Session, house: House, insight: Insight, *before: tuple[str, str]) -> None:
    """In what it is about now (area and theme), and in what it was about before: there it counts no more."""
    for area_id, theme_id in dict.fromkeys([*before, (insight.area_id, insight.theme_id)]):
        spikes.look(session, house, area_id, theme_id)


def _checked(house: House, insight: Insight, said: Sorted) -> Sorted:
    rules, wrong = rules_of(house), dict[str, str]()
    areas = [area.id for area in house.definitions.organisation.areas]
    tags: dict[str, tuple[str, list[str]]] = {
        "theme": (said.theme_id, [each.id for each in rules.themes]),
        "segment": (said.segment_id, [each.id for each in rules.segments]),
        "severity": (said.severity, list(SEVERITIES)),
        "evidence": (said.evidence_id, [each.id for each in rules.evidence]),
    }
    wrong |= {name: f"Choose the {name}." for name, (id, ids) in tags.items() if id not in ids}
    # Where no area is known, a route for that says who finds out.
    if said.area_id not in ("", *areas):
        wrong["area"] = "There is no such area any more."
    if said.also_area_id and (said.also_area_id not in areas or said.also_area_id == said.area_id):
        wrong["also_area"] = "Choose another area, or none."
    if said.cause_id and said.cause_id not in [each.id for each in rules.causes]:
        wrong["cause"] = "There is no such cause any more."
    also = [id for id in dict.fromkeys(said.also_themes) if id and id != said.theme_id][:MOST_ALSO]
    # What was logged may have been kept with a reason: that stays as it is.
    proof = personal.masked(typed) if (typed := said.proof.strip()) not in ("", insight.proof) else insight.proof
    if said.severity in SEVERE and not proof:
        wrong["proof"] = f"{said.severity.capitalize()} needs proof: a link to the ticket, or a number."
    elif said.severity in SEVERE and typed != insight.proof and personal.says_nothing(proof):
        wrong["proof"] = NOTHING_LEFT
    elif len(proof) > PROOF_LIMIT:
        wrong["proof"] = f"Keep it under {PROOF_LIMIT} characters: a link or a number."
    if wrong:
        raise FieldErrors(wrong)
    return Sorted(
        said.area_id, said.theme_id, said.segment_id, said.severity, said.evidence_id, said.cause_id,
        said.also_area_id if said.area_id else "", tuple(also), proof, said.restricted,
    )  # fmt: skip
