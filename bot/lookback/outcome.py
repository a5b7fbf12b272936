"""What became of a release, gathered from all that was said since: the facts of its report, and of its card."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.actions.model import OPEN, Action
from bot.house import House
from bot.lookback import awareness, messages, model
from bot.lookback.facts import Agreed, Escaped, Outcome, Waits
from bot.lookback.model import Captured, LookBack
from bot.people.model import People
from bot.releases import standing
from bot.releases.model import Release


def gather(session: Session, house: House, release: Release, begun: LookBack) -> Outcome:
    """Everything that is known of it now."""
    people, captures = People(session, house), model.captures(session, house, release.id)
    everybody, by_function = awareness.counts(model.awareness(session, house, release.id))
    waits = [each for each in captures if each.answered_at is None]
    return Outcome(
        name=release.name,
        slug=release.slug,
        owner=people.named(release.owner),
        tier=begun.tier,
        live_on=begun.live_on,
        aim=model.aim(session, house, release.id),
        actual=_said(captures, "actual"),
        met=_said(captures, "outcome"),
        escapes=tuple(
            Escaped(each.what, each.severity, _item(house, each.item_id))
            for each in model.escapes(session, house, release.id)
        ),
        tickets=_said(captures, "tickets"),
        usual=_said(captures, "usual-tickets"),
        everybody=everybody,
        by_function=tuple(by_function),
        surprises=len(model.surprises(session, house, release.id)),
        lessons=tuple(
            (text, messages.function_name(house, each.function))
            for each in captures
            for text in _answers(each.answers, "lesson")
        ),
        actions=tuple(_agreed(house, people, each) for each in model.actions(session, house, release.id)),
        waits=tuple(Waits(messages.function_name(house, each.function), each.day, each.due_on) for each in waits),
        asked=len(captures),
    )


def _said(captures: Sequence[Captured], means: str) -> str:
    """The last answer that means this."""
    found = [text for each in captures for text in _answers(each.answers, means)]
    return found[-1] if found else ""


def _answers(answers: Mapping[str, Any], means: str) -> Iterator[str]:
    yield from (each["answer"] for each in answers.values() if each["means"] == means and each["answer"])


def _agreed(house: House, people: People, action: Action) -> Agreed:
    is_late = action.state == OPEN and action.due_on < standing.today(house)
    return Agreed(action.what, people.called(action.owner), action.due_on, action.state, action.because, is_late)


def _item(house: House, item_id: int | None) -> str:
    if item_id is None:
        return ""
    item = standing.rules_of(house).item(item_id)
    return f"{item_id} {item.title}" if item else str(item_id)
