"""A process of the tree does not outlive the one that started it, however that one ended."""

from __future__ import annotations

import os
import signal
import threading
import time

SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_TO_END = 8


def hold(parent: int | None) -> None:
    """End this process, politely and then not, once the process `parent` is no longer its parent."""
    if parent is None:
        return
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_END)
    os._exit(1)
