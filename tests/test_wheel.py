"""The wheel holds the whole application, and runs from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from portfolio.paths import PACKAGE

ROOT = PACKAGE.parent
BESIDE = ("templates", "migrations")  # stand beside the package in the checkout, inside it in the wheel
NOT_SHIPPED = ("__pycache__", ".mypy_cache", ".ruff_cache")
A_PAGE = """
import portfolio
from portfolio.app import create_app
print(portfolio.__file__)
client = create_app().test_client()
print(client.get("/sign-in").status_code, client.get("/static/app.css").status_code)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, made through the sdist by what is installed here: the network is not asked."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What installing the wheel would put into site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not set(path.parts) & set(NOT_SHIPPED)
    }


def test_every_file_of_the_tree_is_in_the_wheel_and_none_besides(unpacked: Path):
    wanted = files_below(PACKAGE) | {f"{name}/{file}" for name in BESIDE for file in files_below(ROOT / name)}
    assert files_below(unpacked / "portfolio") == wanted


def test_what_is_no_python_is_there_too(unpacked: Path):
    packed = files_below(unpacked / "portfolio")
    for pattern in ("templates/base.html", "migrations/env.py", "migrations/script.py.mako", "static/app.css"):
        assert pattern in packed
    packs = ("packs/curricula/latsar-2021.yaml", "packs/prompts.yaml", "packs/rubrics.yaml")
    for kind in ("translations/id/LC_MESSAGES/messages.mo", *packs):
        assert kind in packed
    assert [file for file in packed if file.startswith("demo/") and file.endswith(".py")]


def test_nothing_but_the_package_is_installed(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top.split("-")[0] for top in tops} == {"portfolio", "portfolio_reflections"}


def test_it_runs_from_another_folder(unpacked: Path, tmp_path: Path):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(unpacked),
        "PORTFOLIO_INSTANCE": str(tmp_path / "instance"),
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, "-W", "error", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "revision" in run("-m", "portfolio", "db", "upgrade")
    assert "equals the models" in run("-m", "portfolio", "db", "check")
    found, statuses = run("-c", A_PAGE).splitlines()
    assert Path(found) == unpacked / "portfolio" / "__init__.py"
    assert statuses == "200 200"
