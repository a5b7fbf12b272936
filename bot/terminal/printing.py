"""How commands print what they found and what they did."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer

from bot import operations
from bot.errors import UserError
from bot.logs import redact


def require_one_of(form: str, *known: str) -> None:
    if form not in known:
        raise UserError(f"--format is {' or '.join(known)}, not {form}.")


def print_lines(lines: Sequence[str]) -> None:
    print(redact("\n".join(lines)))


def print_json(found: Sequence[Any]) -> None:
    data = [asdict(each) for each in found]
    print(redact(json.dumps(data, indent=2, ensure_ascii=False, default=datetime.isoformat)))


def report(moves: Sequence[operations.Move], nothing: str = "") -> None:
    """What was done on standard output, what was refused on standard error; exit 1 when anything was."""
    for move in moves:
        print(f"{move.id}: {move.says}.", file=sys.stdout if move.done else sys.stderr)
    if not moves:
        print(nothing)
    if not all(move.done for move in moves):
        raise typer.Exit(1)
