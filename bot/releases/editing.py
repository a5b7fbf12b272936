"""What a release is called, whose it is, what it changes and which facts hold: edited by its owner or product ops."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import swap
from bot.definitions.releases import slug
from bot.errors import Changed, FieldErrors
from bot.house import House
from bot.releases import course, forms, model, rights, tiering
from bot.releases.model import Release
from bot.releases.register import Brief, wrong_brief
from bot.releases.report import Report


def edit(
    session: Session, house: House, slack_id: str, release_id: str, version: int, brief: Brief, because: str = ""
) -> Report:
    """Of `brief` everything but the days; `because` says why other ticks make a lower tier, where they do.

    `Changed` when somebody changed it after `version` was shown.
    """
    release = rights.kept_by(session, house, slack_id, release_id)
    owner, wrong = wrong_brief(session, house, brief)
    key = slug(brief.name)
    taken = model.by_slug(session, house, key)
    if taken is not None and taken.id != release.id:
        wrong["name"] = f"There is a release called “{taken.name}” already. Choose another name."
    signed = model.sign_offs(session, house, [release.id])[release.id]
    if owner and owner.ref != release.owner and owner.slack_id in {each.changed_by for each in signed.values()}:
        wrong["owner"] = f"{owner.name} has signed off, which an owner does not. Have a colleague sign off first."
    if wrong or owner is None:
        raise FieldErrors(wrong)
    tiering.require_reason(session, house, release, slack_id, brief.facts, because.strip())
    name_before, facts_before = release.name, list(release.facts)
    values = {
        "name": brief.name.strip(), "slug": key, "owner": owner.ref, "summary": brief.summary.strip(),
        "facts": list(brief.facts),
    }  # fmt: skip
    if not swap(session, Release, release.id, version, **values):
        raise Changed(forms.changed_meanwhile(house, release))
    session.refresh(release)
    record(session, house, "release.edited", f"release:{release.id}", actor=slack_id, **values)
    if release.name != name_before:
        for follow in house.links.on_renamed:
            follow(session, house, slack_id, name_before, release.name)
    if tiering.follow_facts(session, house, release, facts_before, slack_id, because.strip()):
        return course.happened(session, house, release, course.TIER, slack_id)
    return course.touched(session, house, release, slack_id)
