"""Releases from outside Slack: a deploy pipeline or a tracker registers and moves them, and says what became of them.

Nobody makes a call from there. What a program does is shown in its token's name, and told to the release's owner.
"""

from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.api.bodies import Body, ForeignId, Link, read, schema
from bot.api.endpoints import Answer, Asked, Endpoint, Problem
from bot.definitions.releases import Answer as Text
from bot.definitions.releases import Confidence, FourAnswers, ReleaseName, Summary, slug
from bot.definitions.values import Day, Id, Ref
from bot.errors import FieldErrors
from bot.house import House
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.releases import messages, model, moving, rollout
from bot.releases import register as registering
from bot.releases.model import LIVE, STOPPED, Release
from bot.releases.moving import Move
from bot.releases.register import Brief
from bot.releases.standing import rules_of, tier

MAY = "releases"
OURS_TO_THEIRS = {"target": "date", "because": "reason"}
"""What forms call a field, and what programs and files call it."""


class NewRelease(Body):
    """A release to be registered."""

    name: ReleaseName
    """What people call it; no other release has this name."""
    date: Day
    """The day it goes out."""
    until: Day | None = None
    """The last day, if it goes out on one of several."""
    confidence: Confidence = "likely"
    """How sure the date is."""
    summary: Summary
    """What changes, in plain words."""
    owner: Ref | None = None
    """The product manager who makes the call in the end. Left out: the owner of `area`."""
    area: Id | None = None
    """The id of the area whose owner it is, when `owner` does not say."""
    facts: tuple[str, ...] = ()
    """Which of these are true. From them follows the tier."""
    answers: FourAnswers = FourAnswers()
    """Those of the four answers that are known already."""
    ref: ForeignId | None = None
    """What you call it, such as PROJ-12: later calls may name it so."""
    link: Link | None = None
    """Where it stands with you."""


class Change(Body):
    """What changes of a release. What is left out stays, but a new `date` alone is one day."""

    date: Day | None = None
    """The day it goes out now; needs a `reason`."""
    until: Day | None = None
    """The last day, if it goes out on one of several."""
    confidence: Confidence | None = None
    """How sure the date is; needs a `reason`."""
    state: Literal["live", "stopped"] | None = None
    """It is live, which needs the owner's go unless it is low; or its rollout was stopped, which needs a `reason`."""
    reason: Text = ""
    """Why, for those who know the old date or wait for the release."""


def take(session: Session, house: House, by: str | None, new: NewRelease) -> Release:
    """Register it; `FieldErrors` for whatever does not fit. `by` is a program, or none when it comes from a file."""
    owner, said = _owner(session, house, new)
    known = [fact.id for fact in rules_of(house).facts]
    if unknown := [fact for fact in new.facts if fact not in known]:
        said["facts"] = f"There is no fact `{unknown[0][:80]}`. There are: {', '.join(known)}."
    brief = Brief(
        name=new.name,
        owner=owner,
        target=new.date.isoformat(),
        confidence=new.confidence,
        summary=new.summary,
        facts=tuple(dict.fromkeys(new.facts)),
        until=new.until.isoformat() if new.until else "",
        answers=new.answers.model_dump(),
        ref=new.ref,
        link=new.link or "",
    )
    try:
        return registering.take_up(session, house, by, brief)
    except FieldErrors as error:
        raise _theirs(error, said) from error


def known(session: Session, house: House, ref: str | None, name: str) -> Release | None:
    """The release that another system calls `ref`, or else the one of this name."""
    return (model.by_ref(session, house, ref) if ref else None) or model.by_slug(session, house, slug(name))


def register(session: Session, house: House, asked: Asked) -> Answer:
    """`POST releases`"""
    release = take(session, house, asked.actor, read(NewRelease, asked.body))
    _tell_owner(session, house, release, "registered", asked.actor)
    return Answer(201, _shown(house, release))


def change(session: Session, house: House, asked: Asked) -> Answer:
    """`PATCH releases/{ref}`: what it says already is not done again."""
    wanted = read(Change, asked.body)
    if not wanted.model_fields_set - {"reason"}:
        raise Problem(400, "Say what changes: date, until, confidence or state.")
    release = known(session, house, asked.ref, asked.ref)
    if release is None:
        raise Problem(404, "There is no release with this ref or name.")
    try:
        _move(session, house, release, wanted, asked.actor)
        _go_on(session, house, release, wanted, asked.actor)
    except FieldErrors as error:
        raise _theirs(error, {}) from error
    return Answer(200, _shown(house, release))


def described(_session: Session, house: House, _asked: Asked) -> Answer:
    """`GET releases/schema`: what may be sent, with the facts that are asked for here."""
    new = schema("POST /api/releases", NewRelease)
    new["properties"]["facts"]["items"] = {
        "oneOf": [{"const": fact.id, "description": fact.question} for fact in rules_of(house).facts]
    }
    return Answer(200, {"POST": new, "PATCH": schema("PATCH /api/releases/{ref}", Change)})


def _owner(session: Session, house: House, new: NewRelease) -> tuple[str, dict[str, str]]:
    """The Slack id of whose it is to be, empty when nobody is found; and then what to say of that."""
    organisation = house.definitions.organisation
    area = organisation.area(new.area) if new.area else None
    person = People(session, house).by_ref(new.owner or (area.owner if area else None))
    if person is not None:
        return person.slack_id, {}
    if new.owner:
        return "", {"owner": f"Slack knows nobody whom `organisation.yaml` names {new.owner}."}
    if area is None and new.area:
        ids = ", ".join(each.id for each in organisation.areas)
        return "", {"owner": f"There is no area `{new.area}` whose owner it could be. There are: {ids}."}
    return "", {"owner": "Name its owner, by e-mail address or Slack member id, or the area whose owner it is."}


def _move(session: Session, house: House, release: Release, wanted: Change, by: str) -> None:
    target = wanted.date or release.target
    until = wanted.until if wanted.date or "until" in wanted.model_fields_set else release.until
    until = until if until != target else None
    confidence = wanted.confidence or release.confidence
    if (target, until, confidence) == (release.target, release.until, release.confidence):
        return
    before = messages.span(release)
    to = Move(target.isoformat(), until.isoformat() if until else "", confidence, wanted.reason)
    moving.move(session, house, by, str(release.id), release.version, to)
    _tell_owner(session, house, release, "moved", by, before=before, because=wanted.reason)


def _go_on(session: Session, house: House, release: Release, wanted: Change, by: str) -> None:
    """It is live, or stopped: by the same rules as when a person says so."""
    if wanted.state in (None, release.state):
        return
    if wanted.state == LIVE:
        rollout.live(session, house, by, str(release.id))
    else:
        rollout.stop(session, house, by, str(release.id), wanted.reason)
    _tell_owner(session, house, release, LIVE if wanted.state == LIVE else STOPPED, by, because=wanted.reason)


def _tell_owner(session: Session, house: House, release: Release, what: str, by: str, **facts: str) -> None:
    people = People(session, house)
    if (owner := people.by_ref(release.owner)) is None:
        return
    title, text = messages.from_outside(house, release, what, people.called(by), **facts)
    key = f"release:{release.id}:{what}:{house.clock.now():%Y%m%dT%H%M%S.%f}"
    prompts.tell(session, house, owner.slack_id, key, title, text)


def _theirs(error: FieldErrors, said: dict[str, str]) -> FieldErrors:
    """The same by the names that programs and files use; what is `said` says more to them than what a form would."""
    return FieldErrors({OURS_TO_THEIRS.get(name, name): said.get(name, says) for name, says in error.fields.items()})


def _shown(house: House, release: Release) -> dict[str, Any]:
    return {
        "ref": release.ref or release.slug,
        "name": release.name,
        "owner": release.owner,
        "date": release.target.isoformat(),
        "until": release.until.isoformat() if release.until else None,
        "confidence": release.confidence,
        "tier": tier(house, release),
        "state": release.state,
        "command": f"/launch-ready {release.slug}",
    }


ENDPOINTS = (
    Endpoint("GET", "releases/schema", MAY, described),
    Endpoint("POST", "releases", MAY, register),
    Endpoint("PATCH", "releases/{ref}", MAY, change),
)
