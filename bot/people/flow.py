"""Whom somebody means, and who may do what."""

import re
from difflib import get_close_matches

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.house import House
from bot.people.model import People, Person


def require_person(session: Session, house: House, slack_id: str) -> Person:
    """The person of the definitions behind a Slack id; a `UserError` when there is none."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        raise UserError(
            "I do not know you yet. Ask product ops to add you to `organisation.yaml`, "
            "with the e-mail address you use in Slack."
        )
    return person


def require_product_ops(session: Session, house: House, slack_id: str, to_do: str) -> Person:
    """The person, if they have the product-ops role; else a `UserError` that says who does."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    if person is not None and person.is_product_ops:
        return person
    names = " or ".join(someone.name for someone in people.with_role("product_ops")) or "product ops"
    raise UserError(f"Only product ops may {to_do}. Ask {names}.")


def named_person(session: Session, house: House, words: str) -> tuple[Person | None, str]:
    """Whom the first words mean, and what follows them: `@alice`, a mention or an e-mail address; else nobody.

    Raises a `UserError` that offers the nearest names when there is no such person.
    """
    people = People(session, house)
    if mention := re.match(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\s*", words):
        return _known(people.by_slack(mention[1])), words[mention.end() :]
    if address := re.match(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+(?=\s|$)", words):
        return _known(people.by_ref(address[0])), words[address.end() :].strip()
    if not words.startswith("@"):
        return None, words
    everyone = [person for each in house.definitions.organisation.people if (person := people.by_ref(each.ref))]
    spoken = words.removeprefix("@").split()
    for count in range(len(spoken), 0, -1):
        start = _plain(" ".join(spoken[:count]))
        meant = [
            person for person in everyone if start in (_plain(person.name), _handle(person), person.slack_id.lower())
        ]
        if count == 1:
            meant = meant or [each for each in everyone if _plain(each.name).startswith(f"{start} ")]
        if len(meant) == 1:
            return meant[0], " ".join(spoken[count:])
    names = {person.ref: person.name for person in everyone}
    ref = nearest(spoken[0] if spoken else "", names, "person", "Write `@` and their name, or their e-mail address.")
    return people.by_ref(ref), " ".join(spoken[1:])


def _known(person: Person | None) -> Person:
    if person is None:
        raise UserError("I do not know that person. Product ops adds people to `organisation.yaml`.")
    return person


def _handle(person: Person) -> str:
    """What stands before the `@` of their address: most people's name in Slack."""
    return _plain(person.ref.partition("@")[0].replace(".", " "))


def nearest(word: str, choices: dict[str, str], what: str, see: str) -> str:
    """The key in `choices` (`{id: name}`) that `word` means, by id or name, case and `-`/space blind.

    Raises a `UserError` that offers the nearest names, and `see`: where the full list is.
    """
    wanted = _plain(word)
    for key, name in choices.items():
        if wanted in (_plain(key), _plain(name)):
            return key
    starts = [key for key, name in choices.items() if wanted and _plain(name).startswith(wanted)]
    if len(starts) == 1:
        return starts[0]
    texts = [(_plain(text), key) for key, name in choices.items() for text in (key, name)]
    # Whole names before their words, which a shortened or mistyped name is nearer to.
    by_plain = {word: key for text, key in reversed(texts) for word in text.split()} | dict(texts)
    close = dict.fromkeys(by_plain[match] for match in get_close_matches(wanted, by_plain, n=3, cutoff=0.5))
    offer = f" Did you mean {' or '.join(f'`{key}`' for key in close)}?" if close else ""
    raise UserError(f"I know no {what} called “{word[:80]}”.{offer} {see}")


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())
