"""`make bench`: everything, at 1.500 and at 100.000 products, then the whole country; `--quick` for a look."""

import argparse
import asyncio

from benchmarks import country, place_order, reading, searching


def main() -> None:
    """Run the benchmarks in order and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--products", default="1500,100000", help="sizes of the catalogue, with commas between")
    parser.add_argument("--rounds", type=int, default=5, help="paired rounds of each measurement (medians are printed)")
    parser.add_argument("--quick", action="store_true", help="one size, one round")
    arguments = parser.parse_args()
    sizes = [1_500] if arguments.quick else [int(size) for size in arguments.products.split(",")]
    rounds = 1 if arguments.quick else arguments.rounds
    for size in sizes:
        asyncio.run(reading.measure(products=size, rounds=rounds))
        asyncio.run(searching.measure(products=size, rounds=rounds))
        asyncio.run(place_order.measure(products=size, rounds=rounds))
    if not arguments.quick:
        asyncio.run(country.measure(rounds=rounds))


if __name__ == "__main__":
    main()
