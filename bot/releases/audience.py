"""Who needs to know of a release, as its owner ticks and types it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from bot.definitions import Organisation, ReleaseRules
from bot.house import House
from bot.people.model import channel_id
from bot.releases.model import Release

MOST_BEYOND = 20


class Naming(Protocol):
    """What says who needs to know: a release, or what was read of one."""

    @property
    def functions(self) -> list[str]: ...
    @property
    def accounts(self) -> str: ...
    @property
    def beyond(self) -> list[str]: ...


@dataclass(frozen=True)
class Audience:
    """As typed. The block ids of the form are these names."""

    functions: tuple[str, ...] = ()
    """Ids."""
    accounts: str = ""
    """Strategic accounts, in words."""
    beyond: str = ""
    """People by name, e-mail address or Slack id, and channels such as `#ops`; on a line each, or with commas."""


def of(house: House, release: Release) -> Audience:
    """What a release names; where it names no function yet, those that stand in its answer."""
    organisation = house.definitions.organisation
    beyond = (person.name if (person := organisation.person(each)) else each for each in release.beyond)
    return Audience(
        tuple(release.functions) or functions_in(organisation, release.audience), release.accounts, "\n".join(beyond)
    )


def functions_named(rules: ReleaseRules, release: Naming) -> tuple[str, ...]:
    """The ids of the functions that need to know; naming accounts names the function that looks after them."""
    owners = rules.comms.account_owners if release.accounts.strip() else None
    return tuple(dict.fromkeys([*release.functions, *([owners] if owners else [])]))


def functions_in(organisation: Organisation, text: str) -> tuple[str, ...]:
    """The ids of the functions whose names stand in a text."""
    return tuple(
        function.id
        for function in organisation.functions
        if re.search(rf"(?<!\w){re.escape(function.name)}(?!\w)", text, re.IGNORECASE)
    )


def beyond_of(session: Session, house: House, typed: str) -> tuple[list[str], str]:
    """People and channels as the definitions write them, and what is wrong with the words; empty when nothing is."""
    found = dict.fromkeys(_one(session, house, words) or f"?{words}" for words in _split(typed))
    if unknown := [each[1:] for each in found if each.startswith("?")]:
        return [], f"I do not know {', '.join(unknown)[:200]}. Write people of `organisation.yaml`, and #channels."
    if len(found) > MOST_BEYOND:
        return [], f"Name at most {MOST_BEYOND}; a channel reaches many."
    return list(found), ""


def _split(typed: str) -> Collection[str]:
    return [words for each in re.split(r"[,;\n]", typed) if (words := each.strip())]


def _one(session: Session, house: House, words: str) -> str | None:
    if words.startswith("#"):
        return words.lower() if not channel_id(session, house, words.lower()).startswith("#") else None
    organisation = house.definitions.organisation
    if re.fullmatch(r"[CG][A-Z0-9]{6,}", words):
        return words
    person = organisation.person(words.removeprefix("@"))
    named = [each for each in organisation.people if each.name.casefold() == words.removeprefix("@").casefold()]
    return person.ref if person else named[0].ref if len(named) == 1 else None
