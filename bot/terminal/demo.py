"""`drumbeat demo`: everything in a local Slack."""

import asyncio
from functools import partial
from typing import Annotated

import typer

from bot.demo import launcher

commands = typer.Typer()


@commands.command()
def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Where to serve it; 3000 if free.")] = None,
) -> None:
    """Try everything in a local Slack in the browser, with a made-up company; needs no Slack account."""
    asyncio.run(launcher.run(port, say=partial(print, flush=True)))
