"""The files that commands read and write."""

from collections.abc import Mapping
from pathlib import Path

from bot.errors import UserError


def read_file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read ({error.strerror}).") from error


def write_files(folder: Path, files: Mapping[str, str], *, force: bool | None) -> None:
    """Writes over what is there with `force` only; None where the command has no such option."""
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        otherwise = "" if force is None else ", or say --force"
        raise UserError(f"{folder} has {', '.join(sorted(there))} already: choose another folder{otherwise}.")
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise UserError(f"{folder} cannot be written ({error.strerror}).") from error
