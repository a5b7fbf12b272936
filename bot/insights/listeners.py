"""`/insight` and everything else by which Slack asks for insights: what each part of the room answers to, together."""

from collections.abc import Mapping

from bot.gesture import Gesture, Handler
from bot.house import House
from bot.insights import answer_listeners, capture_listeners, model, read_listeners, triage_listeners
from bot.tables import Command, Tables, merge

VERBS: Mapping[str, Handler] = {
    **capture_listeners.VERBS,
    **triage_listeners.VERBS,
    **answer_listeners.VERBS,
    **read_listeners.VERBS,
}
"""What may follow `/insight`."""


async def insight(gesture: Gesture, house: House) -> None:
    """`/insight`: with a verb what that says, with an id that insight, else the form, filled in with the words."""
    verb, _, rest = gesture.text.partition(" ")
    if handler := VERBS.get(verb.lower()):
        await handler(gesture.with_text(rest.strip()), house)
    elif model.looks_like_an_id(gesture.text):
        await read_listeners.show(gesture, house)
    else:
        await capture_listeners.log(gesture, house)


TABLES = merge(
    [
        Tables(
            commands={
                "/insight": Command(
                    insight,
                    "Log what you saw or heard, or see what became of it",
                    "[what you heard | I-317 | find | mine | triage]",
                )
            }
        ),
        capture_listeners.TABLES,
        triage_listeners.TABLES,
        answer_listeners.TABLES,
        read_listeners.TABLES,
    ]
)
