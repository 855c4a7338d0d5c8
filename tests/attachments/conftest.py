"""A draft of Ana's, and ways to put a file beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.attachments.store import Disk
from tests import cast
from tests.cast import World
from tests.site import Site

Add = Callable[..., TestResponse]


@pytest.fixture
def store(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Where the files of a test are, with none in it; those of the stage lie elsewhere."""
    disk = Disk(tmp_path / "files")
    monkeypatch.setitem(site.app.extensions, "files", disk)
    return disk


@pytest.fixture
def draft_id(world: World, store: Disk) -> int:
    return cast.draft(world, world.ana).id


@pytest.fixture
def ana(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.ana)


@pytest.fixture
def add(ana: FlaskClient, draft_id: int) -> Add:
    """`add(content, "photo.jpg")`: what Ana is answered, as her script would be."""

    def add(content: bytes, name: str, upload: str = "", *, json: bool = True, to: int = 0) -> TestResponse:
        headers = {"Accept": "application/json"} if json else {}
        return ana.post(f"/reflections/{to or draft_id}/attachments", headers=headers, **body(content, name, upload))

    return add


def body(content: bytes, name: str, upload: str = "") -> dict[str, Any]:
    """The body of a form with a file, made here: Werkzeug's own client leaves its temporary files open."""
    heads = (
        f'--bound\r\nContent-Disposition: form-data; name="upload"\r\n\r\n{upload}\r\n',
        f'--bound\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n',
    )
    sent = "".join(heads).encode() + content + b"\r\n--bound--\r\n"
    return {"data": sent, "content_type": "multipart/form-data; boundary=bound"}


def kept(store: Disk) -> list[Path]:
    """Every file there is, finished or not."""
    return [path for path in store.folder.rglob("*") if path.is_file()]
