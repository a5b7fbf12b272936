"""How Slack asks for what changes a release's course: read the gesture, run one verb, answer."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.gesture import Gesture
from bot.house import House
from bot.releases import calling, forms, messages, report, rollout
from bot.releases.metadata import dump, read
from bot.releases.readiness import ADVICE
from bot.releases.rule import Saying
from bot.releases.versions import Changed
from bot.tables import Tables


async def open_call(gesture: Gesture, house: House) -> None:
    """The button *Make the call*."""

    def verb(session: Session) -> View:
        return _call_form(session, house, gesture.user, gesture.value)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def called(gesture: Gesture, house: House) -> None:
    release_id, version, numbers = read(gesture)
    advice = ADVICE[numbers.get("advice", 0) % len(ADVICE)]
    typed = {name: gesture.field(name) for name in ("said", "reason", "risk_owner", "until")}
    saying = Saying(typed["said"], typed["reason"].strip(), typed["risk_owner"], _day(typed["until"]))

    def verb(session: Session) -> View:
        found = calling.call(session, house, gesture.user, release_id, version, advice, saying)
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        return _call_form(session, house, gesture.user, release_id, note=note, typed=typed)

    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def live(gesture: Gesture, house: House) -> None:
    """The button *It is live*."""

    def verb(session: Session) -> Message:
        return messages.card(house, rollout.live(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


def _call_form(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    release = calling.callable_by(session, house, slack_id, release_id)
    found = report.compile(session, house, release)
    metadata = dump(release.id, release.version, {"advice": ADVICE.index(found.recommendation)})
    return forms.call_form(house, found, metadata, note=note, typed=typed)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


TABLES = Tables(
    actions={
        "releases.call": open_call,
        "releases.live": live,
    },
    views={
        "releases.called": called,
    },
)
