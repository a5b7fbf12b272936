"""Ports and programs, before anything is started."""

import socket
from pathlib import Path

import pytest

from bot.demo import launcher
from bot.errors import UserError
from tests.demo.ports import free_port


def test_a_missing_local_slack_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"not installed: run `make demo`, which fetches it from npm"):
        launcher.find_local_slack(tmp_path / "local-slack", path="")


def test_the_fetched_local_slack_is_used(tmp_path: Path) -> None:
    program = tmp_path / "local-slack"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    assert launcher.find_local_slack(program, path="") == program


def test_without_a_wish_the_next_free_port_is_taken_and_said() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = int(server.getsockname()[1])
        taken = launcher.choose_port(None, said.append, usual=busy)

    assert busy < taken < busy + launcher.PORTS_TO_TRY
    assert said == [f"Port {busy} is in use, so this demo takes port {taken}."]


def test_a_free_port_that_was_asked_for_is_taken_silently() -> None:
    port, said = free_port(), list[str]()

    assert launcher.choose_port(port, said.append) == port
    assert said == []
