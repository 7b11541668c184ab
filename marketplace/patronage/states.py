"""The words of decisions about members' shares of the earnings."""

from typing import Final

STATE_LABELS: Final = {"proposed": "Menunggu persetujuan", "approved": "Disetujui", "rejected": "Ditolak"}
STATE_BADGES: Final = {"proposed": "wait", "approved": "ok", "rejected": "stop"}
