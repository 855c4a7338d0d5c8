"""The server as it is run for people, in a process of its own, so that it can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from portfolio.config import Settings

PATIENCE = 30  # seconds, on a machine that does other things too


class Served:
    """`portfolio serve` on the database of the tests, always at the same address."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        key = folder / "secret-key"
        key.write_text(settings.secret_key)
        key.chmod(0o600)
        self._environment = os.environ | {
            "PORTFOLIO_DATABASE_URL": settings.database_url,
            "PORTFOLIO_SECRET_KEY_FILE": str(key),
            "PORTFOLIO_INSTANCE": str(folder),
        }
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.kill()

    def start(self) -> None:
        """Serve; back when the first page can be had."""
        command = [sys.executable, "-m", "portfolio", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self._environment, start_new_session=True)
        started = time.monotonic()
        while time.monotonic() - started < PATIENCE:
            try:
                urlopen(f"{self.address}/healthz", timeout=5).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError("portfolio serve does not answer")

    def kill(self) -> None:
        """kill -9, with all that belongs to it."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
