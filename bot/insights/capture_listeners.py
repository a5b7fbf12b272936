"""How people bring insights: a command, a shortcut, a button, an emoji."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot import pointing
from bot.blocks import Message, View
from bot.errors import UserError
from bot.gesture import Gesture, Handler
from bot.house import House, ReleaseFacts
from bot.insights import capture_forms, capturing, messages, model, pointed, rights
from bot.insights.capture_forms import NOT_SURE
from bot.insights.capturing import Captured, PersonalData
from bot.insights.model import COMMAND, HOME, MESSAGE, Insight, Submission
from bot.insights.pointed import Start
from bot.insights.routing import destination
from bot.tables import Shortcut, Tables

FIELDS = (
    "what", "area", "severity", "proof", "theme", "segment", "evidence", "accounts", "revenue", "release", "source",
    "restricted", "personal", "because",
)  # fmt: skip
CANCELLED = "cancelled"
MOST_DIGITS = 10
MOST_NAMED = 3
"""Of those who triage."""


async def log(gesture: Gesture, house: House) -> None:
    """`/insight [words]`, `/insight from` and a link, and the shortcut: the form."""
    await _open(gesture, house, await pointed.of_words(gesture, house))


async def log_from_menu(gesture: Gesture, house: House) -> None:
    await _open(gesture, house, await pointed.of_menu(gesture, house))


async def log_offered(gesture: Gesture, house: House) -> None:
    """The button of whoever has set the emoji."""
    await _open(gesture, house, await pointed.of_button(gesture, house))


async def log_from_home(gesture: Gesture, house: House) -> None:
    await pointed.accept(gesture, house)
    await _open(gesture, house, Start(how=HOME))


async def log_words(gesture: Gesture, house: House) -> None:
    """The button of whoever logs what read like a request to Drumbeat; its value is what they typed."""
    await log(gesture.with_text(gesture.value), house)


async def captured(gesture: Gesture, house: House) -> None:
    """The form. What looks like personal data is asked about in the same form, and nothing is kept before."""
    metadata = _read(gesture)
    typed = {name: gesture.field(name) for name in FIELDS}

    def verb(session: Session) -> View:
        said = _captured(typed, metadata)
        # What somebody else's form has brought is not shown, whatever this one says of itself.
        key = f"form:{gesture.user}:{metadata['key']}"
        try:
            kept = capturing.capture(session, house, gesture.user, said, key)
        except PersonalData as error:
            found = [each for some in error.found.values() for each in some]
            return capture_forms.form(house, gesture.metadata, _releases(session, house), typed, found=found)
        return _saved(session, house, *kept, masked=said.personal == capturing.MASK)

    await gesture.replace_view(await house.db.run(verb))


async def also(gesture: Gesture, house: House) -> None:
    """The button *I heard this too*."""

    def verb(session: Session) -> Message:
        insight = capturing.also(session, house, gesture.user, gesture.value)
        return capture_forms.counted(house, insight, model.votes(session, house, [insight.id])[insight.id][0])

    await gesture.reply(await house.db.run(verb))


async def also_from_words(gesture: Gesture, house: House) -> None:
    """`/insight also I-317`; other words may begin like this, too."""
    if model.looks_like_an_id(gesture.text):
        await also(replace(gesture, value=gesture.text), house)
    else:
        await log(gesture.with_text(f"also {gesture.text}".strip()), house)


def of_one(verb: str, handler: Handler, listed: str) -> Handler:
    """`/insight <verb> I-317`; with other words somebody logs what begins like this.

    `listed` is the verb of the list in which to look for an id.
    """

    async def answer(gesture: Gesture, house: House) -> None:
        if model.looks_like_an_id(gesture.text):
            await handler(replace(gesture, value=gesture.text), house)
        elif not gesture.text:
            raise UserError(
                f"Which one? Write `/insight {verb}` and its id; `/insight {listed}` shows some with theirs."
            )
        else:
            await log(gesture.with_text(f"{verb} {gesture.text}"), house)

    return answer


async def _open(gesture: Gesture, house: House, start: Start) -> None:
    def verb(session: Session) -> View:
        releases = _releases(session, house)
        return capture_forms.form(
            house, _metadata(start), releases, {"what": start.what, "source": start.source}, note=start.note
        )

    await gesture.open(await house.db.run(verb))


def _releases(session: Session, house: House) -> list[ReleaseFacts]:
    """Those of late and to come, the newest first."""
    if house.links.releases is None:
        return []
    return [each for each in reversed(house.links.releases(session, house, None)) if each.state != CANCELLED]


def _captured(typed: Mapping[str, str], metadata: Mapping[str, str]) -> Captured:
    def chosen(name: str) -> str:
        return "" if typed[name] == NOT_SURE else typed[name]

    return Captured(
        what=typed["what"],
        severity=typed["severity"],
        area_id=chosen("area"),
        theme_id=chosen("theme"),
        segment_id=typed["segment"],
        evidence_id=typed["evidence"],
        source_id=typed["source"],
        proof=typed["proof"],
        accounts=_number(typed["accounts"] or "1"),
        revenue=typed["revenue"],
        release_id=_number(typed["release"]) if typed["release"] else None,
        restricted=bool(typed["restricted"]),
        how=metadata["how"],
        permalink=metadata["permalink"],
        thread=pointing.spot(metadata["thread"]) if metadata["thread"] else None,
        personal=typed["personal"],
        because=typed["because"],
    )


def _saved(session: Session, house: House, insight: Insight, submission: Submission, *, masked: bool) -> View:
    rules = rights.rules_of(house)
    words = rules.restricted.readers if insight.restricted and rules.restricted else rules.triagers
    to = destination(session, house, insight)
    ritual = house.definitions.calendar.ritual(to.route.forum.ritual or "") if to else None
    return capture_forms.saved(
        house,
        insight,
        submission,
        triagers=[each.name for each in rights.everybody_of(session, house, words)][:MOST_NAMED],
        due=messages.due(house, insight),
        goes_to=to.owner.name if to and to.owner else "",
        place=ritual.name if ritual else "",
        masked=masked,
    )


def _number(text: str) -> int:
    """0, which nothing takes, for what is none."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else 0


def _metadata(start: Start) -> str:
    return json.dumps(
        {
            "key": uuid.uuid4().hex,
            "how": start.how,
            "permalink": start.permalink,
            "thread": str(start.thread or ""),
        }
    )


def _read(gesture: Gesture) -> dict[str, str]:
    """What the form was opened with; a `UserError` when that is not what we wrote there."""
    try:
        found = json.loads(gesture.metadata)
        metadata = {name: str(found[name]) for name in ("key", "how", "permalink", "thread")}
    except (ValueError, TypeError, KeyError) as error:
        raise UserError("This form is out of date. `/insight` opens a new one.") from error
    how = metadata["how"] if metadata["how"] in (MESSAGE, COMMAND, HOME) else COMMAND
    return {**metadata, "key": metadata["key"][:40], "how": how}


VERBS: Mapping[str, Handler] = {"also": also_from_words}
"""What may follow `/insight`."""
TABLES = Tables(
    actions={
        "insights.also": also,
        "insights.log": log_from_home,
        "insights.log_words": log_words,
        "insights.log_message": log_offered,
    },
    views={"insights.captured": captured},
    shortcuts={
        "log_insight": Shortcut(log, "Log insight", "Log what you saw or heard from a customer"),
        "log_insight_from": Shortcut(log_from_menu, "Log insight", "Log what somebody says in this message", "message"),
    },
)
