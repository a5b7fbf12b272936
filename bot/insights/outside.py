"""Insights from outside Slack: a support desk, a form or a research tool brings them, and asks what became of them."""

import hashlib
import uuid
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.api.bodies import Body, ForeignId, Link, read, schema
from bot.api.endpoints import Answer, Asked, Endpoint, Problem
from bot.definitions.insights import Severity
from bot.definitions.releases import slug
from bot.definitions.values import Id, Ref, Text
from bot.errors import FieldErrors
from bot.house import House
from bot.insights import capturing, model
from bot.insights.capturing import BROUGHT_BY_LIMIT, Bringer, Captured, PersonalData
from bot.insights.model import API, Insight, Submission
from bot.insights.rights import everybody_of, is_for_readers, rules_of
from bot.insights.routing import PRODUCT_OPS, release_of
from bot.people.model import People
from bot.personal import masked

MAY = "insights"


class NewInsight(Body):
    """What somebody saw or heard."""

    what: Text
    """One observation, in up to 500 characters."""
    severity: Severity
    """How much it hurts. `high` and `critical` need `proof`."""
    source: Id
    """The id of the source it comes from."""
    area: Id | None = None
    """The id of the area it is about. Left out, like all that follows: not known."""
    theme: Id | None = None
    segment: Id | None = None
    evidence: Id | None = None
    cause: Id | None = None
    proof: str = ""
    """A link or a number that shows it, in up to 300 characters."""
    accounts: int = 1
    """How many accounts it concerns."""
    revenue: str = ""
    """How much revenue they bring, about, in up to 40 characters."""
    release: str | None = None
    """The name of the release it is about, of the last sixty days or to come."""
    submitter: Ref | None = None
    """Who brings it and is told what becomes of it. Left out: whoever vouches for the source is told."""
    brought_by: str | None = None
    """The name of somebody whom Slack does not know and who brought it, in up to 120 characters."""
    ref: ForeignId | None = None
    """What you call it, such as ZD-4711. The same ref of the same source counts once."""
    link: Link | None = None
    """Where it stands with you."""


class Sent(NewInsight):
    """An insight to be logged."""

    personal: Literal["mask", "keep"] | None = None
    """What to do with what looks like personal data or a key. Mostly `mask`; `keep` needs `because`."""
    because: str = ""
    """Why it is kept, in up to 300 characters."""


def check(
    session: Session, house: House, new: NewInsight, *, how: str, usually: str, personal: str = "", because: str = ""
) -> tuple[Bringer, Captured]:
    """As `capturing.take` takes it; `usually` is who brings it when nobody is named.

    Raises `FieldErrors` for whatever does not fit, and `PersonalData`.
    """
    bringer, wrong = _bringer(session, house, new, usually)
    captured = Captured(
        what=new.what,
        severity=new.severity,
        area_id=new.area or "",
        theme_id=new.theme or "",
        segment_id=new.segment or "",
        evidence_id=new.evidence or "",
        cause_id=new.cause or "",
        source_id=new.source,
        proof=new.proof,
        accounts=new.accounts,
        revenue=new.revenue,
        release_id=_release(session, house, new.release, wrong),
        how=how,
        permalink=new.link or "",
        personal=personal,
        because=because,
    )
    try:
        capturing.cleared(session, house, bringer, captured)
    except FieldErrors as error:
        wrong |= error.fields
    if wrong:
        raise FieldErrors(wrong)
    return bringer, captured


def key_of(source: str, ref: str) -> str:
    """The same for what counts once. What looks like personal data is known again, and cannot be read."""
    if masked(ref) != ref:
        ref = hashlib.sha256(ref.encode()).hexdigest()
    return f"ref:{source}:{ref}"


def log(session: Session, house: House, asked: Asked) -> Answer:
    """`POST insights`: 201, or 200 when this ref has come before; it stays as it is then."""
    sent = read(Sent, asked.body)
    key = key_of(sent.source, sent.ref) if sent.ref else f"call:{uuid.uuid4().hex}"
    if known := capturing.brought(session, house, key):
        return Answer(200, _shown(session, house, known[0], sent.ref))
    usually = People(session, house).called(asked.actor)
    try:
        bringer, captured = check(
            session, house, sent, how=API, usually=usually, personal=sent.personal or "", because=sent.because
        )
    except PersonalData as error:
        says = "This holds what looks like personal data ({}): send `personal` as `mask`, or as `keep` with `because`."
        raise FieldErrors(in_words(error, says)) from error
    insight, _submission = capturing.take(session, house, bringer, captured, key, by=asked.actor)
    return Answer(201, _shown(session, house, insight, sent.ref))


def in_words(error: PersonalData, says: str) -> dict[str, str]:
    """A sentence for each field; `{}` in it stands for what was found there."""
    return {
        name: says.format(", ".join(dict.fromkeys(each.kind for each in found))) for name, found in error.found.items()
    }


def show(session: Session, house: House, asked: Asked) -> Answer:
    """`GET insights/{ref}`: by our id or by theirs. A restricted one is not there for a program."""
    found = _found(session, house, asked.ref)
    if found is None:
        raise Problem(404, "There is no insight with this id or ref.")
    return Answer(200, _shown(session, house, found, None))


def described(_session: Session, house: House, _asked: Asked) -> Answer:
    """`GET insights/schema`: what may be sent, with what the definitions have to choose from."""
    rules, found = rules_of(house), schema("POST /api/insights", Sent)
    choices = {
        "source": [(each.id, each.name) for each in rules.sources],
        "area": [(each.id, each.name) for each in house.definitions.organisation.areas],
        "theme": [(each.id, each.name) for each in rules.themes],
        "segment": [(each.id, each.name) for each in rules.segments],
        "evidence": [(each.id, each.name) for each in rules.evidence],
        "cause": [(each.id, each.name) for each in rules.causes],
    }
    for field, offered in choices.items():
        found["properties"][field] = {"oneOf": [{"const": id, "description": name} for id, name in offered]}
    return Answer(200, {"POST": found})


def _bringer(session: Session, house: House, new: NewInsight, usually: str) -> tuple[Bringer, dict[str, str]]:
    """Who is told what becomes of it; and then, by field, what is wrong with who it is said to be."""
    wrong = dict[str, str]()
    if new.brought_by and len(new.brought_by) > BROUGHT_BY_LIMIT:
        wrong["brought_by"] = f"Keep it under {BROUGHT_BY_LIMIT} characters."
    if new.submitter is not None:
        person = People(session, house).by_ref(new.submitter)
        if person is not None:
            return Bringer(person.slack_id, brought_by=new.brought_by or None), wrong
        wrong["submitter"] = f"Slack knows nobody whom `organisation.yaml` names {new.submitter}."
        return Bringer(""), wrong
    source = rules_of(house).source(new.source)
    owners = everybody_of(session, house, [source.owner] if source else [])
    # Nothing anybody tells us is lost because whoever vouches for it has left.
    told = next(iter([*owners, *everybody_of(session, house, [PRODUCT_OPS])]), None)
    if told is None:
        wrong["source"] = "Slack knows nobody who vouches for this source, and nobody in product ops."
    return Bringer(told.slack_id if told else "", is_own=False, brought_by=new.brought_by or usually), wrong


def _release(session: Session, house: House, name: str | None, wrong: dict[str, str]) -> int | None:
    if not name or house.links.releases is None:
        return None
    found = [each for each in house.links.releases(session, house, None) if slug(each.name) == slug(name)]
    if not found:
        wrong["release"] = f"There is no release “{name[:80]}” of the last sixty days or to come."
        return None
    return found[-1].id


def _found(session: Session, house: House, ref: str) -> Insight | None:
    """What is called so, of what is not restricted."""
    keys = [key_of(source.id, ref) for source in rules_of(house).sources]
    brought = select(Submission.insight_id).where(
        Submission.workspace_id == house.workspace_id, Submission.form_key.in_(keys)
    )
    for is_it in (Insight.number == model.number(ref), Insight.id.in_(brought)):
        query = select(Insight).where(Insight.workspace_id == house.workspace_id, is_it)
        found = [each for each in session.scalars(query) if not is_for_readers(session, house, each)]
        if len(found) > 1:
            raise Problem(409, "Several sources call one so: ask by its id, such as I-317.")
        if found:
            return found[0]
    return None


def _shown(session: Session, house: House, insight: Insight, ref: str | None) -> dict[str, Any]:
    """What a program may know of it: of a restricted one, that it is there."""
    theirs = {"ref": ref} if ref else {}
    if insight.restricted:
        return {"id": insight.ref, **theirs, "restricted": True}
    people = People(session, house)
    brought, accounts = model.votes(session, house, [insight.id]).get(insight.id, (0, 0))
    into = model.by_id(session, house, insight.merged_into)
    release = release_of(session, house, insight.linked_release)
    return {
        "id": insight.ref,
        **theirs,
        "state": insight.state,
        "what": insight.what,
        "severity": insight.severity,
        "area": insight.area_id or None,
        "theme": insight.theme_id or None,
        "source": insight.source_id or None,
        "brought": brought,
        "accounts": accounts,
        "captured_at": insight.captured_at.isoformat(),
        "due_at": insight.due_at.isoformat() if insight.due_at else None,
        "owner": people.called(insight.owner) if insight.owner else None,
        "disposition": insight.disposition or None,
        "reason": insight.reason or None,
        "for_the_customer": insight.forward or None,
        "release": release.name if release else None,
        "merged_into": into.ref if into else None,
    }


ENDPOINTS = (
    Endpoint("GET", "insights/schema", MAY, described),
    Endpoint("POST", "insights", MAY, log),
    Endpoint("GET", "insights/{ref}", MAY, show),
)
