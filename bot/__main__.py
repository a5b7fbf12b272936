"""The command line: `drumbeat <command>`. Puts together what the files of `bot/terminal` offer."""

import sys

import typer

from bot.errors import UserError
from bot.terminal import (
    absences,
    calendar,
    decisions,
    definitions,
    demo,
    doctor,
    imports,
    insights,
    lookback,
    manifest,
    measures,
    outbox,
    pack,
    preview,
    quarter,
    rituals,
    roadmap,
    running,
    setup,
    simulate,
    templates,
    timers,
    tokens,
    versions,
)

cli = typer.Typer(
    name="drumbeat",
    help="Runs a product organisation's operating system in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# As `drumbeat --help` lists them: first what is one word, then what is two, such as `drumbeat outbox list`.
for file in (
    running,
    setup,
    definitions,
    versions,
    preview,
    simulate,
    calendar,
    doctor,
    lookback,
    measures,
    pack,
    manifest,
    demo,
):
    cli.add_typer(file.commands)
for file in (absences, decisions, imports, insights, outbox, rituals, roadmap, templates, quarter, timers, tokens):
    cli.add_typer(file.commands)


def main() -> None:
    try:
        cli()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
