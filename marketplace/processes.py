"""What processes need of the operating system: die with the parent, find a free port, stop in order."""

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

PARENT_VARIABLE = "LUMBUNG_PARENT"

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Send this process SIGTERM when the process that started it ends, however it ends (also by SIGKILL).

    Does nothing unless the starter wrote its process id into LUMBUNG_PARENT.
    """
    expected = os.environ.pop(PARENT_VARIABLE, "")
    if not expected.isdecimal():
        return
    follow_parent(int(expected))


def follow_parent(parent: int) -> None:
    """As `die_with_parent`, for a known parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGTERM)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def is_port_free(host: str, port: int) -> bool:
    """Whether a server may listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def find_free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or else the next free one above it, or else any that the system gives."""
    for port in range(wanted, min(wanted + 50, 65536)):
        if is_port_free(host, port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port_given: int = probe.getsockname()[1]
        return port_given


class StopAsked:
    """Set by SIGINT, SIGTERM or SIGHUP; the second signal changes nothing, so that stopping is never cut short."""

    def __init__(self) -> None:
        """Take over the three signals of this process."""
        self.event = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.event.set()

    def wait(self, seconds: float) -> bool:
        """Sleep, at most so long; True once a stop was asked for."""
        return self.event.wait(seconds)

    @property
    def is_set(self) -> bool:
        """Whether a stop was asked for."""
        return self.event.is_set()
