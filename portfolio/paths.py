"""Where the folders beside the package are, in a checkout and in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def top_level(name: str) -> Path:
    """The folder `name` inside the package (as in a wheel), else beside it (as in a checkout)."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name


def instance() -> Path:
    """Where an installation keeps its own files when no setting says so: beside a checkout, else here."""
    checkout = PACKAGE.parent
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "instance"
