"""What is written to a folder is there for good only once the folder itself is on the disk."""

import os
from pathlib import Path


def bring_to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name != "posix":  # elsewhere a folder cannot be opened, and needs not be
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
