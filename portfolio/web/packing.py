"""Static text goes out packed: on a slow line that is most of what a first visit weighs.

Pages do not: what people wrote stands in them beside what others may choose, and the length of a packed page tells
of both.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

TEXTS = frozenset({".css", ".js", ".svg"})


@lru_cache(maxsize=256)
def packed(file: Path, changed: float) -> bytes:
    """A file as it goes out, packed once for as long as it does not change."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def start(app: Flask) -> None:
    """Pack static text for every browser that can unpack it."""
    folder = Path(app.static_folder or "")

    @app.after_request
    def pack(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        file = folder / (request.view_args or {})["filename"]
        if file.suffix not in TEXTS:
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers:
            etag, _ = response.get_etag()
            response.response.close()  # type: ignore[union-attr]  # the file, which is not read after all
            response.direct_passthrough = False
            response.set_data(packed(file, file.stat().st_mtime))
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(f"{etag}-gzip")
        return response
