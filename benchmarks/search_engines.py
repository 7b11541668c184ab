"""Measure both search engines with the same mixed queries at several sizes, and print a table.

    python benchmarks/search_engines.py [--sizes 1500 100000] [--rounds 400] [--engines embedded meilisearch]

The documents are invented: products with two to six words, each on sale in several stores, with categories, regions and
prices. Meilisearch is taken from MEILI_URL, or started on loopback where the program is on PATH; where neither is to be
had it is left out and the table says so. Nothing is asserted: speeds differ by machine, only ratios within a run count.
"""

import argparse
import asyncio
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from search import Document, Facet, Filters, Index, ListingDocument, Near, SearchEngine, SearchQuery, Sort
from search.embedded_engine import EmbeddedEngine
from search.meilisearch_engine import MeilisearchEngine
from tests.search.engines import WHY_LEFT_OUT, is_meilisearch_at_hand, running_meilisearch

KINDS = (
    *("beras", "minyak goreng", "gula pasir", "telur ayam", "tepung terigu", "mie instan", "kopi bubuk", "teh celup"),
    *("keripik singkong", "keripik pisang", "kerupuk udang", "sambal terasi", "kecap manis", "cabai rawit", "madu"),
    *("bawang merah", "batik tulis", "topi anyaman", "sabun cuci", "pupuk organik", "ikan bandeng", "tempe", "dodol"),
)
MORE = (
    *("pandan", "wangi", "premium", "organik", "asli", "balado", "pedas", "manis", "gurih", "renyah", "hutan", "desa"),
    *("bekasi", "betawi", "spesial", "super", "jumbo", "mini", "putih", "merah", "kuning", "segar", "kering", "bakar"),
)
SYLLABLES = ("ba", "ka", "ma", "sa", "ri", "ti", "nu", "lo", "ja", "pe", "wa", "di", "gu", "ra", "ne", "mo")
MEASURES = ("1 kg", "5 kg", "250 gr", "500 ml", "1 liter", "isi 10", "per bungkus", "")
LISTINGS_PER_PRODUCT = 6
STORES = 243

Shape = tuple[str, SearchQuery]


def listings(count: int) -> Iterator[ListingDocument]:
    """Invent `count` listings, always the same ones."""
    chance = random.Random(7)  # noqa: S311 - invented goods
    names = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(max(200, count // 60))]
    for number in range(count):
        product_id = number // LISTINGS_PER_PRODUCT
        product = random.Random(product_id)  # noqa: S311
        kind = product.randrange(len(KINDS))
        words = [
            KINDS[kind],
            *product.sample(MORE, product.randint(0, 2)),
            product.choice(names),
            product.choice(MEASURES),
        ]
        store_id = chance.randrange(1, STORES + 1)
        yield ListingDocument(
            id=str(number),
            product_id=product_id,
            title=" ".join(words).strip().title(),
            description=" ".join(product.choices(names, k=12)),
            category_slugs=(f"induk-{kind % 6}", f"jenis-{kind}"),
            category_names=(f"Induk {kind % 6}", KINDS[kind].title()),
            seller_name=f"Usaha {product.choice(names).title()}",
            store_id=store_id,
            store_name=f"Gerai {store_id}",
            region_code=f"32.{'75' if store_id <= 56 else '16'}.{store_id % 20 + 1:02}.{1000 + store_id}",
            region_names=("Jawa Barat", "Bekasi", f"Kecamatan {store_id % 20 + 1}"),
            price_rupiah=chance.randrange(10, 1500) * 100,
            is_in_stock=chance.random() < 0.85,
            is_halal=product.random() < 0.6,
            popularity=int(chance.paretovariate(1.2)),
            listed_at=1_760_000_000 + number,
            latitude=-6.2 - (store_id % 16) / 100,
            longitude=106.9 + (store_id // 16) / 100,
        )


def shapes() -> list[Shape]:
    """Return the queries, with a name for each kind of them."""
    texts = {
        "one word": ("beras", "kopi", "keripik", "madu", "topi"),
        "two or three words": ("minyak goreng", "beras pandan wangi", "keripik singkong pedas", "sambal terasi 250 gr"),
        "typing errors": ("bras", "kripik singkon", "minyk gorng", "sambel trasi", "dodl betawi"),
        "as people type": ("migor", "beras 5kg murah", "telor ayam 1 kilo", "gula dibawah 20rb", "kopi enak"),
        "nothing holds all words": ("beras madu helikopter", "kopi batik 25 kg"),
    }
    found = [(name, SearchQuery(text=text)) for name, several in texts.items() for text in several]
    every = (Facet.CATEGORY, Facet.REGION, Facet.PRICE, Facet.IN_STOCK, Facet.HALAL)
    found += [("with five facets", SearchQuery(text=text, facets=every)) for text in ("beras", "keripik pedas", "kopi")]
    chosen = Filters(category="induk-0", region="32.75", is_in_stock=True, price_max_rupiah=60_000)
    found += [("filters and facets", SearchQuery(text=text, filters=chosen, facets=every)) for text in ("", "beras")]
    found += [("browse", SearchQuery()), ("browse", SearchQuery(filters=Filters(category="induk-1"), page=3))]
    found += [("by price", SearchQuery(text=text, sort=Sort.PRICE_ASC)) for text in ("", "minyak goreng")]
    near = Near(latitude=-6.28, longitude=106.93, store_ids=tuple(range(20, 32)))
    found += [("nearest 12 stores", SearchQuery(text=text, sort=Sort.NEAREST, near=near)) for text in ("", "beras")]
    return found


async def streamed(count: int) -> AsyncIterator[Document]:
    """Hand the listings over one by one."""
    for listing in listings(count):
        yield listing


async def measure(engine: SearchEngine, rounds: int) -> dict[str, list[float]]:
    """Ask everything in turn, shuffled, and return the milliseconds by kind of query."""
    asked = shapes()
    for _ in range(3):
        for _, query in asked:
            await engine.search(query)
    gc.collect()
    took: dict[str, list[float]] = {"all": []}
    chance = random.Random(1)  # noqa: S311
    for _ in range(max(1, rounds // len(asked))):
        chance.shuffle(asked)
        for name, query in asked:
            started = time.perf_counter()
            await engine.search(query)
            milliseconds = (time.perf_counter() - started) * 1000
            took["all"].append(milliseconds)
            took.setdefault(name, []).append(milliseconds)
    for prefix in ("ker", "minya", "bras", "dod", "kop"):
        started_suggesting = time.perf_counter()
        await engine.suggest(prefix)
        took.setdefault("suggestions", []).append((time.perf_counter() - started_suggesting) * 1000)
    return took


def show(title: str, took: dict[str, list[float]]) -> None:
    """Print one table."""
    print(f"\n{title}\n{'kind of query':28}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
    for name, values in took.items():
        ordered = sorted(values)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(f"{name:28}{len(values):6}{statistics.median(ordered):10.2f}{p95:10.2f}{ordered[-1]:10.2f}")


async def run(sizes: list[int], rounds: int, engines: list[str]) -> None:
    """Fill and measure each engine at each size."""
    with ExitStack() as stack:
        server = stack.enter_context(running_meilisearch()) if "meilisearch" in engines else ("", "")
        for size in sizes:
            for name in engines:
                directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lumbung-bench-")))
                engine: SearchEngine = (
                    EmbeddedEngine(directory)
                    if name == "embedded"
                    else MeilisearchEngine(*server, prefix=f"bench{size}_")
                )
                for index in Index:
                    await engine.ensure_index(index)
                started = time.perf_counter()
                await engine.rebuild(Index.LISTINGS, streamed(size))
                filled_seconds = time.perf_counter() - started
                took = await measure(engine, rounds)
                show(f"{name}, {size:,} listings (filled in {filled_seconds:.1f} s)", took)
                await engine.close()


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_500, 100_000])
    parser.add_argument("--rounds", type=int, default=600, help="queries asked of each engine at each size")
    parser.add_argument(
        "--engines", nargs="+", choices=["embedded", "meilisearch"], default=["embedded", "meilisearch"]
    )
    arguments = parser.parse_args()
    engines = list(arguments.engines)
    if "meilisearch" in engines and not is_meilisearch_at_hand():
        print(f"meilisearch left out: {WHY_LEFT_OUT}")
        engines.remove("meilisearch")
    asyncio.run(run(arguments.sizes, arguments.rounds, engines))


if __name__ == "__main__":
    main()
