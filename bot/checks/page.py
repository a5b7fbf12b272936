"""The page that lists every check, made of the catalogue: docs/checks.md."""

from collections.abc import Iterator

from bot.checks import catalogue
from bot.checks.catalogue import GROUPS, RULES

BEGIN = """\
# Checks

Drumbeat checks the definitions when they are read (`drumbeat check`, `plan` and `apply`), and the records every night,
at two in the workspace's zone. `drumbeat check --explain CA03`, or `/cadence checks CA03`, says what a check looks for.

In a pull request, `drumbeat check --format github` shows each mistake beside its line; `--format sarif` writes SARIF
2.1.0 for code scanning, and `--format json` is for programs of your own. Only errors make it exit with 1.

What the records break stands in `/cadence checks`: product ops sees all, everybody else what is theirs to mend. Whoever
has something new hears it in one line of the message of their day. Product ops may waive something with a reason until
a day, at most 90 days away; then it comes back. What is mended leaves the list by itself.
"""
"""What stands above the list."""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([BEGIN, *_groups()]).rstrip() + "\n"


def _groups() -> Iterator[str]:
    for letters, name in GROUPS.items():
        yield f"## {name}\n"
        yield "| Id | How bad | Looked for in | It finds | Why | To mend it |\n| --- | --- | --- | --- | --- | --- |"
        for rule in RULES:
            if rule.id.startswith(letters):
                where = {"both": "definitions and records"}.get(rule.on, rule.on)
                cells = (rule.id, catalogue.level_in_words(rule), where, rule.holds, rule.why, rule.mend)
                yield f"| {' | '.join(cells)} |"
        yield ""
