"""`drumbeat doctor`: looks at everything Drumbeat needs."""

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import doctor
from bot.clock import SystemClock
from bot.terminal.printing import require_one_of

commands = typer.Typer()


@commands.command(name="doctor")
def doctor_(form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain") -> None:
    """Look at everything Drumbeat needs, and say how to mend what is wrong; exit 1 on a problem."""
    require_one_of(form, "plain", "json")
    findings = asyncio.run(doctor.examine(os.environ, Path.cwd(), SystemClock()))
    if form == "json":
        print(json.dumps(doctor.as_data(findings), indent=2, ensure_ascii=False))
    else:
        print("\n".join(doctor.as_lines(findings)))
    if any(finding.state == doctor.PROBLEM for finding in findings):
        raise typer.Exit(1)
