"""Example values of the API's description, by the name of a field: one place, so that all examples tell one story.

A resident of Jatimakmur buys keripik and rice at her cooperative's store. No value is of a real person.
"""

from typing import Any, Final

# By field name, wherever it stands.
VALUES: Final[dict[str, Any]] = {
    "accuracy": "village",
    "address": "Jl. Contoh 12, RT 003/RW 005",
    "amount_in_words": "Enam puluh lima ribu rupiah",
    "amount_rupiah": 65_000,
    "base_unit": "gram",
    "buyer_address": "Jl. Contoh 4, Jatimakmur",
    "buyer_name": "SD Negeri Contoh 3",
    "buyer_npwp": "0000000000000000",
    "category": "makanan-ringan",
    "category_slug": "makanan-ringan",
    "change_rupiah": 5_000,
    "check_url": "https://lumbung.example/sah/K7QM3RTA9DFG4HJK",
    "code": "K7QM-3RTA",
    "contact": "warga@demo.test",
    "contact_name": "Warga Contoh",
    "contact_phone": "0810 0000 0001",
    "content_quantity": 250,
    "cost_rupiah": 12_500,
    "counted_rupiah": 339_000,
    "cursor": None,
    "description": "Keripik singkong tipis, renyah, digoreng setiap pagi.",
    "display_name": "Warga Contoh",
    "document_code": "K7QM-3RTA-9DFG-4HJK",
    "due_on": "2026-12-08",
    "effective_on": "2025-07-21",
    "email": "warga@demo.test",
    "ends_on": "2027-03-31",
    "expected_rupiah": 95_000,
    "fee_basis_points": 2_000,
    "float_rupiah": 200_000,
    "idempotency_key": "0b9d2c54a1f7",
    "is_handed_over": True,
    "kind": "pirt",
    "language": "id",
    "latitude": -6.2828,
    "listing_id": 41,
    "longitude": 106.9303,
    "member_phone": "0810 0000 0002",
    "member_price": "14.500",
    "member_price_rupiah": 14_500,
    "member_saving_rupiah": 2_000,
    "min_quantity": 1,
    "name": "Keripik singkong balado 250 g",
    "note": "Diambil sore.",
    "on": "2026-11-20",
    "organisation_id": 12,
    "page": 1,
    "password": "lima kambing di kandang",
    "pattern": "distribusi_keagenan",
    "payment_term": "tunai",
    "phone": "+6281000000001",
    "popularity": 120,
    "postal_code": "17413",
    "price": "15rb",
    "price_rupiah": 15_000,
    "product_id": 17,
    "quantity": 2,
    "quota": 500,
    "reason": "Kemasan bocor.",
    "region_code": "32.75.08",
    "role": "cashier",
    "source": "consignment",
    "stamp_duty_rupiah": 0,
    "starts_on": "2026-12-01",
    "state": "accepted",
    "store_id": 3,
    "store_name": "Gerai KKMP Jatimakmur",
    "tax_base_rupiah": 58_559,
    "tax_rupiah": 6_441,
    "tendered_rupiah": 100_000,
    "title": "Beras SPHP 5 kg untuk gerai koperasi",
    "token": "vN0v4m3kXn9mJx0cXy1Q2w",
    "total_rupiah": 95_000,
    "unit_code": "bungkus",
    "unit_price_rupiah": 15_000,
    "version": 3,
    "village_code": "32.75.08.1003",
    "withheld_rupiah": 0,
}

_BY_FORMAT: Final[dict[str, Any]] = {
    "date": "2026-11-20",
    "date-time": "2026-11-20T02:05:00Z",
    "time": "08:00:00",
    "binary": "",
}
_DEEPEST = 6


def example_of(schema: dict[str, Any], components: dict[str, Any], *, name: str = "", depth: int = 0) -> Any:
    """Make an example of a JSON schema, following references; deterministic."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rsplit("/", 1)[-1]], components, name=name, depth=depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return VALUES[name] if name in VALUES and VALUES[name] in schema["enum"] else schema["enum"][0]
    for union in ("oneOf", "anyOf", "allOf"):
        if union in schema:
            options = [option for option in schema[union] if option.get("type") != "null"]
            return example_of(options[0], components, name=name, depth=depth + 1) if options else None
    return _of_type(schema, components, name=name, depth=depth)


def _of_type(schema: dict[str, Any], components: dict[str, Any], *, name: str, depth: int) -> Any:
    kinds = schema.get("type")
    kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
    if kind == "object":
        if depth > _DEEPEST:
            return {}
        return {
            field: example_of(part, components, name=field, depth=depth + 1)
            for field, part in schema.get("properties", {}).items()
        }
    if kind == "array":
        if depth > _DEEPEST or "items" not in schema:
            return []
        return [example_of(schema["items"], components, name=name, depth=depth + 1)]
    return _scalar(kind, schema, name)


def _scalar(kind: str | None, schema: dict[str, Any], name: str) -> Any:
    known = VALUES.get(name)
    fits = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}.get(kind or "", ())
    if isinstance(known, fits) and not (kind == "integer" and isinstance(known, bool)):
        return known
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "teks")
    if kind == "integer":
        return int(schema.get("minimum", 1))
    return {"number": 1.5, "boolean": False}.get(kind or "")
