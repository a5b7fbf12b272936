"""What people see of the artifact library: the index, one artifact, and what is said of one that is not done. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot import blocks, markup
from bot.artifacts.facts import DUE, FRESH, NONE, STALE, Issued, Stands
from bot.artifacts.model import ArtifactIssue
from bot.blocks import Block, Message
from bot.definitions import Artifact
from bot.definitions.artifacts import Sentence
from bot.house import House
from bot.pointing import Spot

ARTIFACTS, DONE = "artifacts/artifacts.txt.j2", "artifacts/done.txt.j2"
DOTS = {FRESH: "●", DUE: "◐", STALE: "○", NONE: "–"}
MOST_NAMES = 5
"""Of what fails a test, in one line."""

Links = Mapping[Spot, str]
"""The addresses of messages, as far as Slack gives them."""


def listing(house: House, found: Sequence[Stands], links: Links) -> list[Message]:
    """The index: a line for each, with a button to the last one."""
    title = blocks.header(_part(house, "title"))
    if not found:
        return [blocks.message(title, blocks.section(_part(house, "empty")))]
    lines = [
        blocks.section(_line(house, each), accessory=_open(each.artifact, each.last, links) if each.last else None)
        for each in found
    ]
    return blocks.answers(
        blocks.pages(title, *lines, blocks.context(_part(house, "legend"))), blocks.section(_part(house, "more"))
    )


def one(house: House, stands: Stands, links: Links) -> list[Message]:
    """One artifact: its sections, its definition of done and how the last one stood, and the last ones."""
    sentences = [(each.says, _stood(house, each, stands.last)) for each in stands.artifact.done]
    issues = [_issue(house, stands.artifact, each, links) for each in stands.issues]
    return blocks.pages(
        blocks.header(stands.artifact.name),
        *blocks.sections(_line(house, stands)),
        *blocks.headed(_part(house, "sections", artifact=stands.artifact)),
        *blocks.headed(_part(house, "done", sentences=sentences, issued=bool(stands.issues))),
        *blocks.headed(_part(house, "issues_title")),
        *(issues or [blocks.section(_part(house, "no_issues"))]),
    )


def note(house: House, failed: Mapping[str, Sequence[str]]) -> str:
    """What an artifact that goes out says of what it lacks, in a line; empty when it lacks nothing."""
    lines = lacks(house, failed)
    return house.words.part(DONE, "note", lines=lines) if lines else ""


def lacks(house: House, failed: Mapping[str, Sequence[str]]) -> list[str]:
    """What fails each test, in a few words."""
    return [_words_of(house, test, names) for test, names in failed.items() if names]


def not_done(house: House, artifact: Artifact, issues: Sequence[ArtifactIssue]) -> tuple[str, str]:
    """To whoever owns it and to product ops, as title and text: what was lacking, and what mends it."""
    failed = {test: names for issue in issues for test, names in issue.failed.items()}
    mends = dict.fromkeys(_words_of(house, test, names, mend=True) for test, names in failed.items())
    facts = {
        "issues": [(issue.at, lacks(house, issue.failed)) for issue in issues],
        "mends": list(mends),
        "zone": house.definitions.organisation.zone,
    }
    return house.words.part(DONE, "title", artifact=artifact), house.words.part(DONE, "told", **facts)


def stale(house: House, artifact: Artifact, issue: ArtifactIssue, every: timedelta) -> tuple[str, str]:
    """To its owner, as title and text."""
    facts = {"age": (house.clock.now() - issue.at).days, "every": every.days}
    return house.words.part(DONE, "stale_title", artifact=artifact), house.words.part(DONE, "stale", **facts)


# How.


def _line(house: House, stands: Stands) -> str:
    return _part(
        house,
        "line",
        stands=stands,
        dots=DOTS,
        words=_part(house, "freshness", freshness=stands.freshness, at=stands.last and stands.last.at, **_zone(house)),
        made=_part(house, "made", artifact=stands.artifact, ritual=stands.ritual, paused=stands.paused),
        lacks=lacks(house, stands.last.failed) if stands.last else [],
        held=stands.held,
        **{"yield": _part(house, "yield", left=stands.left, held=stands.held) if stands.held else ""},
        unread=f"{stands.unread_since:%-d %B}" if stands.unread_since else "",
    )


def _stood(house: House, sentence: Sentence, last: Issued | None) -> str:
    if sentence.test is None:
        return _part(house, "person")
    if last is not None and sentence.test in last.failed:
        return _part(house, "failed", line=_words_of(house, sentence.test, last.failed[sentence.test]))
    return _part(house, "held" if last is not None and sentence.test in last.done else "untested")


def _issue(house: House, artifact: Artifact, issued: Issued, links: Links) -> Block:
    facts = {"at": issued.at, "which": issued.which, "lacks": lacks(house, issued.failed), **_zone(house)}
    return blocks.section(_part(house, "issue", **facts), accessory=_open(artifact, issued, links))


def _open(artifact: Artifact, issued: Issued, links: Links) -> Block | None:
    """The button to where it stands; nothing when nobody knows that."""
    url = (issued.spot and links.get(issued.spot)) or issued.link
    return blocks.button("Open", "artifacts.open", artifact.id, url=url) if url and markup.is_linkable(url) else None


def _words_of(house: House, test: str, names: Sequence[str], *, mend: bool = False) -> str:
    name, _, value = test.partition(" ")
    block = name.replace("-", "_")
    shown, more = names[:MOST_NAMES], len(names) - MOST_NAMES
    said = [*shown, *([f"{more} more"] if more > 0 else [])]
    return house.words.part(DONE, f"{block}_mend" if mend else block, names=said, value=value)


def _zone(house: House) -> dict[str, Any]:
    return {"zone": house.definitions.organisation.zone}


def _part(house: House, block: str, **facts: Any) -> str:
    return house.words.part(ARTIFACTS, block, **facts)
