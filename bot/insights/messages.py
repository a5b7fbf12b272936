"""What people see of insights: the cards, and what their submitters are told. Words and blocks only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import blocks, markup
from bot.blocks import Block, Message
from bot.house import House, Part, ReleaseFacts
from bot.insights.model import (
    ACKNOWLEDGED,
    MERGED,
    NEEDS_INFO,
    ROUTED,
    Asked,
    Insight,
    Spike,
    Submission,
)
from bot.insights.rights import rules_of

CARD = "insights/card.txt.j2"
TOLD, ASKS = "insights/told.txt.j2", "insights/asks.txt.j2"
LONGEST = 600
"""Characters of what somebody said, on cards that others read."""

MOST_READERS = 3

Called = Callable[[str], str]
"""A name to show for a Slack user id."""


@dataclass(frozen=True)
class Looks:
    """What a card shows of an insight beside its record."""

    names: Sequence[str]
    """Of its submitters."""
    accounts: int
    owner: str = ""
    place: str = ""
    """Where it is talked about, in words."""
    decider: str = ""
    researcher: str = ""
    release: ReleaseFacts | None = None
    into: str = ""
    """What it was merged into, such as `I-12`."""


def bringer(submission: Submission, called: Called) -> str:
    """The name of who brought it, to be shown."""
    return called(submission.submitter) if submission.is_own else submission.brought_by or "a program"


def severity(word: str) -> str:
    return word.capitalize()


def area_name(house: House, insight: Insight) -> str:
    """`Billing`, `Billing and Payments`, or that nobody knows yet."""
    known = [house.definitions.organisation.area(id) for id in (insight.area_id, insight.also_area_id) if id]
    names = [area.name if area else insight.area_id for area in known]
    return " and ".join(names) or "area not known"


def theme_name(house: House, insight: Insight) -> str:
    rules = house.definitions.insights
    theme = rules.theme(insight.theme_id) if rules else None
    return theme.name if theme else insight.theme_id


def title(house: House, insight: Insight) -> str:
    return house.words.part(
        CARD,
        "title",
        insight=insight,
        severity=severity(insight.severity),
        area=area_name(house, insight),
        theme=theme_name(house, insight),
    )


def standing(house: House, insight: Insight, looks: Looks) -> str:
    """Where it stands, in a sentence."""
    return house.words.part(
        CARD,
        "standing",
        insight=insight,
        due=_day(insight.due_at, house),
        late=insight.due_at is not None and insight.due_at <= house.clock.now(),
        owner=looks.owner,
        place=looks.place,
        decider=looks.decider,
        researcher=looks.researcher,
        release=looks.release.name if looks.release else "",
        release_is=looks.release.state if looks.release else "",
        into=looks.into,
    )


def due(house: House, insight: Insight) -> str:
    """By which day the next thing is to be done with it; empty when nothing is."""
    return _day(insight.due_at, house)


def card(house: House, insight: Insight, looks: Looks, buttons: Sequence[Block] = ()) -> Message:
    """What the channel sees; `buttons` are what may be done with it there, beside counting one more voice."""
    also = [] if insight.state == MERGED else [blocks.button("I heard this too", "insights.also", insight.ref)]
    buttons = [*also, *buttons]
    return blocks.message(*facts(house, insight, looks), *([blocks.actions(*buttons)] if buttons else []))


def facts(house: House, insight: Insight, looks: Looks) -> list[Block]:
    """The insight with everything that is known of it."""
    rules = house.definitions.insights
    source = rules.source(insight.source_id) if rules else None
    origin = house.words.part(
        CARD,
        "origin",
        names=list(looks.names),
        votes=len(looks.names),
        accounts=looks.accounts,
        source=source.name if source else "",
    )
    link = [blocks.context(_linked(insight.link))] if insight.link else []
    return [
        *observed(house, insight),
        blocks.context(origin),
        blocks.section(standing(house, insight, looks)),
        *link,
    ]


def observed(house: House, insight: Insight) -> list[Block]:
    """What it is about, what was seen or heard, and its proof."""
    proof = [blocks.context(_linked(insight.proof))] if insight.proof else []
    return [*blocks.headed(title(house, insight)), *blocks.sections(blocks.fit(insight.what, LONGEST)), *proof]


def hidden(house: House, insight: Insight) -> Message:
    """In the place of a card that only some may see from now on."""
    return blocks.message(blocks.section(house.words.part(CARD, "hidden", insight=insight)))


def tracking_card(
    house: House, insight: Insight, submission: Submission, looks: Looks, question: Asked | None, by: str = ""
) -> Message:
    """What a submitter sees of what they brought, and what they are asked about it; `by` is their name where others
    see it, too."""
    merged = submission.captured_as != insight.id
    yours = house.words.part(CARD, "yours", insight=insight, submission=submission, merged=merged)
    ask = []
    if question is not None and insight.state == NEEDS_INFO:
        ask = [
            *blocks.sections(question.question),
            blocks.actions(blocks.button("Answer", "insights.answer", str(question.id), style="primary")),
        ]
    return blocks.message(
        *blocks.headed(house.words.part(CARD, "yours_title", insight=insight, by=by)),
        *blocks.sections(blocks.fit(yours, LONGEST)),
        blocks.section(standing(house, insight, looks)),
        *ask,
    )


@dataclass(frozen=True)
class Said:
    """What a submitter is told, and a sentence that can be forwarded to the customer."""

    title: str
    text: str
    link: str
    forward: str

    @property
    def in_short(self) -> str:
        return "\n".join(filter(None, (self.text, self.link, self.forward)))


def told(house: House, insight: Insight, submission: Submission, looks: Looks, what: str, mention: str = "") -> Message:
    """To a submitter: what became of it; `what` is `answer`, `out_of_scope` or `live`. With a sentence to forward."""
    said = told_words(house, insight, submission, looks, what)
    to = [blocks.section(markup.mention(mention))] if mention else []
    link = [blocks.section(_linked(said.link))] if said.link else []
    label = house.words.part(TOLD, "to_forward")
    return blocks.message(
        *to, *blocks.headed(said.title), *blocks.sections(said.text), *link,
        blocks.context(label), *blocks.sections(said.forward),
    )  # fmt: skip


def told_words(house: House, insight: Insight, submission: Submission, looks: Looks, what: str) -> Said:
    """The same in words."""
    is_live = looks.release is not None and looks.release.state == "live"
    facts = {
        "insight": insight,
        "submission": submission,
        "decider": looks.decider,
        "researcher": looks.researcher,
        "release": looks.release.name if looks.release else "",
        "live": is_live,
    }
    title = "title" if what == "answer" else f"{what}_title"
    heading, text, forward = (house.words.part(TOLD, each, **facts) for each in (title, what, "forward"))
    return Said(heading, text, insight.link if what == "answer" else "", forward)


def told_restricted(house: House, insight: Insight, submission: Submission) -> tuple[str, str]:
    """The same, as title and text, to whoever only answers for its source and may not read it."""
    facts = {"insight": insight, "submission": submission}
    return house.words.part(TOLD, "restricted_title", **facts), house.words.part(TOLD, "restricted", **facts)


def apart(house: House, insight: Insight, into: Insight, mention: str = "") -> Message:
    """To a submitter who was told what became of another: theirs is looked at by itself."""
    to = [blocks.section(markup.mention(mention))] if mention else []
    return blocks.message(
        *to,
        *blocks.headed(house.words.part(TOLD, "apart_title", insight=insight)),
        *blocks.sections(house.words.part(TOLD, "apart", insight=insight, into=into)),
    )


def question(house: House, insight: Insight, asked: Asked, by: str, mention: str = "") -> Message:
    """To a submitter: one question, in their thread."""
    to = [blocks.section(markup.mention(mention))] if mention else []
    return blocks.message(
        *to,
        *blocks.headed(house.words.part(TOLD, "question_title", insight=insight)),
        *blocks.sections(house.words.part(TOLD, "question", by=by, question=asked.question)),
        blocks.actions(blocks.button("Answer", "insights.answer", str(asked.id), style="primary")),
    )


def said(heading: str, text: str) -> Message:
    return blocks.message(*blocks.headed(heading), *blocks.sections(text))


# What its owner and others are asked and told.


def ask(house: House, insight: Insight, looks: Looks, *, stands_in: bool, again: bool, decides: bool = True) -> Part:
    """To whoever is to answer it, or, where they do not decide on the product, to find who does."""
    if insight.state not in (ROUTED, ACKNOWLEDGED) and not again:
        return asked_no_more(house, insight, looks)
    facts = {"insight": insight, "title": title(house, insight), "looks": looks, "stands_in": stands_in}
    part = "again" if again else insight.state
    acknowledge = [blocks.button("Acknowledge", "insights.acknowledge", insight.ref)]
    buttons = (
        *(acknowledge if insight.state == ROUTED else []),
        answer_button(insight, decides=decides or again),
        *([] if again else [blocks.button("Not mine", "insights.hand_back", insight.ref)]),
    )
    return Part(
        house.words.part(ASKS, f"{part}_title", **facts), house.words.part(ASKS, part, **facts), buttons,
        minutes=1 if insight.state == ROUTED else 3,
    )  # fmt: skip


def answer_button(insight: Insight, *, decides: bool) -> Block:
    """For whoever has it; who does not decide on the product sorts it into an area, so that its owner answers."""
    if decides:
        return blocks.button("Answer", "insights.dispose", insight.ref, style="primary")
    return blocks.button("Sort anew", "insights.triage_one", insight.ref, style="primary")


def asked_no_more(house: House, insight: Insight, looks: Looks) -> Part:
    """To whoever was to answer it, in the place of that: where it stands."""
    facts = {"title": title(house, insight), "standing": standing(house, insight, looks)}
    return Part(house.words.part(ASKS, "done_title", **facts), house.words.part(ASKS, "done", **facts), waiting=False)


def seen_no_more(house: House, insight: Insight) -> Part:
    """The same to whoever may not see it any more."""
    return Part(insight.ref, house.words.part(CARD, "hidden", insight=insight), waiting=False)


def researched(house: House, insight: Insight, looks: Looks) -> tuple[str, str]:
    """To whoever is to look into it, as title and text."""
    facts = {"insight": insight, "title": title(house, insight), "looks": looks}
    return house.words.part(ASKS, "researched_title", **facts), house.words.part(ASKS, "researched", **facts)


def obligation(house: House, insight: Insight) -> str:
    return house.words.part(ASKS, "obligation", insight=insight, title=title(house, insight))


def late(house: House, insight: Insight, looks: Looks, days: int) -> tuple[str, str]:
    """To whoever hears that a clock has run out, as title and text; `days` when it still is so many days later."""
    facts = {"insight": insight, "title": title(house, insight), "looks": looks, "days": days}
    facts["due"] = _day(insight.due_at, house)
    return house.words.part(ASKS, "late_title", **facts), house.words.part(ASKS, "late", **facts)


def nowhere(house: House, insight: Insight) -> tuple[str, str]:
    """To product ops: nobody is found to answer it."""
    facts = {"insight": insight, "title": title(house, insight)}
    return house.words.part(ASKS, "nowhere_title", **facts), house.words.part(ASKS, "nowhere", **facts)


def informed(house: House, insight: Insight, looks: Looks) -> tuple[str, str]:
    """To those whom its route informs."""
    facts = {"insight": insight, "title": title(house, insight), "looks": looks}
    return house.words.part(ASKS, "informed_title", **facts), house.words.part(ASKS, "informed", **facts)


def incident(house: House, insight: Insight, process: str) -> tuple[str, str]:
    """To whoever handles incidents."""
    facts = {"insight": insight, "title": title(house, insight), "process": process}
    return house.words.part(ASKS, "incident_title", **facts), house.words.part(ASKS, "incident", **facts)


def restricted_incident(house: House, insight: Insight, readers: Sequence[str], process: str) -> tuple[str, str]:
    """The same to somebody who may not see it."""
    facts = {"insight": insight, "readers": list(readers)[:MOST_READERS], "process": process}
    title = house.words.part(ASKS, "restricted_incident_title", **facts)
    return title, house.words.part(ASKS, "restricted_incident", **facts)


def spike(house: House, spike: Spike) -> tuple[str, str]:
    """To the owner of the area, and on the agenda, as title and text."""
    area = house.definitions.organisation.area(spike.area_id)
    theme, rules = rules_of(house).theme(spike.theme_id), rules_of(house).spike
    ritual = house.definitions.calendar.ritual(spike.ritual_id)
    facts = {
        "spike": spike,
        "area": area.name if area else spike.area_id,
        "theme": theme.name if theme else spike.theme_id,
        "ritual": ritual.name if ritual else "",
        "days": rules.days if rules else 0,
    }
    return house.words.part(ASKS, "spike_title", **facts), house.words.part(ASKS, "spike", **facts)


def agenda_line(house: House, insight: Insight, looks: Looks) -> str:
    """What is late and waits for the ritual in which it is talked about."""
    return house.words.part(ASKS, "agenda", insight=insight, title=title(house, insight), looks=looks)


def more_on_agenda(house: House, count: int) -> str:
    return house.words.part(ASKS, "more_on_agenda", count=count)


def _linked(proof: str) -> str:
    return markup.with_links(proof)


def _day(moment: datetime | None, house: House) -> str:
    zone = house.definitions.organisation.zone
    return f"{moment.astimezone(zone):%a %-d %b}" if moment else ""
