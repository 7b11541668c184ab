"""Invented people for the demonstration's sign-ins, one for each role, and one who holds several.

Names are roles turned into names ("Kania Kasir"), addresses end in `.test` (reserved, RFC 2606), telephones begin with
0810, which belongs to no operator. The password is shown on the screen of the demonstration and is no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.seeding import licences
from marketplace.seeding.specs import AgencySpec, PersonSpec, RoleSpec
from marketplace.seeding.villages import JATIMAKMUR, LAMBANGSARI

if TYPE_CHECKING:
    from marketplace.seeding.specs import Catalogue, CooperativeSpec

PASSWORD = "lumbung bekasi"  # noqa: S105 - printed by the demonstration on purpose
MAIL_DOMAIN = "demo.test"
OPERATOR_KEY = "operator"
AGENCIES = (
    AgencySpec("dinas-kota", "Dinas Koperasi dan UKM Kota Bekasi (demo)", "32.75"),
    AgencySpec("dinas-kabupaten", "Dinas Koperasi dan UKM Kabupaten Bekasi (demo)", "32.16"),
)
_JATIMAKMUR = f"kop-{JATIMAKMUR}"
_LAMBANGSARI = f"kop-{LAMBANGSARI}"
_CASHIER_PHONE_BLOCK = 30_000
_APPLICANT_PHONE_BLOCK = 35_000
_MEMBER_PHONE_BLOCK = 36_000


def build_people(catalogue: Catalogue) -> tuple[PersonSpec, ...]:
    """Everyone who can sign in. The seller roles belong to the first seller of Jatimakmur."""
    seller_key = next(seller.key for seller in catalogue.sellers if seller.village_code == JATIMAKMUR)
    cast: tuple[tuple[str, str, tuple[RoleSpec, ...]], ...] = (
        ("warga", "Warsa Warga", ()),
        ("anggota", "Ani Anggota", (RoleSpec("member", "cooperative", _JATIMAKMUR),)),
        ("kasir", "Kania Kasir", (RoleSpec("cashier", "cooperative", _JATIMAKMUR),)),
        ("kepala", "Gema Gerai", (RoleSpec("store_manager", "cooperative", _JATIMAKMUR),)),
        ("pengurus", "Puspa Pengurus", (RoleSpec("pengurus", "cooperative", _JATIMAKMUR),)),
        ("pengawas", "Wisnu Pengawas", (RoleSpec("pengawas", "cooperative", _JATIMAKMUR),)),
        ("penjual", "Juwita Penjual", (RoleSpec("seller_owner", "seller", seller_key),)),
        ("staf", "Sapta Staf", (RoleSpec("seller_staff", "seller", seller_key),)),
        ("bumd", "Bima Bumd", (RoleSpec("partner_staff", "partner", "food-station"),)),
        ("dinas", "Dina Dinas Kota", (RoleSpec("agency_officer", "agency", "dinas-kota"),)),
        ("dinaskab", "Danu Dinas Kabupaten", (RoleSpec("agency_officer", "agency", "dinas-kabupaten"),)),
        ("operator", "Opi Operator", (RoleSpec("platform_operator", "operator", OPERATOR_KEY),)),
        (
            "serba",
            "Serba Bisa",
            (
                RoleSpec("member", "cooperative", _JATIMAKMUR),
                RoleSpec("pengurus", "cooperative", _LAMBANGSARI),
                RoleSpec("cashier", "cooperative", _LAMBANGSARI),
                RoleSpec("seller_owner", "seller", _another_seller(catalogue, seller_key)),
            ),
        ),
    )
    return tuple(
        PersonSpec(
            key=key,
            name=name,
            email=f"{key}@{MAIL_DOMAIN}",
            phone=licences.phone(number),
            home_village_code=LAMBANGSARI if key == "dinaskab" else JATIMAKMUR,
            roles=roles,
        )
        for number, (key, name, roles) in enumerate(cast, start=1)
    )


def build_counter_staff(cooperatives: tuple[CooperativeSpec, ...]) -> tuple[PersonSpec, ...]:
    """Give every store a cashier without password, so that each receipt names who wrote it."""
    return tuple(
        PersonSpec(
            key=f"kasir-{number:03d}",
            name=f"Kasir {cooperative.short_name}",
            email=f"kasir-{number:03d}@{MAIL_DOMAIN}",
            phone=licences.phone(_CASHIER_PHONE_BLOCK + number),
            home_village_code=cooperative.village_code,
            roles=(RoleSpec("cashier", "cooperative", cooperative.key),),
        )
        for number, cooperative in enumerate(cooperatives, start=1)
    )


def build_members() -> tuple[PersonSpec, ...]:
    """Members of the pilot who buy at its counter by their phone; none of them can sign in."""
    first_names = ("Asih", "Bagja", "Cakra", "Dadang", "Euis", "Firda", "Gilang", "Hesti")
    return tuple(
        PersonSpec(
            key=f"anggota-{number:02d}",
            name=f"{name} Anggota",
            email=f"anggota-{number:02d}@{MAIL_DOMAIN}",
            phone=licences.phone(_MEMBER_PHONE_BLOCK + number),
            home_village_code=JATIMAKMUR,
            roles=(RoleSpec("member", "cooperative", _JATIMAKMUR),),
        )
        for number, name in enumerate(first_names, start=1)
    )


def build_applicants() -> tuple[PersonSpec, ...]:
    """People without a role who wait for an answer (see applications.py); they cannot sign in either."""
    cast = (("calon", "Calista Calon"), ("usaha", "Usman Usaha"), ("mitra", "Mitha Mitra"))
    return tuple(
        PersonSpec(
            key=key,
            name=name,
            email=f"{key}@{MAIL_DOMAIN}",
            phone=licences.phone(_APPLICANT_PHONE_BLOCK + number),
            home_village_code=JATIMAKMUR,
            roles=(),
        )
        for number, (key, name) in enumerate(cast, start=1)
    )


def _another_seller(catalogue: Catalogue, taken_key: str) -> str:
    return next(
        seller.key for seller in catalogue.sellers if seller.village_code == LAMBANGSARI and seller.key != taken_key
    )
