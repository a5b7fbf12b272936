"""What people do with a release first: find it, and answer the four questions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot import markup
from bot.audit import record
from bot.db import swap
from bot.definitions.releases import ANSWER_LIMIT, DETAIL_LIMIT, LINKS_LIMIT, QUESTIONS, SHORTEST_ANSWER, slug
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People
from bot.releases import course, forms, model, readiness, standing
from bot.releases.audience import Audience, beyond_of
from bot.releases.model import CANCELLED, DETAILS, Release
from bot.releases.report import Report
from bot.releases.standing import rules_of

MOST_WORDS_OF_A_LINK = 6
"""On a line of the links, the address counted."""


def find(session: Session, house: House, words: str) -> Release:
    """The release people mean by these words; a `UserError` with the nearest names when there is none."""
    rules_of(house)
    names = model.names(session, house)
    key = slug(words)
    if key not in names:
        key = nearest(words, names, "release", "`/launch-ready` lists them, `/launch-ready new` registers one.")
    release = model.by_slug(session, house, key)
    assert release is not None
    return release


def answer(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    version: int,
    answers: Mapping[str, str],
    audience: Audience | None = None,
) -> Report:
    """Keep the four answers; the release's owner or product ops may. `Changed` when `version` is not current.

    Without an `audience` whoever was named as needing to know stays so; so do the `DETAILS` that are not in `answers`.
    """
    release = answerable(session, house, slack_id, release_id)
    texts = {question: answers.get(question, "").strip() for question in QUESTIONS}
    tier = standing.tier(house, release)
    wrong = {
        question: "Write something, a few words will do."
        if SHORTEST_ANSWER[tier] == 1
        else f"Write at least {SHORTEST_ANSWER[tier]} characters: this release is {tier}."
        for question in readiness.missing_answers(tier, texts)
    }
    wrong |= {
        question: f"Keep this under {ANSWER_LIMIT} characters; link to the rest."
        for question, text in texts.items()
        if len(text) > ANSWER_LIMIT
    }
    who, complaints = _who(session, house, release, audience)
    details = {name: answers[name].strip() for name in DETAILS if name in answers}
    wrong |= complaints | _too_much(details)
    if wrong:
        raise FieldErrors(wrong)
    before = release.audience, list(release.functions), release.accounts, list(release.beyond)
    if not swap(session, Release, release.id, version, **texts, **details, **who):
        session.refresh(release)
        raise Changed(forms.answered_meanwhile(house, release, texts | details))
    session.refresh(release)
    record(session, house, "release.answered", f"release:{release.id}", actor=slack_id, answers=texts | details, **who)
    if (release.audience, release.functions, release.accounts, release.beyond) != before:
        return course.happened(session, house, release, course.AUDIENCE, slack_id)
    return course.touched(session, house, release, slack_id)


def _too_much(details: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was typed beside the answers, a sentence by field."""
    wrong = {
        name: f"Keep this under {most} characters; link to the rest."
        for name, text in details.items()
        if len(text) > (most := LINKS_LIMIT if name == "links" else DETAIL_LIMIT)
    }
    lines = [line.split() for line in details.get("links", "").splitlines() if line.strip()]
    if any(len(line) > MOST_WORDS_OF_A_LINK or not markup.is_linkable(line[-1]) for line in lines):
        wrong["links"] = "Write one web address on each line, with a word or two before it: spec https://…"
    return wrong


def answerable(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """The release, if this person may answer its four questions."""
    release = model.get(session, house, release_id)
    rules_of(house)
    person = require_person(session, house, slack_id)
    if person.ref != release.owner and not person.is_product_ops:
        owner = People(session, house).named(release.owner)
        raise UserError(f"The four questions about {release.name} are answered by its owner, {owner}.")
    if release.state == CANCELLED:
        raise UserError(f"{release.name} is cancelled. `/launch-ready {release.slug}` shows it.")
    return release


def _who(
    session: Session, house: House, release: Release, audience: Audience | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns that say who needs to know, and what is wrong with what was typed, a sentence by field."""
    if audience is None:
        return {}, {}
    known = [function.id for function in house.definitions.organisation.functions]
    beyond, complaint = beyond_of(session, house, audience.beyond)
    wrong = {"beyond": complaint} if complaint else {}
    if not set(known).issuperset(audience.functions):
        wrong["functions"] = "The functions have changed meanwhile. Close the form and open it again."
    if len(audience.accounts.strip()) > ANSWER_LIMIT:
        wrong["accounts"] = f"Keep this under {ANSWER_LIMIT} characters."
    functions = [id for id in known if id in audience.functions]
    return {"functions": functions, "accounts": audience.accounts.strip(), "beyond": beyond}, wrong
