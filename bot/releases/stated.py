"""Releases that the definitions state: what stands there wins, and what is left out stays as it was said in Slack."""

from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions import ReleaseDefinition
from bot.definitions.releases import QUESTIONS, slug
from bot.house import House
from bot.releases import course, messages, model, moving, tiering
from bot.releases.model import CANCELLED, LIVE, PLANNED, Release
from bot.releases.register import NEW
from bot.releases.standing import today

BECAUSE = "the definitions say so"
DAYS = ("target", "until", "confidence")
WHO = ("audience", "functions", "accounts", "beyond")


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
        before, facts_before = messages.span(release), list(release.facts)
        for name, value in changed.items():
            setattr(release, name, value)
        release.version += 1
        record(session, house, "release.changed", f"release:{release.id}", by="definitions", fields=sorted(changed))
        session.flush()
        if release.state == CANCELLED:
            continue
        if tiering.follow_facts(session, house, release, facts_before, None):
            course.happened(session, house, release, course.TIER, None)
        if not changed.keys().isdisjoint(DAYS):
            moving.moved(session, house, release, before, None, BECAUSE)
        if not changed.keys().isdisjoint(WHO):
            course.happened(session, house, release, course.AUDIENCE, None)
        if changed.keys().isdisjoint((*DAYS, *WHO)):
            course.touched(session, house, release, None)


def _insert(session: Session, house: House, definition: ReleaseDefinition) -> Release:
    key = slug(definition.name)
    blank: dict[str, Any] = {**NEW, "confidence": definition.confidence, "facts": [], **dict.fromkeys(QUESTIONS, "")}
    if insert_or_ignore(
        session,
        Release,
        workspace_id=house.workspace_id,
        slug=key,
        registered_by=None,
        registered_at=house.clock.now(),
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
    said |= {name: value for name, value in _who(definition).items() if name in definition.model_fields_set}
    answers = definition.answers
    return said | {
        question: getattr(answers, question) for question in QUESTIONS if question in answers.model_fields_set
    }


def _who(definition: ReleaseDefinition) -> dict[str, Any]:
    """Who needs to know, as columns of a release."""
    return {
        "functions": list(definition.functions),
        "accounts": definition.accounts,
        "beyond": list(definition.beyond),
    }
