"""The areas of the product as people type them, a line each: `Billing, ana@example.com, ben@example.com, #billing`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from bot.definitions import Organisation

UNKNOWN = "?"
OWNER, DEPUTY = "owner", "deputy"
ASKS = {OWNER: "Who owns {name}?", DEPUTY: "Who is the deputy of {name}?"}
MOST, MOST_PILOT, LONGEST_NAME, LONGEST_ID = 60, 2, 75, 36
PLACEHOLDER = ("first-area", "First area")
"""The id and name of the area that `drumbeat init` writes down so that there is one."""


@dataclass(frozen=True)
class Typed:
    """One line; empty is what is not known yet, or was left out."""

    name: str
    owner: str = ""
    deputy: str = ""
    channel: str = ""

    def __str__(self) -> str:
        """As it was typed."""
        parts = [self.name, self.owner or UNKNOWN, self.deputy or UNKNOWN, *([self.channel] if self.channel else [])]
        return ", ".join(parts)


def read(text: str) -> list[Typed]:
    """The lines that name an area."""
    found = []
    for line in text.splitlines():
        parts = ["" if each.strip() == UNKNOWN else each.strip() for each in line.split(",")]
        if parts[0]:
            channel = next((each for each in parts[1:] if each.startswith("#")), "")
            people = [each for each in parts[1:] if not each.startswith("#")]
            owner, deputy = (*people, "", "")[:2]
            found.append(Typed(parts[0], owner, deputy, channel))
    return found


def wrong(text: str) -> str:
    """What is wrong with the lines by themselves: the first of it, in words; else empty."""
    names: set[str] = set()
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        return f"Write at most {MOST} lines."
    for i, line in enumerate(lines, 1):
        parts = [each.strip() for each in line.split(",")]
        name, channels = parts[0], [each for each in parts[1:] if each.startswith("#")]
        if not name or name == UNKNOWN or len(name) > LONGEST_NAME or not re.search(r"\w", name):
            return f"Line {i}: begin with the area's name, of at most {LONGEST_NAME} characters."
        if name.casefold() in names:
            return f"Line {i}: {name} stands above already."
        if len(channels) > 1 or len(parts) - len(channels) > len(("name", "owner", "deputy")):
            return f"Line {i}: write area, owner, deputy, channel, with a comma between."
        if any(not re.fullmatch(r"#[^\sA-Z.,#@]{1,80}", each) for each in channels):
            return f"Line {i}: {channels[0]} is no channel. Write it in small letters, such as #billing."
        names.add(name.casefold())
    return ""


def fitting(text: str, most: int) -> str:
    """As many whole lines as `most` characters hold: half a line would be read as something else."""
    found = ""
    for line in text.splitlines():
        longer = f"{found}\n{line}" if found else line
        if len(longer) > most:
            break
        found = longer
    return found


def with_people(text: str, ref_of: Callable[[str], str | None]) -> tuple[str, str]:
    """The lines with everybody as the definitions refer to them, and what is wrong; `ref_of` is none of a stranger."""
    found = []
    for i, each in enumerate(read(text), 1):
        refs = {}
        for role in (OWNER, DEPUTY):
            said = getattr(each, role)
            ref = ref_of(said) if said else ""
            if ref is None:
                return text, f"Line {i}: I know nobody called {said}. Write their e-mail address, as in Slack."
            refs[role] = ref
        if refs[OWNER] and refs[OWNER] == refs[DEPUTY]:
            return text, f"Line {i}: the deputy is somebody else than the owner, or a {UNKNOWN}."
        found.append(str(replace(each, **refs)))
    return "\n".join(found), ""


def with_one(text: str, name: str, role: str, ref: str) -> str:
    """The lines, of which that of one area names somebody now."""
    lines = [replace(each, **{role: ref}) if each.name.casefold() == name.casefold() else each for each in read(text)]
    return "\n".join(map(str, lines))


def in_words(text: str, called: Callable[[str], str]) -> str:
    """The lines with everybody by name, as `called` says it."""
    named = (
        replace(each, **{role: called(ref) for role in (OWNER, DEPUTY) if (ref := getattr(each, role))})
        for each in read(text)
    )
    return "\n".join(map(str, named))


def held(organisation: Organisation) -> str:
    """Those that the definitions have, as somebody would type them."""
    return "\n".join(str(Typed(each.name, each.owner, each.deputy or "", each.forum)) for each in organisation.areas)


def chosen(said: str, names: Sequence[str]) -> list[str]:
    """Which of the areas `names` are meant by `Billing, Payments`; fewer than were said where some are unknown."""
    by_name = {each.casefold(): each for each in names}
    return [by_name[each] for part in said.split(",") if (each := part.strip().casefold()) in by_name]


def wrong_choice(said: str, names: Sequence[str]) -> str:
    """What is wrong with where it is tried first; else empty."""
    parts = [each for each in said.split(",") if each.strip()]
    if len(parts) > MOST_PILOT:
        return "One or two areas: more is no trial."
    if len(chosen(said, names)) < len(parts):
        return f"Name one or two of the areas above: {', '.join(names)}."[:150]
    return ""


def ids(lines: Sequence[Typed], organisation: Organisation) -> dict[str, str]:
    """The id of each area, by its name as typed: the one it has, or one that is made of its name."""
    known = {each.name.casefold(): each.id for each in organisation.areas}
    taken, found = set(known.values()), {}
    for each in lines:
        id = known.get(each.name.casefold())
        if id is None:
            made = re.sub(r"[^a-z0-9]+", "-", each.name.casefold()).strip("-")[:LONGEST_ID].strip("-") or "area"
            id = next(new for n in count(1) if (new := made if n == 1 else f"{made}-{n}") not in taken)
            taken.add(id)
        found[each.name] = id
    return found
