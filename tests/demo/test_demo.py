"""`drumbeat demo` as a process: what it says when it cannot run, and that it leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.demo.ports import free_port, is_served

REPOSITORY = Path(__file__).parents[2]
ENDED_WITHIN = 40
"""Seconds."""
WITHOUT_A_PAST = (
    "-c",
    "from bot.demo import history; history.write = lambda *_: None; from bot.__main__ import main; main()",
)
"""The same program, for how it ends: what it writes before takes most of a start."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_busy_port_is_one_clear_line(busy_port: int, tmp_path: Path) -> None:
    ended = start(busy_port, tmp_path)
    out, error = ended.communicate(timeout=ENDED_WITHIN)

    assert ended.returncode == 1
    assert out == ""
    assert error == f"Port {busy_port} is in use: choose another one with --port, or leave --port out.\n"


def test_it_starts_again_however_it_ended_and_leaves_nothing_behind(port: int, tmp_path: Path) -> None:
    for program, end in (
        (("-m", "bot"), partial(tell_to_end, signal.SIGINT)),
        (WITHOUT_A_PAST, partial(tell_to_end, signal.SIGTERM)),
        (WITHOUT_A_PAST, partial(kill_a_child, "local-slack", "The local Slack")),
        (WITHOUT_A_PAST, partial(kill_a_child, "python", "Drumbeat")),
    ):
        demo = start(port, tmp_path, program)
        wait_until_it_can_be_used(demo)
        children = children_of(demo.pid)
        assert is_served(port)
        assert len(children) == 2

        end(demo, children)

        assert not any(map(is_running, children))
        assert not is_served(port)
        assert list(tmp_path.iterdir()) == []


def tell_to_end(by: signal.Signals, demo: "subprocess.Popen[str]", children: list[int]) -> None:
    demo.send_signal(by)
    out, error = demo.communicate(timeout=ENDED_WITHIN)

    assert demo.returncode == 0, error
    assert out.endswith("The demo has ended. Nothing is left behind.\n")


def kill_a_child(program: str, name: str, demo: "subprocess.Popen[str]", children: list[int]) -> None:
    """The demo says so, and ends."""
    victim = next(child for child in children if program in Path(command_of(child)).name)
    os.kill(victim, signal.SIGKILL)
    _, error = demo.communicate(timeout=ENDED_WITHIN)

    assert demo.returncode == 1
    assert error.startswith(f"{name} has ended (exit status -9). Its last lines:\n  ")


def start(port: int, temporary: Path, program: Sequence[str] = ("-m", "bot")) -> "subprocess.Popen[str]":
    """The demo, which puts what it needs into `temporary`."""
    return subprocess.Popen(
        [sys.executable, *program, "demo", "--port", str(port)],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_it_can_be_used(demo: "subprocess.Popen[str]") -> None:
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if line.startswith("Ctrl-C"):
            return
    raise AssertionError("".join(said) + demo.communicate()[1])


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [child for child, parent in pairs if parent == pid and is_running(child)]


def command_of(pid: int) -> str:
    listed = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], check=False, capture_output=True, text=True)
    return listed.stdout.strip()


def is_running(pid: int) -> bool:
    return command_of(pid) not in ("", "ps") and "defunct" not in command_of(pid)
