"""`drumbeat tokens`: what programs may ask of the API."""

import sys
from typing import Annotated

import typer

from bot import app as wiring
from bot.api import tokens as api_tokens
from bot.api.model import every as every_token
from bot.terminal.workspace import WORKSPACE, in_force, operator, read_settings

commands = typer.Typer(name="tokens", help="What programs may ask of the API.", no_args_is_help=True)


@commands.command()
def new(
    name: Annotated[str, typer.Argument(help="What people call the program, such as 'deploy pipeline'.")],
    may: Annotated[list[str], typer.Option(help="What it may ask for, such as releases; several times for more.")],
    workspace: WORKSPACE = None,
) -> None:
    """Make a token for a program, and show it this once."""
    known = {endpoint.may for endpoint in wiring.ENDPOINTS}
    with in_force(workspace) as house:
        print(house.db.call(api_tokens.new, house, name, may, known, operator()))
    print("Keep it where the program finds it: it is not shown again.", file=sys.stderr)
    if not read_settings().api:
        print("Programs are not answered yet: set DRUMBEAT_API=on where Drumbeat runs.", file=sys.stderr)


@commands.command(name="list")
def list_(workspace: WORKSPACE = None) -> None:
    """List the tokens: what they may ask for, when they were made, used and revoked."""
    with in_force(workspace) as house:
        found = house.db.call(every_token, house)
    for token in found:
        used = f"used {token.used_at:%Y-%m-%d %H:%M}" if token.used_at else "never used"
        revoked = f", revoked {token.revoked_at:%Y-%m-%d %H:%M}" if token.revoked_at else ""
        print(f"{token.name}: may {', '.join(token.may)}; made {token.made_at:%Y-%m-%d %H:%M}, {used}{revoked}")
    if not found:
        print("There are no tokens.")


@commands.command()
def revoke(
    name: Annotated[str, typer.Argument(help="As `tokens list` shows it.")], workspace: WORKSPACE = None
) -> None:
    """Take no call by a program's token any more, from this moment on."""
    with in_force(workspace) as house:
        house.db.call(api_tokens.revoke, house, name, operator())
    print(f"“{name}” is revoked.")
