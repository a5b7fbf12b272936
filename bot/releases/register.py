"""How releases come into the register: ahead of their date, or as a hotfix that went out first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions.releases import NAME_LIMIT, QUESTIONS, RESERVED, SUMMARY_LIMIT, slug
from bot.errors import FieldErrors
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import course, happenings, messages, model
from bot.releases.audience import functions_in
from bot.releases.model import LIVE, PLANNED, Release
from bot.releases.standing import rules_of, today

FURTHEST = timedelta(days=730)
NEW: Mapping[str, Any] = {
    "state": PLANNED, "tier_set": "", "hotfix": False, "version": 1, "accounts": "", "beyond": [],
}  # fmt: skip


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
    until: str = ""
    """The last of several days, as an ISO date."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Those of the four that are known already."""
    ref: str | None = None
    link: str = ""


def register(session: Session, house: House, slack_id: str, brief: Brief) -> Release:
    """Take a release into the register; `FieldErrors` for whatever does not fit."""
    require_person(session, house, slack_id)
    return take_up(session, house, slack_id, brief)


def take_up(session: Session, house: House, by: str | None, brief: Brief) -> Release:
    """The same for a program, or for whoever imports a file (none)."""
    release = _take(session, house, by, brief, PLANNED)
    course.happened(session, house, release, course.REGISTERED, by)
    return release


def hotfix(session: Session, house: House, slack_id: str, brief: Brief) -> Release:
    """Take up what had to go out at once: it is live today, and its questions are answered afterwards."""
    require_person(session, house, slack_id)
    day = today(house).isoformat()
    release = _take(session, house, slack_id, replace(brief, target=day, until="", confidence="firm"), LIVE)
    happenings.add(session, house, release, happenings.WENT_LIVE, slack_id)
    course.happened(session, house, release, course.WENT_LIVE, slack_id)
    return release


def _take(session: Session, house: House, by: str | None, brief: Brief, state: str) -> Release:
    owner, wrong = wrong_brief(session, house, brief)
    wrong |= wrong_days(house, brief.target, brief.until)
    if brief.confidence not in messages.CONFIDENCE_NAMES:
        wrong["confidence"] = "Pick how sure the date is."
    if wrong or owner is None:
        raise FieldErrors(wrong)
    key = slug(brief.name)
    target, until = days(brief.target, brief.until)
    inserted = insert_or_ignore(
        session,
        Release,
        workspace_id=house.workspace_id,
        name=brief.name.strip(),
        slug=key,
        owner=owner.ref,
        target=target,
        until=until,
        confidence=brief.confidence,
        summary=brief.summary.strip(),
        facts=list(brief.facts),
        **(answers := {question: brief.answers.get(question, "") for question in QUESTIONS}),
        ref=brief.ref,
        link=brief.link,
        registered_by=by,
        registered_at=house.clock.now(),
        # The form asks for them beside the answer; whoever sends only that names them there.
        functions=list(functions_in(house.definitions.organisation, answers["audience"])),
        **{**NEW, "state": state, "hotfix": state == LIVE},
    )
    release = model.by_slug(session, house, key)
    if release is None:
        raise FieldErrors({"ref": "Another release has this ref already."})
    if not inserted:
        taken = f"There is a release called “{release.name}” already. Choose another name, or `/launch-ready {key}`."
        raise FieldErrors({"name": taken})
    record(
        session, house, "release.registered", f"release:{release.id}", actor=by,
        name=release.name, owner=owner.ref, target=brief.target, facts=list(brief.facts), hotfix=release.hotfix,
    )  # fmt: skip
    return release


def wrong_brief(session: Session, house: House, brief: Brief) -> tuple[Person | None, dict[str, str]]:
    """Whose it is to be, and what is wrong with everything but its days, a sentence by field."""
    wrong = {}
    key = slug(brief.name)
    if not key:
        wrong["name"] = "Use at least one letter or digit."
    elif key in RESERVED:
        wrong["name"] = f"“{brief.name.strip()}” is a word of this command. Choose another name."
    elif len(brief.name.strip()) > NAME_LIMIT:
        wrong["name"] = f"Keep the name under {NAME_LIMIT} characters."
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
    return owner, wrong


def wrong_days(house: House, target: str, until: str) -> dict[str, str]:
    """What is wrong with the days on which it is to go out, a sentence by field."""
    wrong = {"target": complaint} if (complaint := _wrong_day(house, target)) else {}
    if until and not wrong and (_wrong_day(house, until) or date.fromisoformat(until) < date.fromisoformat(target)):
        wrong["until"] = "Pick a day after the first one, or leave this empty."
    return wrong


def days(target: str, until: str) -> tuple[date, date | None]:
    """The first day on which it is to go out, and the last if that is another; of texts that are not wrong."""
    first, last = date.fromisoformat(target), date.fromisoformat(until) if until else None
    return first, last if last != first else None


def _wrong_day(house: House, text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "Pick the day it goes out."
    if day < today(house):
        return "This day is over. Pick today or a later day."
    if day > today(house) + FURTHEST:
        return "That is over two years away. Register it when it is nearer."
    return None
