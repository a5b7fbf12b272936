"""Of every kind of message we have read one, as it is shown and as a screen reader reads it."""

import ast
from pathlib import Path

from bot.delivery import undeliverable
from bot.updates import publishing
from tests.aloud import GOLDEN, unsaid
from tests.fakes import ROOT

ALIKE = {
    "prompts.{}": "prompts.day",
    "digests.{}": "digests.digest",
    # What another program promised, and what Slack holds of others, is not ours to word.
    "known": "",
}
"""Kinds that are put together at run time, or look like another."""
POSTING = ("post", "post_pages", "reply", "reply_all")
CONSTANTS = {undeliverable.KIND, undeliverable.INSTEAD, publishing.KIND}


def test_every_kind_of_message_has_been_read_aloud() -> None:
    kinds = {ALIKE.get(kind, kind) for kind in kinds_in(ROOT / "bot")} | CONSTANTS
    read = {path.stem for path in GOLDEN.glob("*.txt")}

    how = "Where a test has such a message, let it say read_aloud(message); tests/aloud.py says how."
    assert kinds - read - {""} == set(), how
    assert read - kinds == set(), "No code posts these."


def test_what_eyes_see_and_ears_do_not_hear_is_found() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Atlas* is live &amp; well"}}
    picture = {"type": "image", "alt_text": "Launches by week"}
    button = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open"}}]}

    assert unsaid("Atlas is live & well\nLaunches by week", [section, picture, button]) == []
    assert unsaid("Atlas is live & well", [section, picture, button]) == ["Launches by week"]


def kinds_in(folder: Path) -> set[str]:
    """What stands as `kind` where something is posted to the outbox; `{}` for what is put in at run time."""
    found = set()
    for path in folder.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in POSTING:
                found |= {kind for each in call.keywords if each.arg == "kind" and (kind := written(each.value))}
    return found


def written(value: ast.expr) -> str:
    if isinstance(value, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in value.values)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
