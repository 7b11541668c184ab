"""Every sentence shown to people has its English, and the English fits it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marketplace.web.sentences import missing_sentences, python_sentences, template_sentences
from marketplace.web.translate import english_sentences, translate

_PARAMETER = re.compile(r"\{(\w+)\}")


def test_no_sentence_is_without_english() -> None:
    # `python -m marketplace.web.sentences` prints what to add to translations/en.AREA.po
    assert missing_sentences() == {}


@pytest.mark.parametrize("sentence", sorted(english_sentences()))
def test_english_takes_the_same_parameters(sentence: str) -> None:
    assert set(_PARAMETER.findall(english_sentences()[sentence])) == set(_PARAMETER.findall(sentence))


def test_sentence_without_english_stays_indonesian() -> None:
    assert translate("Belum diterjemahkan {n}", "en", n=3) == "Belum diterjemahkan 3"
    assert translate("Keranjang, {n} barang", "en", n=3) == "Basket, 3 items"
    assert translate("Keranjang, {n} barang", "id", n=3) == "Keranjang, 3 barang"


def test_sentences_are_found_where_they_are_said(tmp_path: Path) -> None:
    (tmp_path / "satu.html").write_text(
        '{# t("Bukan") #}{{ t(\'Satu\') }}{{ ui.button(t("Dua {n}", n=2)) }}{{ print(1) }}'
    )
    assert template_sentences(tmp_path) == {"Satu": "satu.html", "Dua {n}": "satu.html"}
    (tmp_path / "dua.py").write_text(
        '_TIGA = "Tiga"\n'
        'class A(ConflictError):\n    default_message = "Empat"\n'
        'def f():\n    message = "Lima"\n    raise ForbiddenError(message)\n'
        'raise InvalidError(fields={"x": ("Enam {n}", {"n": 1}), "y": _TIGA})\n'
        'see_other("/", notice="Tujuh")\n'
        'raise RuntimeError("not for people")\n'
        'STATE_LABELS = {"a": "delapan"}\n'
        'said = "Sembilan" if True else "Sepuluh"\nsee_other("/", notice=said)\n'
        'STEPS = {"b": "Sebelas"}\nsee_other("/", notice=STEPS["b"])\n'
    )
    assert sorted(python_sentences(tmp_path)) == [
        "Empat", "Enam {n}", "Lima", "Sebelas", "Sembilan", "Sepuluh", "Tiga", "Tujuh", "delapan",
    ]  # fmt: skip
