"""What every answer says to the browser: nothing from elsewhere, nothing kept, nothing framed."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
# For what people have sent: if a browser shows it after all, as a page of nobody's, in which nothing runs.
FILE_POLICY = "sandbox; default-src 'none'"
A_YEAR = 31_536_000
# For a page that a browser asks for before it is turned to: kept for this person's cookie, and for a few minutes.
AHEAD_LASTS = 300
KEPT_AHEAD = f"private, max-age={AHEAD_LASTS}"
# For what a programme follows: it keeps what it has, and asks each time whether there is anything new.
ASKED_AGAIN = "private, no-cache"


@lru_cache(maxsize=256)
def _fingerprint(file: Path, changed: float) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def start(app: Flask) -> None:
    """Headers for each answer, and addresses of static files that change with their content."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and (file := folder / str(values["filename"])).is_file():
            values["v"] = _fingerprint(file, file.stat().st_mtime)

    @app.after_request
    def dress(response: Response) -> Response:
        headers = response.headers
        is_file = headers.get("Content-Security-Policy") == FILE_POLICY
        headers["Content-Security-Policy"] = FILE_POLICY if is_file else POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.is_secure:
            headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        if request.endpoint == "static" and response.status_code in (200, 304):
            fresh = f"public, max-age={A_YEAR}, immutable" if "v" in request.args else "public, max-age=300"
            headers["Cache-Control"] = fresh
        elif request.endpoint == "offline.worker" and response.status_code in (200, 304):
            headers["Cache-Control"] = "no-cache"
        elif headers.get("Cache-Control") == KEPT_AHEAD and response.status_code == 200:
            response.vary.add("Cookie")
        elif headers.get("Cache-Control") != ASKED_AGAIN:
            headers["Cache-Control"] = "private, no-store" if is_file else "no-store"
            response.vary.add("Cookie")
        return response
