"""`drumbeat manifest`: what Slack must know of the app."""

from typing import Annotated

import typer

from bot import app as wiring
from bot import manifest
from bot.errors import UserError
from bot.terminal.printing import require_one_of

commands = typer.Typer()


@commands.command(name="manifest")
def manifest_(
    form: Annotated[str, typer.Option("--format", help="yaml or json")] = "yaml",
    request_url: Annotated[
        str | None, typer.Option(help="Where Slack calls you, such as https://…/slack/events; else Socket Mode.")
    ] = None,
) -> None:
    """Print the app's manifest, to create the app at api.slack.com/apps from or to bring it up to date."""
    require_one_of(form, "yaml", "json")
    if request_url is not None and not request_url.startswith("https://"):
        raise UserError(f"--request-url is an https:// address that Slack can reach, not {request_url}.")
    data = manifest.manifest(wiring.tables(), request_url)
    print(manifest.as_json(data) if form == "json" else manifest.as_yaml(data), end="")
