"""What people see of what the checks find: one line to each owner, the list, and the form that waives. Pure."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block, Message, View
from bot.checks import catalogue
from bot.checks.catalogue import ERROR, LEVELS, Rule
from bot.checks.model import Found, Listed, Waiver
from bot.house import House, Obligation
from bot.metadata import dump
from bot.prompts.flow import More

WORDS = "checks/checks.txt.j2"
MOST_SHOWN, MOST_WAIVED = 12, 5
MEND = "Mend it"
MINE = "mine"
"""Behind the command, and the value of the button: only what is one's own."""
LIMIT = 300


def digest_line(house: House, found: Sequence[Found]) -> tuple[str, str, More]:
    """To an owner, in their day message: title, one line, and the button. The worst is first."""
    facts = _counted(found)
    title = _words(house, "digest_title", **facts)
    action_id, value, label = _button(found)
    return title, _words(house, "digest", worst=found[0].message, **facts), More(label, action_id, value)


def obligation(house: House, found: Sequence[Found]) -> Obligation:
    """One thing in its own words; several as how many they are."""
    title = found[0].message if len(found) == 1 else _words(house, "obligation", **_counted(found))
    action_id, value, label = _button(found)
    return Obligation(title, None, action_id, value, label)


def _button(found: Sequence[Found]) -> tuple[str, str, str]:
    """What mends a single thing, where something does; else what shows all: its action, value and label."""
    if len(found) == 1 and (action_id := found[0].says["action_id"]):
        return action_id, found[0].says["value"], found[0].says["label"] or MEND
    return "checks.show", MINE, "Show"


def listing(house: House, listed: Listed) -> Message:
    """The worst first, each with the button that mends it; product ops also waives."""
    levels = {level: sum(each.level == level for each in listed.open) for level in LEVELS}
    parts = [
        blocks.header(_words(house, "title", everything=listed.is_everything)),
        blocks.section(_words(house, "sum", levels=levels, waived=len(listed.waived), mended=listed.mended)),
    ]
    for each in listed.open[:MOST_SHOWN]:
        parts += _shown(house, each, listed)
    if len(listed.open) > MOST_SHOWN:
        parts.append(blocks.context(_words(house, "more", count=len(listed.open) - MOST_SHOWN)))
    if listed.waived:
        parts.append(blocks.section(_words(house, "waived", waived=_waived(house, listed), count=len(listed.waived))))
    return blocks.message(*parts)


def explained(house: House, rule: Rule) -> Message:
    title, *lines = catalogue.explain(rule)
    return blocks.message(blocks.header(title), *blocks.sections("\n".join(lines)))


def waive_form(house: House, found: Found) -> View:
    return blocks.modal(
        "checks.waived",
        "Waive",
        blocks.section(_words(house, "waive", found=found)),
        blocks.text_input("reason", "Why is it not mended?", multiline=True, max_length=LIMIT),
        blocks.date_input("until", "Until when?", hint="At most 90 days; then it comes back."),
        submit="Waive it",
        metadata=dump(found.id, 1),
    )


def waived(house: House, waiver: Waiver) -> View:
    """In place of the submitted form."""
    text = _words(house, "kept", until=waiver.until)
    return blocks.modal("checks.kept", "Waived", *blocks.sections(text), submit="", close="Close")


def _shown(house: House, found: Found, listed: Listed) -> list[Block]:
    buttons = []
    says: Mapping[str, str] = found.says
    if says["action_id"]:
        buttons.append(blocks.button(says["label"] or MEND, says["action_id"], says["value"]))
    if listed.is_everything:
        buttons.append(blocks.button("Waive", "checks.waive", str(found.id)))
    owner = listed.names.get(found.owner or "", "") if listed.is_everything else ""
    day = found.first_at.astimezone(house.definitions.organisation.zone).date()
    # It is shown as plain text, in which Slack draws no code.
    mend = (says["mend"] or catalogue.of(found.rule).mend).replace("`", "")
    text = _words(house, "line", found=found, says=says, mend=mend, owner=owner, day=day)
    return [blocks.section(text), *([blocks.actions(*buttons)] if buttons else [])]


def _waived(house: House, listed: Listed) -> list[dict[str, object]]:
    return [
        {"message": found.message, "rule": found.rule, "reason": waiver.reason, "until": waiver.until,
         "by": listed.names.get(waiver.by, waiver.by)}
        for found, waiver in listed.waived[:MOST_WAIVED]
    ]  # fmt: skip


def _counted(found: Sequence[Found]) -> dict[str, int]:
    return {"count": len(found), "errors": sum(each.level == ERROR for each in found)}


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
