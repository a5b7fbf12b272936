"""How releases come into the register: by a form in Slack, and from the definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions import ReleaseDefinition
from bot.definitions.releases import NAME_LIMIT, RESERVED, SUMMARY_LIMIT, slug
from bot.errors import FieldErrors
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import course, messages, model
from bot.releases.card import show
from bot.releases.model import LIVE, PLANNED, Release
from bot.releases.readiness import QUESTIONS
from bot.releases.report import rules_of, today

FURTHEST = timedelta(days=730)
NEW: Mapping[str, Any] = {"state": PLANNED, "tier_set": "", "hotfix": False, "version": 1}


@dataclass(frozen=True)
class Brief:
    """What registering a release asks for."""

    name: str
    owner: str
    """Slack user id."""
    target: str
    """An ISO date."""
    confidence: str
    summary: str
    facts: tuple[str, ...]


def register(session: Session, house: House, slack_id: str, brief: Brief) -> Release:
    """Take a release into the register; `FieldErrors` for whatever does not fit."""
    require_person(session, house, slack_id)
    owner = _check(session, house, brief)
    key = slug(brief.name)
    inserted = insert_or_ignore(
        session,
        Release,
        workspace_id=house.workspace_id,
        name=brief.name.strip(),
        slug=key,
        owner=owner.ref,
        target=date.fromisoformat(brief.target),
        confidence=brief.confidence,
        summary=brief.summary.strip(),
        facts=list(brief.facts),
        audience="",
        changes="",
        monitoring="",
        rollback="",
        registered_by=slack_id,
        registered_at=house.clock.now(),
        **NEW,
    )
    release = model.by_slug(session, house, key)
    assert release is not None
    if not inserted:
        taken = f"There is a release called “{release.name}” already. Choose another name, or `/launch-ready {key}`."
        raise FieldErrors({"name": taken})
    record(
        session, house, "release.registered", f"release:{release.id}", actor=slack_id,
        name=release.name, owner=owner.ref, target=brief.target, facts=list(brief.facts),
    )  # fmt: skip
    course.happened(session, house, release, course.REGISTERED, slack_id)
    return release


def keep_in_step(session: Session, house: House) -> None:
    """Take over the releases the definitions state: what they state wins, what they leave out stays."""
    rules = house.definitions.releases
    for definition in rules.releases if rules else ():
        release = model.by_slug(session, house, slug(definition.name))
        if release is None:
            release = _insert(session, house, definition)
            if release.state == PLANNED:
                course.happened(session, house, release, course.REGISTERED, None)
        stated = _stated(house, definition)
        changed = {name: value for name, value in stated.items() if getattr(release, name) != value}
        if not changed:
            continue
        for name, value in changed.items():
            setattr(release, name, value)
        release.version += 1
        record(session, house, "release.changed", f"release:{release.id}", by="definitions", fields=sorted(changed))
        session.flush()
        show(session, house, release, None)


def _check(session: Session, house: House, brief: Brief) -> Person:
    """The owner of a brief that keeps every rule, else `FieldErrors`."""
    wrong = {}
    key = slug(brief.name)
    if not key:
        wrong["name"] = "Use at least one letter or digit."
    elif key in RESERVED:
        wrong["name"] = f"“{brief.name.strip()}” is a word of this command. Choose another name."
    elif len(brief.name.strip()) > NAME_LIMIT:
        wrong["name"] = f"Keep the name under {NAME_LIMIT} characters."
    if complaint := _wrong_date(house, brief.target):
        wrong["target"] = complaint
    if brief.confidence not in messages.CONFIDENCE_NAMES:
        wrong["confidence"] = "Pick how sure the date is."
    if not brief.summary.strip():
        wrong["summary"] = "Say in plain words what changes."
    elif len(brief.summary.strip()) > SUMMARY_LIMIT:
        wrong["summary"] = f"Keep this under {SUMMARY_LIMIT} characters; link to the rest."
    if not {fact.id for fact in rules_of(house).facts}.issuperset(brief.facts):
        wrong["facts"] = "These questions have changed meanwhile. Close the form and open it again."
    owner = People(session, house).by_slack(brief.owner)
    if owner is None:
        wrong["owner"] = "I do not know this person. Pick somebody named in `organisation.yaml`."
    elif owner.is_product_ops and "product_manager" not in owner.roles:
        wrong["owner"] = "Product ops can register a release for somebody, but not own it: the owner makes the call."
    if wrong or owner is None:
        raise FieldErrors(wrong)
    return owner


def _wrong_date(house: House, text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "Pick the day it goes out."
    if day < today(house):
        return "This day is over. Pick today or a later day."
    if day > today(house) + FURTHEST:
        return "That is over two years away. Register it when it is nearer."
    return None


def _insert(session: Session, house: House, definition: ReleaseDefinition) -> Release:
    key = slug(definition.name)
    blank: dict[str, Any] = {"confidence": definition.confidence, "facts": [], **dict.fromkeys(QUESTIONS, "")}
    if insert_or_ignore(
        session,
        Release,
        workspace_id=house.workspace_id,
        slug=key,
        registered_by=None,
        registered_at=house.clock.now(),
        **NEW,
        # What is over when it is first heard of went out some time ago.
        **(blank | _stated(house, definition) | ({"state": LIVE} if definition.date < today(house) else {})),
    ):
        record(session, house, "release.registered", f"release:{key}", by="definitions", name=definition.name)
    release = model.by_slug(session, house, key)
    assert release is not None
    return release


def _stated(house: House, definition: ReleaseDefinition) -> dict[str, Any]:
    """The columns of a release that its definition states."""
    owner = house.definitions.organisation.person(definition.owner)
    said: dict[str, Any] = {
        "name": definition.name,
        "owner": owner.ref if owner else definition.owner,
        "target": definition.date,
        "until": definition.until,
        "summary": definition.summary,
    }
    if "confidence" in definition.model_fields_set:
        said["confidence"] = definition.confidence
    if "facts" in definition.model_fields_set:
        said["facts"] = list(definition.facts)
    answers = definition.answers
    return said | {
        question: getattr(answers, question) for question in QUESTIONS if question in answers.model_fields_set
    }
