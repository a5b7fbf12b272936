"""Where the files are that come with Drumbeat: `cadences`, `templates` and `migrations`."""

from pathlib import Path

_IN_WHEEL = Path(__file__).parent / "_shipped"
_IN_REPOSITORY = Path(__file__).parent.parent


def folder(name: str, working: Path | None = None) -> Path:
    """The folder `name` to use: the one in the folder `working` if it is there, else the shipped one."""
    return folders(name, working)[0]


def folders(name: str, working: Path | None = None) -> tuple[Path, ...]:
    """Every copy of the folder `name`, the one that wins first. FileNotFoundError when there is none."""
    places = [_IN_WHEEL / name, _IN_REPOSITORY / name]
    shipped = next((place for place in places if place.is_dir()), None)
    if shipped is None:
        raise FileNotFoundError(f"Drumbeat was installed without its folder {name}")
    if working is None or not (working / name).is_dir() or (working / name).samefile(shipped):
        return (shipped,)
    return (working / name, shipped)
