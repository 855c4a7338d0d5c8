"""What others wrote and we pass on is what they published, with its licence, and nothing else is there."""

import base64
import hashlib
import tomllib
from pathlib import Path

import pytest

from portfolio.paths import PACKAGE

FOLDER = PACKAGE / "static" / "vendor"
VENDORED = tomllib.loads((FOLDER / "vendor.toml").read_text())["vendored"]


def hash_of(file: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["package"])
def test_a_file_is_as_it_was_published(entry: dict[str, str]):
    assert hash_of(FOLDER / entry["file"]) == entry["sha384"]
    assert entry["version"] in entry["file"], "browsers keep a file by its name"
    assert len(base64.b64decode(entry["integrity"].removeprefix("sha512-"), validate=True)) == 64


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["package"])
def test_its_licence_stands_beside_it(entry: dict[str, str]):
    assert "Permission is hereby granted" in (FOLDER / entry["licence"]).read_text()


def test_every_file_is_on_the_list():
    listed = {entry[kind] for entry in VENDORED for kind in ("file", "licence")}
    assert {file.name for file in FOLDER.iterdir()} == listed | {"vendor.toml"}


def test_a_change_of_one_letter_is_found(tmp_path: Path):
    changed = tmp_path / "changed.js"
    changed.write_bytes((FOLDER / VENDORED[0]["file"]).read_bytes().replace(b"function", b"Function", 1))
    assert hash_of(changed) != VENDORED[0]["sha384"]
