"""The `portfolio` command, run by a test: fixtures for `tests/conftest.py`, and what is asked of every failure."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from portfolio import cli
from portfolio.config import from_environment
from tests.site import Site, running


@dataclass
class Done:
    """What came of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`portfolio …` in this process, since one of its own would take a second, with an instance folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PORTFOLIO_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, sent: str = "", **settings: str) -> Done:
        with ExitStack() as closing, monkeypatch.context() as patch:
            for name, value in {"INSTANCE": str(tmp_path), **settings}.items():
                patch.setenv(f"PORTFOLIO_{name}", value)
            patch.setattr(sys, "stdin", io.StringIO(sent))
            patch.setattr(cli, "create_app", lambda: closing.enter_context(running(from_environment()))[0])
            capsys.readouterr()
            with pytest.raises(SystemExit) as stopped:
                cli.cli(list(arguments))
            assert isinstance(stopped.value.code, int)
            return Done(stopped.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def on_site(run: Run, site: Site) -> Run:
    """The same on the database of the tests."""

    def on_site(*arguments: str, **values: str) -> Done:
        site.holds = None  # another engine writes now
        return run(*arguments, DATABASE_URL=site.settings.database_url, **values)

    return on_site


def says_in_one_line(done: Done, code: int) -> str:
    assert done.code == code, done.err
    assert done.out == ""
    assert done.err.startswith("portfolio: ")
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    return done.err
