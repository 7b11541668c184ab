"""What happens to cash between till, safe and bank, what suppliers are paid, and days that are closed."""

from datetime import timedelta
from functools import partial

from marketplace.bookkeeping.close_day import close_store_days
from marketplace.formats.dates import WIB, day_of
from marketplace.orders.bank_deposits import add_slip, decide_deposit, make_deposit
from marketplace.orders.shifts import close_shift, open_shift, record_opening_cash
from marketplace.orders.till_handover import count_till, offer_till, withdraw_till
from marketplace.orders.till_moves import MoveKind, move_cash
from marketplace.settlement.hold_line import dispute_line, hold_line, release_hold
from marketplace.settlement.pay_entry import PayEntry, pay_entry
from marketplace.settlement.propose_run import close_run, decide_run, propose_run
from marketplace.settlement.set_terms import TermsBody, set_terms
from tests.orders.test_deposits import photo
from tests.proof.moves_cards import Cards
from tests.proof.steps import Press, move, pick

_SLIP = photo()


class Money(Cards):
    """Moves of cash, settlement and closing."""

    @move(2)
    def begin_shift(self, a: int, b: int, _c: int) -> Press:
        """Change money from the safe, sometimes more than is there."""
        cashier, amount = self.cashier(a), pick((0, 50_000, 200_000, 9_000_000), b)
        return Press(call=partial(open_shift, amount, actor=cashier))

    def in_till(self, person_id: object) -> int:
        """What a cashier's till holds by the book."""
        found = self.rows(
            "SELECT (b.debit_rupiah - b.credit_rupiah)::bigint AS rupiah FROM shift f"
            " JOIN ledger_account a ON a.kind = 'till_cash' AND a.reference = 'shift:' || f.id"
            " JOIN ledger_balance b ON b.account_id = a.id WHERE f.cashier_id = $1 AND f.closed_at IS NULL",
            person_id,
        )
        return int(found[0]["rupiah"]) if found else 0

    @move()
    def end_shift(self, a: int, b: int, _c: int) -> Press:
        """Counted right, or not."""
        cashier = self.cashier(a)
        counted = max(0, self.in_till(cashier.person_id) + pick((0, 0, -700, 500), b))
        # A first count that differs is refused, and yet kept.
        return Press(call=partial(close_shift, counted, note="kembalian", actor=cashier), is_whole=False)

    @move(2)
    def carry(self, a: int, b: int, c: int) -> Press:
        """Cash between till and safe, at times more than there is."""
        cashier, amount = self.cashier(a), pick((1, 20_000, 150_000), b)
        kind: MoveKind = "drop" if c % 2 else "refill"
        return Press(call=partial(move_cash, kind, amount, reason="", actor=cashier))

    @move()
    def offer(self, a: int, b: int, _c: int) -> Press:
        """A till counted for the next cashier."""
        cashier = self.cashier(a)
        counted = max(0, self.in_till(cashier.person_id) + pick((0, 0, 300), b))
        return Press(call=partial(offer_till, counted, actor=cashier))

    @move(2)
    def count(self, a: int, b: int, c: int) -> Press | None:
        """The next cashier counts, the same or not; or it is taken back."""
        found = self.rows("SELECT * FROM till_handover ORDER BY (state = 'waiting') DESC, id DESC LIMIT 2")
        if not found:
            return None
        one, cashier = pick(found, a), self.cashier(b)
        if c % 4 == 0:
            return Press(call=partial(withdraw_till, one["id"], actor=cashier))
        counted = one["counted_rupiah"] + (1 if c % 4 == 1 else 0)
        return Press(call=partial(count_till, one["id"], counted, actor=cashier))

    @move()
    def fill_safe(self, a: int, _b: int, _c: int) -> Press:
        """Cash that was there before."""
        amount = pick((1, 100_000), a)
        return Press(call=partial(record_opening_cash, amount, reason="setoran", actor=self.world.board))

    @move()
    def deposit(self, a: int, b: int, _c: int) -> Press:
        """Cash on its way to the bank."""
        person, amount = pick((self.world.manager, self.world.board), a), pick((1, 100_000, 5_000_000), b)
        return Press(call=partial(make_deposit, amount, actor=person))

    @move(2)
    def follow_deposit(self, a: int, b: int, c: int) -> Press | None:
        """Its slip, then what became of it."""
        if not (found := self.rows("SELECT * FROM bank_deposit ORDER BY id DESC LIMIT 3")):
            return None
        one, person = pick(found, a)["id"], pick((self.world.manager, self.world.board), b)
        if c % 3 == 0:
            return Press(call=partial(add_slip, one, _SLIP, actor=person))
        return Press(call=partial(decide_deposit, one, has_arrived=c % 3 == 1, reason="tutup", actor=person))

    @move(1)
    def agree(self, a: int, b: int, _c: int) -> Press:
        """Other terms from now on."""
        supplier, days = pick(self.world.suppliers, a), pick((0, 0, 2), b)
        terms = TermsBody(rule="in_days" if days else "as_sold", days=days)
        return Press(call=partial(set_terms, supplier, terms, actor=self.world.manager))

    @move(2)
    def mark_line(self, a: int, b: int, c: int) -> Press | None:
        """A line is held or disputed, or that is released."""
        holds = self.rows("SELECT id FROM settlement_hold ORDER BY (released_at IS NULL) DESC, id DESC LIMIT 2")
        if holds and c % 3 == 0:
            hold_id = pick(holds, a)["id"]
            return Press(call=partial(release_hold, hold_id, note="beres", actor=self.world.board))
        found = self.rows(
            "SELECT DISTINCT t.source FROM ledger_transfer t JOIN ledger_account k ON k.id = t.credit_account_id"
            " WHERE k.kind = 'supplier_payable' ORDER BY t.source DESC LIMIT 4"
        )
        if not found:
            return None
        source, side = pick(found, a)["source"], b % 2
        if c % 2:
            seller = self.world.sellers[side]
            return Press(call=partial(dispute_line, self.world.store_id, source, reason="keliru", actor=seller))
        supplier = self.world.suppliers[side]
        return Press(call=partial(hold_line, supplier, source, reason="keliru", actor=self.world.manager))

    @move(4)
    def propose(self, a: int, _b: int, _c: int) -> Press:
        """What is due is proposed to be paid."""
        person = pick((self.world.manager, self.world.board), a)
        return Press(call=partial(propose_run, None, actor=person))

    @move(6)
    def decide_on_run(self, a: int, b: int, _c: int) -> Press | None:
        """Approved, refused, or ended before all of it is paid."""
        if not (found := self.rows("SELECT id, state FROM settlement_run ORDER BY id DESC LIMIT 1")):
            return None
        run_id, person = found[0]["id"], pick((self.world.manager, self.world.board), a)
        if found[0]["state"] == "approved" and b % 4 == 0:
            return Press(call=partial(close_run, run_id, note="lain kali", actor=person))
        return Press(call=partial(decide_run, run_id, is_approved=b % 8 > 0, note="periksa", actor=person))

    @move(7)
    def pay_supplier(self, a: int, b: int, c: int) -> Press | None:
        """A payment of a run, whole or in part, in cash or by a transfer; at times a part too early."""
        found = self.rows(
            "SELECT e.id, e.run_id, e.amount_rupiah - e.paid_rupiah AS left,"
            " (SELECT count(*) FROM settlement_payment p WHERE p.entry_id = e.id) AS parts"
            " FROM settlement_entry e ORDER BY (e.paid_rupiah < e.amount_rupiah) DESC, e.id DESC LIMIT 2"
        )
        if not found:
            return None
        entry = pick(found, a)
        command = PayEntry(
            part=entry["parts"] + 1 + (1 if c % 9 == 0 else 0),
            amount_rupiah=pick((None, None, 1, max(1, entry["left"] // 2)), b),
            method=pick(("cash", "transfer"), c),
            reference=f"TRF-{c % 3}" if c % 2 else "",
        )
        person = pick((self.world.manager, self.world.board), a)
        return Press(call=partial(pay_entry, entry["run_id"], entry["id"], command, actor=person))

    @move(2)
    def close_day(self, a: int, b: int, _c: int) -> Press:
        """Yesterday, or a day before, is closed."""
        through = day_of(self.time.instant, WIB) - timedelta(days=pick((0, 1, 1, 2), a))
        reason = pick(("", "akhir bulan"), b)
        return Press(call=partial(close_store_days, through, reason=reason, actor=self.world.manager))

    @move(5)
    def wait(self, a: int, _b: int, _c: int) -> Press | None:
        """Time passes: a minute, half an hour, half a day, two days. Nobody leaves the worker alone for so long."""
        passed = pick(
            (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=35), timedelta(hours=12), timedelta(days=2)),
            a,
        )
        if passed > timedelta(hours=1):
            self.account.faults.clear()
            self.work_it_off()
        self.time.instant += passed
        return None
