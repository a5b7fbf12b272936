"""The page that lists every check, made of the catalogue: docs/checks.md."""

from collections.abc import Iterator, Mapping

from bot.checks import catalogue
from bot.checks.catalogue import GROUPS, RULES, TOLD_AT_ONCE, On

BEGIN = f"""\
# Checks

Drumbeat checks the definitions when they are read (`drumbeat check`, `plan` and `apply`), and the records every night,
at two in the workspace's zone. `drumbeat check --explain CA03`, or `/cadence checks CA03`, says what a check looks for.
The records are looked at again within a minute after anything happened, and whenever somebody opens the list.

In a pull request, `drumbeat check --format github` shows each mistake beside its line; `--format sarif` writes SARIF
2.1.0 for code scanning, and `--format json` is for programs of your own. Only errors make it exit with 1.

What the records break stands in `/cadence checks`: product ops sees all, everybody else what is theirs to mend, each
with the button that mends it where one can. Whoever has something new hears it in one line of the message of their day,
and it waits on their Home tab. A few do harm while they wait, and are told as soon as they are found:
{", ".join(sorted(TOLD_AT_ONCE))}.

Product ops may waive something with a reason until a day, at most 90 days away; then it comes back. So long nobody is
reminded of it, and it leaves no section of the [pack](pack.md) incomplete; the list says who waived it and why. The
scores of the [rubric](rubric.md) count it all the same. What is wrong in a file cannot be waived, only mended. What is
mended leaves the list by itself. What only product ops can mend, and what nobody owns any more, comes to product ops.
"""
"""What stands above the list."""
WHERE: Mapping[On, str] = {
    "definitions": "definitions and forms", "records": "records", "both": "definitions, forms and records",
}  # fmt: skip


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([BEGIN, *_groups()]).rstrip() + "\n"


def _groups() -> Iterator[str]:
    for letters, name in GROUPS.items():
        yield f"## {name}\n"
        yield "| Id | How bad | Looked for in | It finds | Why | To mend it |\n| --- | --- | --- | --- | --- | --- |"
        for rule in RULES:
            if rule.id.startswith(letters):
                cells = (rule.id, catalogue.level_in_words(rule), WHERE[rule.on], rule.holds, rule.why, rule.mend)
                yield f"| {' | '.join(cells)} |"
        yield ""
