"""Whoever reads the audit trail meets words, not names of code."""

import ast
import re
from pathlib import Path

import marketplace
from marketplace.catalog.states import STATE_NAMES as PRODUCT_STATES
from marketplace.orders.states import STATE_NAMES as ORDER_STATES
from marketplace.oversight.actions import ACTION_LABELS
from marketplace.oversight.audit_words import (
    DAY_LABELS,
    MONEY_LABELS,
    PLAIN_LABELS,
    SUBJECT_LABELS,
    UNSAID,
    VALUE_WORDS,
    YES_LABELS,
    said_facts,
    said_subject,
)

_SOURCES = Path(marketplace.__file__).parent
# Made of a state: every state that a step can lead to.
_MADE = {
    *(f"order.{state}" for state in ORDER_STATES if state not in {"placed", "expired"}),
    *(f"product_{state}" for state in PRODUCT_STATES if state != "draft"),
    *("application_accepted", "application_declined", "offer_published", "offer_closed"),
    *("patronage.approved", "patronage.rejected", "settlement.approved", "settlement.rejected"),
    *("listing_added", "listing_edited", "listing_active", "listing_paused"),
}


def test_every_action_that_is_recorded_has_a_name() -> None:
    written = {
        name for path in _SOURCES.rglob("*.py") for name in re.findall(r'\baction="([a-z_.]+)"', path.read_text())
    }
    assert len(written) > 30
    assert written | _MADE <= set(ACTION_LABELS)


def recorded(name: str) -> list[ast.expr]:
    """What calls of `record_audit` give for an argument, in all of the marketplace."""
    return [
        given.value
        for path in _SOURCES.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record_audit"
        for given in call.keywords
        if given.arg == name
    ]


def test_every_fact_that_is_recorded_has_words_or_is_left_unsaid_on_purpose() -> None:
    names = {
        key.value
        for detail in recorded("detail")
        if isinstance(detail, ast.Dict)
        for key in detail.keys
        if isinstance(key, ast.Constant)
    }
    assert len(names) > 40
    known = {*MONEY_LABELS, *PLAIN_LABELS, *DAY_LABELS, *YES_LABELS, *VALUE_WORDS, *UNSAID, "amount_sen", "person_id"}
    assert names <= known


def test_every_subject_that_is_recorded_has_words() -> None:
    kinds = {
        re.split(r"[:{]", text)[0]
        for subject in recorded("subject")
        for text in re.findall(r"f?['\"]([a-z_]+:)", ast.unparse(subject))
    }
    assert len(kinds) > 10
    assert kinds <= set(SUBJECT_LABELS)


def test_facts_are_said_as_people_say_them() -> None:
    facts: dict[str, str | int] = {
        "code": "K7M2QP",
        "method": "cash",
        "amount": 15_000,
        "is_active": False,
        "supplier": 7,
        "due_on": "2026-11-24",
        "note": "",
        "role": "cashier",
        "unheard_of": "xyz",
        "kind": "unheard_of",
    }
    said = ", ".join(said_facts("order.paid", facts, "id")).replace("\u00a0", " ")
    assert said == "pesanan K7M2QP, tunai, jumlah Rp 15.000, gerai ditutup, jatuh tempo sampai 24 November 2026, kasir"
    assert said_facts("stock_counted", {"counted": 3, "after": 3}, "id") == ["dihitung 3", "menjadi 3"]
    assert said_facts("product_paused", {"before": "published"}, "id") == ["sebelumnya tayang"]
    assert said_subject("product:17", "id") == "Barang no. 17"
    assert said_subject("person:17", "id") == said_subject("person", "id") == "Seorang anggota atau petugas"
    assert said_subject("unheard_of:1", "id") == ""
