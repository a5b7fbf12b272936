"""The report on a release: posted once in its thread, edited in place afterwards, and handed out as Markdown."""

from sqlalchemy.orm import Session

from bot import blocks
from bot.audit import record
from bot.blocks import Message
from bot.definitions.artifacts import Event
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import Checked, House, Panel
from bot.lookback import awareness, messages, model, outcome
from bot.lookback.facts import Outcome
from bot.lookback.model import LookBack
from bot.people.flow import require_person
from bot.releases import card, happenings
from bot.releases import model as releases
from bot.releases.model import LIVE, PLANNED, STOPPED, Release

MARKDOWN = "lookback/report.md.j2"
LOOKED_BACK: Event = "release-looked-back"


def keep(session: Session, house: House, release: Release) -> None:
    """Something more is known: the report says so, or is posted, once everything is."""
    begun = model.look_back(session, house, release.id)
    if begun is None:
        return
    if begun.report_id is not None:
        report, checked = _report(session, house, release, begun)
        outbox.update(session, house, begun.report_id, report)
        _issued(session, house, checked, begun.report_id)
        return
    captures = model.captures(session, house, release.id)
    if captures and all(each.answered_at is not None for each in captures):
        post(session, house, release)


def post(session: Session, house: House, release: Release) -> None:
    """The report, in the thread of the release's card; what nobody has said by now is not known."""
    begun = model.look_back(session, house, release.id)
    if begun is None or begun.report_id is not None or release.card_id is None:
        return
    report, checked = _report(session, house, release, begun)
    begun.report_id = outbox.reply(
        session, house, release.card_id, report, kind="release.thread", dedupe=f"lookback:{release.id}"
    )
    session.flush()
    _issued(session, house, checked, begun.report_id)
    waits = [each for each in model.captures(session, house, release.id) if each.answered_at is None]
    record(session, house, "release.looked_back", f"release:{release.id}", waits=len(waits))
    awareness.ended(session, house, release)
    card.show(session, house, release, None)


def found(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Release, Outcome]:
    """What is known so far, to anybody."""
    require_person(session, house, slack_id)
    release = releases.get(session, house, release_id)
    begun = model.look_back(session, house, release.id)
    if begun is None:
        raise UserError(f"{release.name} is not looked back on. `/launch-ready {release.slug}` shows how it stands.")
    return release, outcome.gather(session, house, release, begun)


def as_markdown(session: Session, house: House, slug: str) -> str:
    """The report on the release of this name, as a document."""
    release = releases.by_slug(session, house, slug)
    begun = model.look_back(session, house, release.id) if release is not None else None
    if release is None or begun is None:
        raise UserError(f"No release called {slug} is looked back on.")
    found = outcome.gather(session, house, release, begun)
    return house.words.render(MARKDOWN, found=found, rows=messages.awareness_lines(house, found)) + "\n"


def panels(session: Session, house: House, release_id: int) -> list[Panel]:
    """What the card of a release shows: before it is live what it is to move, afterwards what became of it."""
    release = releases.seen(session, house, str(release_id))
    if release is None or house.definitions.releases is None:
        return []
    begun = model.look_back(session, house, release.id)
    shown = []
    if begun is not None:
        shown.append(messages.panel(house, release, outcome.gather(session, house, release, begun)))
    elif release.state in (PLANNED, STOPPED) and messages.is_aimed(house, release):
        shown.append(messages.aim_panel(house, model.aim(session, house, release.id)))
    went_live = happenings.WENT_LIVE in happenings.latest(session, house, [release.id])[release.id]
    if release.state in (LIVE, STOPPED) and went_live:
        shown.append(messages.surprise_panel(house, len(model.surprises(session, house, release.id))))
    return shown


def _report(session: Session, house: House, release: Release, begun: LookBack) -> tuple[Message, Checked | None]:
    """The report as it is now, with what it lacks of its definition of done."""
    library, found = house.links.library, outcome.gather(session, house, release, begun)
    checked = library.check(session, house, LOOKED_BACK, f"release:{release.id}") if library else None
    return blocks.noted(messages.report(house, release, found), checked.note if checked else ""), checked


def _issued(session: Session, house: House, checked: Checked | None, report_id: int) -> None:
    if house.links.library is not None and checked is not None:
        house.links.library.issued(session, house, checked, report_id)
