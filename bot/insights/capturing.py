"""Somebody brings an insight: three answers are enough, and nothing of it is lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from bot import personal
from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions.insights import SEVERE, SEVERITIES
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import clocks, incidents, model, spikes, telling
from bot.insights.model import COMMAND, NEW, Insight, Submission
from bot.insights.rights import rules_of, seen
from bot.insights.routing import release_of
from bot.people.flow import require_person
from bot.pointing import Spot

WHAT_LIMIT, PROOF_LIMIT, REVENUE_LIMIT, BECAUSE_LIMIT = 500, 300, 40, 300
BROUGHT_BY_LIMIT = 120
MOST_ACCOUNTS = 100_000
MASK, KEEP = "mask", "keep"
NOTHING_LEFT = "Nothing of this is left once it is masked: add a link to the ticket, or a number."


@dataclass(frozen=True)
class Captured:
    """What somebody has typed or sent; ids are those of the definitions, empty for what they do not know."""

    what: str
    severity: str
    area_id: str = ""
    theme_id: str = ""
    segment_id: str = ""
    evidence_id: str = ""
    cause_id: str = ""
    source_id: str = ""
    proof: str = ""
    accounts: int = 1
    revenue: str = ""
    release_id: int | None = None
    restricted: bool = False
    """Whether they want only its readers to see it."""
    how: str = COMMAND
    permalink: str = ""
    thread: Spot | None = None
    """The message in whose thread its submitter hears of it; none: in their DM."""
    personal: str = ""
    """What to do with what looks like personal data: `mask` or `keep` it. Empty: it was not asked yet."""
    because: str = ""
    """Why it is kept."""


class PersonalData(UserError):
    """What was typed holds what looks like personal data or a key: somebody has to say what to do with it."""

    def __init__(self, found: Mapping[str, Sequence[personal.Found]]) -> None:
        self.found = found
        """By the field in which it stands."""
        kinds = ", ".join(dict.fromkeys(each.kind for some in found.values() for each in some))
        super().__init__(f"This holds what looks like personal data ({kinds}). Mask it, or say why it must stay.")


@dataclass(frozen=True)
class Bringer:
    """Who is told what becomes of it, and who or what brought it when that was somebody else."""

    submitter: str
    is_own: bool = True
    brought_by: str | None = None


def capture(
    session: Session, house: House, slack_id: str, captured: Captured, form_key: str
) -> tuple[Insight, Submission]:
    """Log it for a person. The same form counts once.

    Raises `FieldErrors`, and `PersonalData` before anything is kept.
    """
    require_person(session, house, slack_id)
    return take(session, house, Bringer(slack_id), captured, form_key, by=slack_id)


def take(
    session: Session, house: House, bringer: Bringer, captured: Captured, form_key: str, by: str | None
) -> tuple[Insight, Submission]:
    """The same for whoever brings it; `by` is who acts, a Slack id or a program, none for a file."""
    rules_of(house)
    if (known := brought(session, house, form_key)) is not None:
        return known
    found = _personal(bringer, captured)
    bringer, captured = cleared(session, house, bringer, captured)
    with session.begin_nested() as savepoint:
        insight = _kept(session, house, captured)
        submission = _submitted(session, house, insight, bringer, captured, form_key)
        if submission is None:
            # The same came at the same moment, and the other one was quicker.
            savepoint.rollback()
    if submission is None:
        known = brought(session, house, form_key)
        assert known is not None
        return known
    noted: dict[str, Any] = {"severity": insight.severity, "area": insight.area_id, "how": captured.how}
    if found:
        kinds = sorted({each.kind for some in found.values() for each in some})
        noted |= {"personal": kinds, "kept_because": captured.because if captured.personal == KEEP else ""}
    record(session, house, "insight.captured", f"insight:{insight.ref}", actor=by, **noted)
    clocks.start(session, house, insight)
    if captured.how != model.IMPORT:
        # A file may hold hundreds: who brought it sees them in the queue, and hears of each at its end.
        if bringer.is_own:
            telling.begin(session, house, insight, submission)
        telling.announce(session, house, insight)
    incidents.tell_first(session, house, insight)
    return insight, submission


def cleared(session: Session, house: House, bringer: Bringer, captured: Captured) -> tuple[Bringer, Captured]:
    """What may be kept of it. Raises `FieldErrors` by the form's fields, and `PersonalData`."""
    captured = checked(session, house, captured)
    if not (found := _personal(bringer, captured)):
        return bringer, captured
    if captured.personal == KEEP:
        if not captured.because.strip():
            raise FieldErrors({"because": "Say why it must stay, or have it masked."})
        return bringer, captured
    if captured.personal != MASK:
        raise PersonalData(found)
    bringer, captured = _masked(bringer, captured)
    if captured.severity in SEVERE and personal.says_nothing(captured.proof):
        raise FieldErrors({"proof": NOTHING_LEFT})
    return bringer, captured


def brought(session: Session, house: House, form_key: str) -> tuple[Insight, Submission] | None:
    """What a form, a line or a call has brought already, and the insight it counts for now."""
    submission = model.by_form(session, house, form_key)
    insight = model.by_id(session, house, submission.insight_id) if submission else None
    return (insight, submission) if insight and submission else None


def also(session: Session, house: House, slack_id: str, ref: str, accounts: int = 1) -> Insight:
    """Somebody heard the same: it counts once more, and they are told as well what becomes of it."""
    person = require_person(session, house, slack_id)
    model.held(session, house, model.get(session, house, ref).id)
    insight = seen(session, house, slack_id, ref)
    if insight.merged_into is not None:
        raise UserError(f"{insight.ref} is merged into another one. `/insight {insight.ref}` shows it.")
    if any(each.submitter == person.slack_id for each in model.submissions(session, house, insight)):
        raise UserError(f"You have brought {insight.ref} already, and hear what becomes of it.")
    captured = Captured(insight.what, insight.severity, accounts=accounts)
    key = f"also:{insight.id}:{slack_id}"
    submission = _submitted(session, house, insight, Bringer(slack_id), captured, key)
    assert submission is not None, "the insight is held"
    record(session, house, "insight.also", f"insight:{insight.ref}", actor=slack_id, accounts=accounts)
    telling.begin(session, house, insight, submission)
    telling.refresh(session, house, insight)
    telling.catch_up(session, house, insight)
    spikes.look(session, house, insight.area_id, insight.theme_id)
    return insight


def checked(session: Session, house: House, captured: Captured) -> Captured:
    """What was typed, with what may not stand there left out; `FieldErrors` by the form's fields."""
    rules, wrong = rules_of(house), dict[str, str]()
    what, proof, revenue = captured.what.strip(), captured.proof.strip(), captured.revenue.strip()
    if not what:
        wrong["what"] = "Say in a sentence what you saw or heard."
    elif len(what) > WHAT_LIMIT:
        wrong["what"] = f"Keep it under {WHAT_LIMIT} characters: one observation."
    if len(proof) > PROOF_LIMIT:
        wrong["proof"] = f"Keep it under {PROOF_LIMIT} characters: a link or a number."
    if len(revenue) > REVENUE_LIMIT:
        wrong["revenue"] = f"Keep it under {REVENUE_LIMIT} characters."
    if captured.severity not in SEVERITIES:
        wrong["severity"] = "Choose how much it hurts."
    elif captured.severity in SEVERE and not proof:
        wrong["proof"] = f"{captured.severity.capitalize()} needs proof: a link to the ticket, or a number."
    if len(captured.because) > BECAUSE_LIMIT:
        wrong["because"] = f"Keep it under {BECAUSE_LIMIT} characters."
    if not 1 <= captured.accounts <= MOST_ACCOUNTS:
        wrong["accounts"] = f"Write how many accounts: a number from 1 to {MOST_ACCOUNTS}."
    known = {
        "area": (captured.area_id, [area.id for area in house.definitions.organisation.areas]),
        "theme": (captured.theme_id, [each.id for each in rules.themes]),
        "segment": (captured.segment_id, [each.id for each in rules.segments]),
        "evidence": (captured.evidence_id, [each.id for each in rules.evidence]),
        "cause": (captured.cause_id, [each.id for each in rules.causes]),
        "source": (captured.source_id, [each.id for each in rules.sources]),
    }
    wrong |= {
        name: f"There is no {name} `{id[:40]}`. There are: {', '.join(ids)}."
        for name, (id, ids) in known.items()
        if id and id not in ids
    }
    if captured.release_id is not None and release_of(session, house, captured.release_id) is None:
        wrong["release"] = "There is no such release any more."
    if wrong:
        raise FieldErrors(wrong)
    return replace(captured, what=what, proof=proof, revenue=revenue)


def is_restricted(house: House, themes: Collection[str], areas: Collection[str]) -> bool:
    """Whether the definitions say that only its readers see what is about one of these."""
    restricted = rules_of(house).restricted
    if restricted is None:
        return False
    return bool({*themes} & {*restricted.themes} or {*areas} & {*restricted.areas})


def _personal(bringer: Bringer, captured: Captured) -> dict[str, list[personal.Found]]:
    """What looks like personal data, by the field in which it stands."""
    texts = {
        "what": captured.what,
        "proof": captured.proof,
        "revenue": captured.revenue,
        "link": captured.permalink,
        "brought_by": bringer.brought_by or "",
    }
    return {name: found for name, text in texts.items() if (found := personal.found(text))}


def _masked(bringer: Bringer, captured: Captured) -> tuple[Bringer, Captured]:
    by = personal.masked(bringer.brought_by)[:BROUGHT_BY_LIMIT] if bringer.brought_by else None
    return replace(bringer, brought_by=by), replace(
        captured,
        what=personal.masked(captured.what),
        proof=personal.masked(captured.proof),
        revenue=personal.masked(captured.revenue)[:REVENUE_LIMIT],
        # A masked address leads nowhere.
        permalink="" if personal.found(captured.permalink) else captured.permalink,
    )


def _kept(session: Session, house: House, captured: Captured) -> Insight:
    can_be = rules_of(house).restricted is not None
    return model.add(
        session,
        house,
        state=NEW,
        captured_at=house.clock.now(),
        restricted=can_be and (captured.restricted or is_restricted(house, [captured.theme_id], [captured.area_id])),
        what=captured.what,
        severity=captured.severity,
        area_id=captured.area_id,
        theme_id=captured.theme_id,
        segment_id=captured.segment_id,
        evidence_id=captured.evidence_id,
        cause_id=captured.cause_id,
        source_id=captured.source_id,
        proof=captured.proof,
        release_id=captured.release_id,
    )


def _submitted(
    session: Session, house: House, insight: Insight, bringer: Bringer, captured: Captured, form_key: str
) -> Submission | None:
    """None when this form has brought something already."""
    under, spot = None, captured.thread
    if spot is not None and not insight.restricted and not spot.is_direct:
        under = outbox.known(session, house, spot.channel, spot.ts)
    is_new = insert_or_ignore(
        session,
        Submission,
        workspace_id=house.workspace_id,
        insight_id=insight.id,
        captured_as=insight.id,
        submitter=bringer.submitter,
        is_own=bringer.is_own,
        brought_by=bringer.brought_by,
        how=captured.how,
        at=house.clock.now(),
        what=captured.what,
        accounts=captured.accounts,
        revenue=captured.revenue,
        permalink=captured.permalink,
        form_key=form_key,
        under=under,
    )
    return model.by_form(session, house, form_key) if is_new else None
