"""Which browser the tests drive. As a command it makes sure that there is one: python tests/chromium.py"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ARGS = [
    "--no-sandbox",  # tests run as root in containers too, and open our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Nothing but the pages under test may use the network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = "The tests need Chromium: apt-get install chromium, or .venv/bin/playwright install chromium, or Google Chrome"
_WHERE_PLAYWRIGHT_PUTS_IT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def executable() -> str:
    """The path of a Chromium or Chrome; RuntimeError with advice when there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None) or (str(MAC) if MAC.exists() else None)
    if not found:
        # Asked of another process, since this one may be inside Playwright's event loop already.
        command = [sys.executable, "-c", _WHERE_PLAYWRIGHT_PUTS_IT]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    if not Path(found).is_file():
        raise RuntimeError(ADVICE)
    return found


def launch_args() -> dict[str, object]:
    """What pytest-playwright's `browser_type_launch_args` should say."""
    return {"executable_path": executable(), "args": ARGS}


def install() -> None:
    """Install a Chromium: Debian's own where we may, else the one that Playwright downloads."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "chromium"]):
            if subprocess.run([*command, "-qq"], env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
                break
        if shutil.which("chromium"):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    try:
        executable()
    except RuntimeError:
        print("Installing Chromium for the browser tests…", flush=True)
        install()
        try:
            executable()
        except RuntimeError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
