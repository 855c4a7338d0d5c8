"""A real `portfolio serve` in a process group of its own, which can be killed as a power cut would."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60  # seconds for a server that does not answer; what is asked of it is less, and measured


@dataclass
class Server:
    """A server on an instance folder and a database that are there already."""

    folder: Path
    database_url: str
    port: int = field(default_factory=lambda: free_port())
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; the seconds until it answered."""
        began = time.monotonic()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTFOLIO_")}
        ours = {"PORTFOLIO_INSTANCE": str(self.folder), "PORTFOLIO_DATABASE_URL": self.database_url}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "portfolio", "serve", "--port", str(self.port)],
                env=kept | ours,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > began + PATIENCE:
                raise RuntimeError(f"the server does not start:\n{self.log.read_text()}")
            time.sleep(0.01)
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL for all of its processes at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @property
    def log(self) -> Path:
        """What it and those before it said."""
        return self.folder / "server.log"

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
