"""How the embedded engine lays a document out in tantivy: the schema, and a document's row.

All text is handed over as canonical words joined by spaces, so the only tokenizer needed cuts at spaces.
"""

import hashlib
import math
from importlib.metadata import version

import msgspec
import tantivy

from search.documents import DOCUMENT_TYPES, Document, Index
from search.indexed import REGION_FIELDS, SHAPE, IndexedFields, indexed_fields
from search.variants import FINGERPRINT

LAYOUT = 1
"""Raise by one with each change of the schema below: embedded indexes are then due for a rebuild."""

TEXT_FIELDS = ("words_title", "words_category", "words_names", "words_more")
NAMING_FIELDS = TEXT_FIELDS[:3]
"""What names goods, their kind or their seller: all but the description."""
ALL_WORDS = "words_all"
COUNTED = "counted"
"""Product, categories and halal in one value: counting its different values counts each product once, exactly."""
SEPARATOR = "\x1f"
TITLE_START = "^"
"""Stands before the first word of each title, so that a phrase can ask for the beginning; never a word itself."""
_RAW_FIELDS = (
    "regions",
    "covers",
    "categories",
    "category_labels",
    "pattern",
    "kind",
    *REGION_FIELDS,
)
_NUMBER_FIELDS = (
    "store_id",
    "product_id",
    "partner_id",
    "price_rupiah",
    "price_down",
    "valid_until",
    "listed_at",
    "rank",
)
_FLAG_FIELDS = ("is_in_stock", "is_halal", "is_made_to_order", "is_delivering")
_NOT_IN_STOCK_WEIGHT = 0.93
_POPULARITY_WEIGHT = 0.03

_encoder = msgspec.msgpack.Encoder()
_decoders = {index: msgspec.msgpack.Decoder(kind) for index, kind in DOCUMENT_TYPES.items()}


def fingerprint() -> str:
    """Return what tells one layout of indexes from another."""
    return hashlib.sha256(f"{SHAPE}:{LAYOUT}:{version('tantivy')}:{FINGERPRINT}".encode()).hexdigest()[:16]


def build_schema() -> tantivy.Schema:
    """Return the schema, the same for all indexes."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in (*TEXT_FIELDS, ALL_WORDS):
        option = "basic" if name == ALL_WORDS else "position"
        builder.add_text_field(name, tokenizer_name="spaces", index_option=option)
    for name in (*_RAW_FIELDS, COUNTED):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in _NUMBER_FIELDS:
        builder.add_integer_field(name, fast=True, indexed=True)
    for name in _FLAG_FIELDS:
        builder.add_boolean_field(name, fast=True, indexed=True)
    builder.add_float_field("weight", fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


SCHEMA = build_schema()


def register_tokenizer(index: tantivy.Index) -> None:
    """Make the tokenizer of the schema known to an opened index; tantivy does not store it."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", analyzer)


def _weight(fields: IndexedFields, popularity: int) -> float:
    """Factor on the relevance: stock and popularity decide between equals, never against a better match."""
    factor = 1.0 if fields.is_in_stock else _NOT_IN_STOCK_WEIGHT
    return factor * (1 + _POPULARITY_WEIGHT * min(1.0, math.log10(1 + max(0, popularity)) / 5))


def to_row(document: Document) -> tantivy.Document:
    """Return what is written for `document`."""
    fields = indexed_fields(document)
    row: dict[str, object] = {"id": document.id, "body": _encoder.encode(document)}
    for name in (*TEXT_FIELDS, *_RAW_FIELDS, *_NUMBER_FIELDS, *_FLAG_FIELDS):
        row[name] = getattr(fields, name)
    row[ALL_WORDS] = " ".join(getattr(fields, name) for name in TEXT_FIELDS)
    row["words_title"] = f"{TITLE_START} {fields.words_title}"
    row[COUNTED] = SEPARATOR.join((fields.group, "true" if fields.is_halal else "false", *fields.categories))
    row["weight"] = _weight(fields, document.popularity)
    return tantivy.Document.from_dict(row, SCHEMA)


def decode_body(index: Index, body: bytes) -> Document:
    """Return the document that was handed over."""
    return _decoders[index].decode(body)
