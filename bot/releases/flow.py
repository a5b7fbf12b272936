"""What people do with a release first: find it, and answer the four questions."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions.releases import ANSWER_LIMIT, slug
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People
from bot.releases import course, forms, model, readiness, standing
from bot.releases.model import CANCELLED, Release
from bot.releases.readiness import QUESTIONS, SHORTEST_ANSWER
from bot.releases.report import Report
from bot.releases.standing import rules_of
from bot.releases.versions import Changed, swap


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
    session: Session, house: House, slack_id: str, release_id: str, version: int, answers: Mapping[str, str]
) -> Report:
    """Keep the four answers; the release's owner or product ops may. `Changed` when `version` is not current."""
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
    if wrong:
        raise FieldErrors(wrong)
    audience = release.audience
    if not swap(session, Release, release.id, version, **texts):
        session.refresh(release)
        raise Changed(forms.answered_meanwhile(house, release, texts))
    session.refresh(release)
    record(session, house, "release.answered", f"release:{release.id}", actor=slack_id, answers=texts)
    if texts["audience"] != audience:
        return course.happened(session, house, release, course.AUDIENCE, slack_id)
    return course.touched(session, house, release, slack_id)


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
