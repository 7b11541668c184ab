"""Every event that a posting can make is called something on a page, in Indonesian and in English."""

import ast
import functools
import inspect
import itertools
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import marketplace
import payments
from marketplace.bookkeeping.names import EVENT_LABELS, event_name, label_of
from marketplace.web.translate import english_sentences
from payments import Money
from payments.ledger import gateway_recipes, recipes
from payments.ledger.accounts import AccountKey, AccountKind, Side
from payments.ledger.transfers import Transfer

_SOURCES: Final = [Path(package.__file__ or "").parent for package in (marketplace, payments)]
_RECIPES: Final[tuple[ModuleType, ...]] = (recipes, gateway_recipes)
# Where transfers are made of something else than a recipe: of a transfer that stands, and of money that was held.
_OTHER_MAKERS: Final = {"payments/ledger/post.py", "payments/ledger/holds.py"}
# What callers put at the head of an event; a new one has to be written here, and so gets its words.
_HEADS: Final = {"kind": ("drop", "refill"), "reference": ("return:7",)}
_REFERENCES: Final = {
    "return_reference": ("return:7", "refund:7"),
    "refund_reference": ("refund:7",),
    "dispute_reference": ("dispute:7",),
}


@functools.cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call in the two packages, with the file it stands in."""
    return [
        (f"{directory.name}/{path.relative_to(directory)}", call)
        for directory in _SOURCES
        for path in sorted(directory.rglob("*.py"))
        if "migrations" not in path.parts
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
    ]


@functools.cache
def recipe_functions() -> dict[str, Any]:
    """The public functions that answer with transfers."""
    return {
        name: function
        for module in _RECIPES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and "Transfer" in str(function.__annotations__.get("return"))
    }


def spelled(value: ast.expr) -> list[str]:
    """The events that an argument can be, numbers as 7."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    assert isinstance(value, ast.JoinedStr), ast.unparse(value)
    choices: list[Sequence[str]] = []
    for place, part in enumerate(value.values):
        if isinstance(part, ast.Constant):
            choices.append((str(part.value),))
        elif place == 0:
            assert isinstance(part, ast.FormattedValue)
            choices.append(_HEADS[ast.unparse(part.value)])
        else:
            choices.append(("7",))
    return ["".join(parts) for parts in itertools.product(*choices)]


@functools.cache
def events_given() -> frozenset[str]:
    """What callers of recipes name events themselves."""
    return frozenset(
        event
        for name, call in calls()
        if not name.startswith("payments/ledger/")
        and ast.unparse(call.func).rsplit(".", 1)[-1] in {*recipe_functions(), "recipe"}
        for part in call.keywords
        if part.arg == "event"
        for event in spelled(part.value)
    )


def sample(name: str, annotation: str) -> Any:
    if name == "lines":
        consigned = recipes.ConsignmentSold(price=Money(50), fee=Money(10), supplier_reference="organisation:7")
        return [recipes.OwnStockSold(price=Money(100), cost=Money(60), tax=Money(11)), consigned]
    if name == "shares":
        return {"person:7": Money(5)}
    if "AccountKey" in annotation:
        return AccountKey(AccountKind.TILL_CASH, f"shift:{len(name)}{name.count('_')}")
    if "Money" in annotation:
        # A discount and a fee are part of the amount.
        return {
            "amount": Money(100),
            "brought": Money(120),
            "delivery_fee": Money(20),
            "expected": Money(120),
            "counted": Money(90),
        }.get(name, Money(3))
    return {"tax": "pph22", "payable": "order:7", "deposit": "deposit:7"}.get(name, "organisation:7")


def events_made(function: Any) -> set[str]:
    """Every event that a recipe can make: with more and with less than expected, on both sides, for each reference."""
    parameters = inspect.signature(function).parameters
    fixed: dict[str, Any] = {}
    varied: dict[str, Sequence[Any]] = {}
    for name, parameter in parameters.items():
        if name in _REFERENCES:
            varied[name] = _REFERENCES[name]
        elif name in ("counted", "net", "difference"):
            varied[name] = (Money(90), Money(150)) if name == "counted" else (Money(3), Money(-3))
        elif name == "side":
            varied[name] = tuple(Side)
        elif name == "is_resaleable":
            varied[name] = (True, False)
        elif name == "event":
            own = () if parameter.default is inspect.Parameter.empty else (parameter.default,)
            varied[name] = own or ("7",)
        else:
            fixed[name] = sample(name, str(parameter.annotation))
    made: set[str] = set()
    for choice in itertools.product(*varied.values()):
        asked = fixed | dict(zip(varied, choice, strict=True))
        transfers = function(**asked) if not _is_positional(function) else function(*asked.values())
        made.update(one.event for one in transfers)
    return made - {"7"}


def _is_positional(function: Any) -> bool:
    return any(p.kind is not inspect.Parameter.KEYWORD_ONLY for p in inspect.signature(function).parameters.values())


@functools.cache
def all_events() -> frozenset[str]:
    """Every event that can stand in a book, but for reversals."""
    return events_given().union(*(events_made(function) for function in recipe_functions().values()))


def test_transfers_are_made_by_recipes_only() -> None:
    # A way to pay is called Transfer, too; it has no event.
    makers = {
        name
        for name, call in calls()
        if ast.unparse(call.func) == Transfer.__name__ and any(part.arg == "event" for part in call.keywords)
    }
    known = {f"payments/ledger/{module.__name__.rsplit('.', 1)[-1]}.py" for module in _RECIPES}
    assert makers == known | _OTHER_MAKERS


def test_every_event_has_a_name_in_both_languages() -> None:
    events = all_events() | {f"reversal:{event}" for event in all_events()}
    assert len(events) > 100
    assert [event for event in sorted(events) if label_of(event) is None] == []
    english = english_sentences()
    assert sorted(set(EVENT_LABELS.values()) - set(english)) == []


def test_no_name_is_for_an_event_that_nothing_makes() -> None:
    used = {label_of(event) for event in all_events()} | {label_of("reversal:sale.goods")}
    assert sorted(set(EVENT_LABELS) - {key for key in used if key}) == []


def test_numbers_in_an_event_change_nothing_of_its_name() -> None:
    assert event_name("share.12.back.3", "id") == "Bagian pemasok ditarik kembali"
    assert event_name("share.12", "id") == "Bagian pemasok dikirim"
    assert event_name("refund:4.came_back", "en") == "Refund that came back"
    assert event_name("drop.3", "id") == "Laci ke brankas"
    assert event_name("dropped", "id") == "dropped"
