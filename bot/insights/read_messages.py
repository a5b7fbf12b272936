"""What people see when they look at insights: one with all that is known of it, and lists. Words and blocks only."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import blocks, markup
from bot.blocks import Block, Message
from bot.house import House
from bot.insights import clocks, messages
from bot.insights.listing import LIST_LENGTH
from bot.insights.messages import Looks
from bot.insights.model import ACKNOWLEDGED, CLOSED, DECIDED, ROUTED, Insight, Submission
from bot.insights.orphans import NOBODYS, Stuck
from bot.insights.rights import rules_of
from bot.insights.showing import Happened, Own, Whole
from bot.insights.telling import TOLD_WITHIN
from bot.people.deciding import in_words

SHOW, LIST = "insights/show.txt.j2", "insights/list.txt.j2"
MOST_BROUGHT = 10
LONGEST_PART = 2900
"""Characters of one part of what is shown of an insight."""


def whole(house: House, found: Whole, buttons: Sequence[Block], zone: ZoneInfo) -> Message:
    """One insight with all that is known of it, and what its reader may do with it; times in the reader's zone."""
    insight, part = found.insight, house.words.part
    related = part(
        SHOW, "related",
        duplicates=found.duplicates, split_from=found.split_from, release=found.release,
    ).strip()  # fmt: skip
    way = part(
        SHOW, "way",
        route=insight.route, owner=found.looks.owner, asked=found.asked, place=found.looks.place,
        due=_moment(insight.due_at, zone), late=clocks.late(house, insight),
    ).strip()  # fmt: skip
    restricted = [blocks.context(part(SHOW, "restricted"))] if insight.restricted else []
    questions = [part(SHOW, "question", by=by, asked=asked) for by, asked in found.questions]
    history = [part(SHOW, "happened", each=each, words=_in_words(house, each), zone=zone) for each in found.history]
    return blocks.message(
        *messages.facts(house, insight, found.looks),
        *restricted,
        *buttons,
        *_text("\n".join(each for each in (_tags(house, insight), _vouched(house, insight)) if each)),
        *_text("\n".join(each for each in (related, way) if each)),
        *_titled(part(SHOW, "brought_title"), _brought(house, found, zone)),
        *_text("\n".join(questions)),
        *_titled(part(SHOW, "history_title"), history),
    )


def own(house: House, found: Own) -> Message:
    """What a submitter sees who may not see the rest."""
    return messages.tracking_card(house, found.insight, found.submission, found.looks, found.question)


def listed(house: House, found: Sequence[tuple[Insight, Looks]], about: str, name: str = "list") -> Message:
    """A list, of which one more was asked for than is shown; `name` is `list` or `found`."""
    lines = [_line(house, insight, looks) for insight, looks in found]
    return _listing(house, name, lines, about=about)


def mine(house: House, found: Sequence[tuple[Insight, Submission, Looks]]) -> Message:
    lines = [
        house.words.part(
            LIST, "mine_line",
            insight=insight, submission=submission, standing=messages.standing(house, insight, looks),
        )
        for insight, submission, looks in found
    ]  # fmt: skip
    return _listing(house, "mine", lines)


def orphans(
    house: House, found: Sequence[Stuck], whose: dict[int, str], zone: ZoneInfo, measures: Sequence[Block]
) -> Message:
    """What nobody has, then what is late, each with whose it is and since when; then the measures."""
    part = house.words.part
    shown: list[Block] = []
    for stuck in found:
        shown += blocks.headed(part(LIST, "stuck_title", kind=stuck.kind, count=stuck.count, within=TOLD_WITHIN))
        lines = [
            part(LIST, "stuck_line", title=messages.title(house, each), whose=whose[each.id], since=since, zone=zone)
            for each, since in stuck.oldest
        ]
        more = stuck.count - len(stuck.oldest)
        lines += [part(LIST, "stuck_more", more=more)] if more else []
        shown += _text("\n".join(lines))
    if not found:
        shown = blocks.sections(part(LIST, "orphans_none"))
    elif not any(each.kind in NOBODYS for each in found):
        shown = [*blocks.sections(part(LIST, "nobodys_none")), *shown]
    return blocks.message(blocks.header(part(LIST, "orphans_title")), *shown, blocks.divider(), *measures)


def words(house: House, block: str) -> Message:
    return blocks.message(*blocks.sections(house.words.part(LIST, block)))


def whose(house: House, words: Sequence[str]) -> str:
    """`product ops or Support`, of words of the definitions that mean everybody who has a role or a function."""
    organisation = house.definitions.organisation
    known = [organisation.person(word) or organisation.function(word) for word in words]
    names = [each.name if each else word.replace("_", " ") for each, word in zip(known, words, strict=True)]
    return house.words.part(LIST, "whose", names=names)


def answer_buttons(insight: Insight, *, decides: bool) -> list[Block]:
    """What whoever answers it may do with it now; each has a command that does the same.

    Who does not decide on the product (`decides`) is offered no answer, only what a triager is.
    """
    buttons: list[Block] = []
    if insight.state == ROUTED:
        buttons.append(blocks.button("Acknowledge", "insights.acknowledge", insight.ref))
    if insight.state in (ROUTED, ACKNOWLEDGED):
        if decides:
            buttons.append(messages.answer_button(insight, decides=True))
        buttons.append(blocks.button("Not mine", "insights.hand_back", insight.ref))
    if insight.state in (DECIDED, CLOSED) and decides:
        buttons.append(blocks.button("Answer anew", "insights.dispose", insight.ref))
    return [blocks.actions(*buttons)] if buttons else []


# How: in the order in which those above call them.


def _tags(house: House, insight: Insight) -> str:
    rules = rules_of(house)
    themes = [theme.name if (theme := rules.theme(id)) else id for id in insight.also_themes]
    tags = [
        ("Segment", rules.named(rules.segments, insight.segment_id)),
        ("Evidence", rules.named(rules.evidence, insight.evidence_id)),
        ("Cause", rules.named(rules.causes, insight.cause_id)),
        ("Also about", ", ".join(themes)),
    ]
    return house.words.part(SHOW, "tags", tags=[(name, value) for name, value in tags if value]).strip()


def _vouched(house: House, insight: Insight) -> str:
    source = rules_of(house).source(insight.source_id)
    if source is None:
        return ""
    return house.words.part(SHOW, "source", source=source, vouches=in_words(house, source.owner))


def _brought(house: House, found: Whole, zone: ZoneInfo) -> list[str]:
    lines = []
    for name, submission in found.brought[:MOST_BROUGHT]:
        line = house.words.part(
            SHOW, "brought", name=name, submission=submission, insight=found.insight, at=submission.at, zone=zone
        )
        linked = submission.permalink and markup.is_linkable(submission.permalink)
        message = markup.link(submission.permalink, house.words.part(SHOW, "message")) if linked else ""
        lines.append(markup.Mrkdwn(f"{markup.escape(line.strip())} · {message}") if message else line.strip())
    more = len(found.brought) - MOST_BROUGHT
    return [*lines, *([house.words.part(SHOW, "brought_more", more=more)] if more > 0 else [])]


def _in_words(house: House, happened: Happened) -> str:
    detail = happened.detail
    if happened.kind == "sorted":
        after = detail.get("after", {})
        area = house.definitions.organisation.area(after.get("area", ""))
        theme = rules_of(house).theme(after.get("theme", ""))
        names = [area.name if area else after.get("area", ""), theme.name if theme else after.get("theme", "")]
        return ", ".join(each for each in (*names, after.get("severity", "")) if each)
    if happened.kind == "routed":
        return f"{detail.get('name') or ''} ({detail.get('route') or ''})".strip()
    if happened.kind == "decided":
        return ": ".join(each for each in (detail.get("disposition", ""), detail.get("reason", "")) if each)
    if happened.kind == "late":
        late = {ROUTED: "it was not acknowledged in time", ACKNOWLEDGED: "it was not answered in time"}
        return late.get(detail.get("state", ""), "it was not triaged in time")
    return ""


def _line(house: House, insight: Insight, looks: Looks) -> str:
    return house.words.part(
        LIST, "line",
        insight=insight, title=messages.title(house, insight), standing=messages.standing(house, insight, looks),
    )  # fmt: skip


def _listing(house: House, name: str, lines: Sequence[str], **values: object) -> Message:
    def part(block: str) -> str:
        return house.words.part(LIST, f"{name}_{block}", shown=min(len(lines), LIST_LENGTH), **values)

    if not lines:
        return blocks.message(*blocks.sections(part("empty")))
    more = [blocks.context(part("more"))] if len(lines) > LIST_LENGTH else []
    shown = [block for line in lines[:LIST_LENGTH] for block in blocks.sections(line)]
    return blocks.message(*blocks.headed(part("title")), *shown, *more)


def _titled(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    return [*blocks.headed(title), *_text(markup.Mrkdwn("\n").join(map(markup.escape, lines)))]


def _text(text: str) -> list[Block]:
    return blocks.sections(blocks.fit(text, LONGEST_PART)) if text.strip() else []


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %-d %b, %H:%M}" if moment else ""
