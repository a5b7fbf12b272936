"""What people see of bundles: the published one, the page about it, its forms, its lines on the card. Pure."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.definitions.bundle import SectionRule
from bot.enablement.asks import confirm_buttons
from bot.enablement.model import Edition
from bot.enablement.question_forms import WORDS as TEST
from bot.enablement.standing import WORDS, Piece, Roster, Stands, writers
from bot.house import House, Panel
from bot.people.model import People
from bot.releases.messages import short_day
from bot.releases.model import Release

MOST_NAMES = 10
SECTION_LIMIT, CHANGE_LIMIT, REASON_LIMIT = 900, 200, 200
SHOW = "enablement.show"
CHANGE, AGAIN = "_change", "_again"
"""Fields of the forms, called as no section can be."""


def published(house: House, release: Release, edition: Edition, people: People) -> Message:
    """The bundle for everybody, in the thread of its release's card."""
    facts = {"release": release, "edition": edition, "by": people.called(edition.by), "on": _on(house, edition)}
    return blocks.message(
        blocks.header(house.words.part(WORDS, "title", release=release)),
        blocks.context(house.words.part(WORDS, "published", **facts)),
        *_sections(edition),
        blocks.actions(*confirm_buttons(release)),
    )


def page(
    house: House,
    stands: Stands,
    people: People,
    *,
    buttons: Sequence[Block],
    names: Sequence[Roster],
    told: tuple[int, int] | None,
) -> Message:
    """The bundle for one person: as published, else as far as it is written.

    Of `names` with who has not confirmed; `told`: how many had all test questions right, of how many who answered.
    """
    release, edition = stands.release, stands.edition
    if edition is not None:
        facts = {"release": release, "edition": edition, "by": people.called(edition.by), "on": _on(house, edition)}
        top, body = house.words.part(WORDS, "published", **facts), _sections(edition)
    else:
        top = house.words.part(WORDS, "unpublished", day=short_day(stands.publish_by.isoformat()))
        body = [
            block
            for piece in stands.pieces
            for block in blocks.headed(f"{piece.rule.title}\n{piece.text or _lacks(house, stands, people, piece.rule)}")
        ]
    waiting = [line for roster in names if roster.waiting and edition for line in [_names(house, roster)]]
    if told is not None:
        waiting.append(house.words.part(TEST, "told", right=told[0], of=told[1]))
    return blocks.message(
        blocks.header(house.words.part(WORDS, "title", release=release)),
        blocks.context(top),
        *body,
        *blocks.headed("\n".join([house.words.part(WORDS, "confirmed_title"), *_counts(house, stands), *waiting])),
        *([blocks.actions(*buttons)] if buttons else []),
    )


def panel(house: House, stands: Stands, people: People) -> Panel:
    """Where it stands, for the release's card."""
    edition = stands.edition
    lines = [
        house.words.part(
            WORDS,
            "panel",
            edition=edition,
            on=_on(house, edition) if edition else "",
            by=people.called(edition.by) if edition else "",
            missing=[(rule.title, _who(house, stands, people, rule)) for rule in stands.missing],
            has_changed=stands.has_changed,
            day=short_day(stands.publish_by.isoformat()),
        ),
        *(_counts(house, stands) if edition else []),
    ]
    return Panel(house.words.part(WORDS, "panel_title"), tuple(lines), "Enablement bundle", SHOW)


def write_form(
    house: House,
    stands: Stands,
    pieces: Sequence[Piece],
    metadata: str,
    *,
    may_ask_again: bool,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    """Sections to write, each as it says now or as it was typed."""
    return blocks.modal(
        "enablement.written",
        "Write the bundle",
        *([blocks.section(note)] if note else []),
        blocks.section(house.words.part(WORDS, "write", release=stands.release, published=stands.edition is not None)),
        *(
            blocks.text_input(
                piece.rule.id, piece.rule.title, multiline=True, hint=piece.rule.asks, max_length=SECTION_LIMIT,
                initial=(typed or {}).get(piece.rule.id, piece.text), optional=True,
            )
            for piece in pieces
        ),
        *(_change_inputs(may_ask_again) if stands.edition else []),
        metadata=metadata,
    )  # fmt: skip


def publish_form(house: House, stands: Stands, metadata: str) -> View:
    facts = {"stands": stands, "day": short_day(stands.confirm_by.isoformat())}
    return blocks.modal(
        "enablement.published",
        "Publish the bundle",
        *blocks.sections(house.words.part(WORDS, "publish", **facts)),
        *(_change_inputs(may_ask_again=True) if stands.edition else []),
        submit="Publish",
        metadata=metadata,
    )


def not_for_me_form(house: House, release: Release, metadata: str) -> View:
    return blocks.modal(
        "enablement.declined",
        "Not for me",
        blocks.section(house.words.part(WORDS, "not_for_me", release=release)),
        blocks.text_input("reason", "Why?", max_length=REASON_LIMIT, hint="Whoever leads your function can read it."),
        metadata=metadata,
    )


def saved(house: House, stands: Stands) -> View:
    """After a form: where the bundle stands now."""
    text = house.words.part(WORDS, "saved", stands=stands, counts=_counts(house, stands))
    return blocks.modal("enablement.saved", "Saved", blocks.section(text), submit="", close="Close")


def thanks(house: House, stands: Stands) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "thanks", release=stands.release)))


def nudged(house: House, roster: Roster) -> Message:
    """To whoever nudged them."""
    return blocks.message(blocks.section(house.words.part(WORDS, "nudged", roster=roster, count=len(roster.waiting))))


def meanwhile(house: House, pieces: Sequence[Piece], by: str) -> str:
    return house.words.part(WORDS, "meanwhile", pieces=pieces, by=by)


def still_missing(house: House, stands: Stands, people: People) -> str:
    missing = [(rule.title, _who(house, stands, people, rule)) for rule in stands.missing]
    return house.words.part(WORDS, "still_missing", release=stands.release, missing=missing)


def _sections(edition: Edition) -> list[Block]:
    return [
        block for _id, title, text in edition.content["sections"] if text for block in blocks.headed(f"{title}\n{text}")
    ]


def _change_inputs(may_ask_again: bool) -> list[Block]:
    inputs = [
        blocks.text_input(
            CHANGE, "What has changed, in a line?", max_length=CHANGE_LIMIT, optional=True,
            hint="Needed: it is published at once, and whoever has confirmed reads this line.",
        )
    ]  # fmt: skip
    if may_ask_again:
        option = Option("again", "It matters: ask everybody to confirm it again")
        inputs.append(blocks.checkbox_input(AGAIN, "And those who have confirmed", [option], optional=True))
    return inputs


def _counts(house: House, stands: Stands) -> list[str]:
    day = short_day(stands.confirm_by.isoformat())
    return [house.words.part(WORDS, "count", roster=roster, day=day) for roster in stands.rosters]


def _names(house: House, roster: Roster) -> str:
    names = [person.name for person in roster.waiting[:MOST_NAMES]]
    more = len(roster.waiting) - len(names)
    return house.words.part(WORDS, "waiting", roster=roster, names=names, more=more)


def _lacks(house: House, stands: Stands, people: People, rule: SectionRule) -> str:
    return house.words.part(WORDS, "lacks", rule=rule, who=_who(house, stands, people, rule))


def _who(house: House, stands: Stands, people: People, rule: SectionRule) -> str:
    return ", ".join(people.named(each.ref) for each in writers(house, stands.release, rule)[:3]) or "nobody"


def _on(house: House, edition: Edition) -> str:
    return short_day(edition.at.astimezone(house.definitions.organisation.zone).date().isoformat())
