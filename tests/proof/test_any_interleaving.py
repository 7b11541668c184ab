"""Sale, payment, refund, dispute, settlement and shift in any order, two at once: every law holds after every step.

Money that is lost between two areas is in no area's own test: here all of them work on one store, over the real use
cases on a real PostgreSQL, with the real Stripe library and a Stripe of this machine's own behind it.
"""

import os
import random
import secrets
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from marketplace import database
from marketplace.orders import open_stripe
from marketplace.orders.decide_return import set_refund_limit
from marketplace.orders.shifts import open_shift, record_opening_cash
from marketplace.orders.tab import set_tab_limit
from marketplace.settings import load_settings
from payments.stripe import set_sharing
from tests.fakes.stripe import serve
from tests.orders.cards.cards import SECRET
from tests.proof.ending import Ending
from tests.proof.moves_till import Money
from tests.proof.steps import Press, pick, weighted
from tests.proof.world import PHONE, Databases, Time

# How many stories are told, of how many steps at most, and of how many things at each; more by LUMBUNG_PROOF_STORIES,
# each time other ones (or those of a LUMBUNG_PROOF_SEED).
STORIES, STEPS, TOGETHER = 4, 12, 6
MOVES = weighted(Money)


class Everything(Ending):
    """One store, and everything that may happen in it."""

    @initialize(is_sharing=st.booleans())
    def open_store(self, is_sharing: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Cash in the safe, a shift, a member who may owe, small returns without a second person."""
        self.is_sound = False
        self.run(self._open(is_sharing=is_sharing))
        manager = self.world.manager
        for name, press in (
            ("safe", Press(call=partial(record_opening_cash, 600_000, reason="awal", actor=manager))),
            ("limit", Press(call=partial(set_tab_limit, PHONE, 200_000, actor=manager))),
            ("returns", Press(call=partial(set_refund_limit, 40_000, actor=manager))),
            ("shift", Press(call=partial(open_shift, 200_000, actor=self.world.cashiers[0]))),
        ):
            self.make(name, press)
        for number in range(3):
            self.make("place", self.place(number, number, 1))

    async def _open(self, *, is_sharing: bool) -> None:
        self.stripe = serve(self.account)
        running = await self.stripe.__aenter__()
        open_stripe(
            load_settings(
                {
                    **os.environ,
                    "LUMBUNG_STRIPE_KEY": self.account.secret_key,
                    "LUMBUNG_STRIPE_WEBHOOK_SECRETS": SECRET,
                    "STRIPE_API_BASE": running.address,
                }
            )
        )
        if is_sharing:
            async with database.transaction() as connection:
                await set_sharing(
                    connection, book=self.world.book, sharing="split", at=self.time.now(), author="operator"
                )

    async def stop(self) -> None:
        """Close the Stripe of this machine."""
        if hasattr(self, "stripe"):
            await self.stripe.__aexit__(None, None, None)

    # One rule for all, and dice thrown from its number: what Hypothesis likes (rules left out, zeros, the same once
    # more, short stories) makes for dull stores.
    @rule(number=st.integers(0, 2**64 - 1))
    def happen(self, number: int) -> None:
        """A few things happen, one after the other."""
        for _ in range(TOGETHER):
            self.is_sound = False
            self.steps += 1
            self.one_thing(random.Random(f"{number} {self.steps}"))  # noqa: S311 - no secret
            self.prove()

    def one_thing(self, dice: random.Random) -> None:
        """Something happens; or two things at the same moment, often to the same order; or what was, again."""
        how, a, b, c = dice.randrange(10), *(dice.randrange(10_000) for _ in range(3))
        name = dice.choice(MOVES)
        if how < 6:
            if (press := getattr(self, name)(a, b, c)) is not None:
                self.make(name, press)
        elif how < 9:
            names = (name, name if how == 8 else dice.choice(MOVES))
            made = [(one, getattr(self, one)(a, b + number, c)) for number, one in enumerate(names)]
            self.make_both([(one, press) for one, press in made if press is not None])
        elif self.done:
            self.make_again(pick(self.done[::-1][:10], a))

    @invariant()
    def every_law_holds(self) -> None:
        """Hold the laws against what there is."""
        self.prove()


@pytest.fixture
def databases(postgres_url: str, template_url: str) -> Iterator[tuple[Databases, Time]]:
    """The world to be copied, and its clock."""
    time = Time()
    made = Databases(postgres_url, template_url, time)
    try:
        yield made, time
    finally:
        made.drop()


@pytest.mark.timeout(0)
def test_any_interleaving_keeps_every_law(databases: tuple[Databases, Time]) -> None:
    made, time = databases
    stories = int(os.environ.get("LUMBUNG_PROOF_STORIES", "0"))
    machine = type("EverythingOnPostgres", (Everything,), {"databases": made, "time": time})
    if stories:
        number = int(os.environ.get("LUMBUNG_PROOF_SEED", "0")) or secrets.randbelow(10**6)
        machine = seed(number)(machine)
        print(f"stories of LUMBUNG_PROOF_SEED={number}")  # noqa: T201 - to tell them again
    with time.told():
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=stories or STORIES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=not stories,
                database=None,
                print_blob=True,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
