"""The statuses of organisations and which may follow which, as data.

A seller, partner, agency or operator is applied for, verified, active, perhaps suspended. A cooperative's legal status
is a dated history: musdes (the village's deliberation), akta (the notary's deed), SK AHU (legal personality),
operating. Two truthful reports of different days can then both be reproduced.
"""

from typing import Final

COOPERATIVE_STEPS: Final = ("musdes", "akta", "sk_ahu", "operating")
# Has its papers: the decree of the Ministry of Law, or a step after it.
WITH_PAPERS: Final = ("sk_ahu", "operating")

FOLLOWING: Final[dict[str, tuple[str, ...]]] = {
    "applied": ("verified", "declined"),
    "verified": ("active", "declined"),
    "active": ("suspended",),
    "suspended": ("active",),
    "declined": (),
}

STATUS_LABELS: Final = {
    "applied": "Diajukan",
    "verified": "Terverifikasi",
    "active": "Aktif",
    "suspended": "Dibekukan",
    "declined": "Ditolak",
    "musdes": "Musyawarah desa",
    "akta": "Akta notaris",
    "sk_ahu": "SK AHU",
    "operating": "Beroperasi",
}

KIND_LABELS: Final = {
    "cooperative": "Koperasi",
    "seller": "UMKM",
    "partner": "Mitra BUMD",
    "agency": "Dinas",
    "operator": "Pengelola platform",
}


def may_follow(status: str, following: str) -> bool:
    """Whether an organisation other than a cooperative may go from one status to the other."""
    return following in FOLLOWING.get(status, ())


def is_step_back(status: str, following: str) -> bool:
    """Whether a cooperative would lose a step it has taken: possible as a correction, with its reason."""
    if status not in COOPERATIVE_STEPS or following not in COOPERATIVE_STEPS:
        return False
    return COOPERATIVE_STEPS.index(following) < COOPERATIVE_STEPS.index(status)
