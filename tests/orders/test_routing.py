"""Which store serves which goods: exact answers of the pure rules."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.ids import ListingId, ProductId, StoreId
from marketplace.orders.routing import Candidate, Wish, route_basket


def offer(
    store: int,
    product: int,
    *,
    available: int | None = 10,
    price: int = 10_000,
    home: bool = False,
    is_open: bool = True,
    km: float | None = 1.0,
) -> Candidate:
    return Candidate(
        listing_id=ListingId(store * 1000 + product),
        store_id=StoreId(store),
        product_id=ProductId(product),
        unit_price_rupiah=price,
        available=available,
        is_home=home,
        is_open=is_open,
        distance_km=km,
    )


def wish(product: int, quantity: int = 1, *, store: int | None = None) -> Wish:
    return Wish(
        product_id=ProductId(product),
        quantity=quantity,
        chosen_store_id=StoreId(store) if store is not None else None,
    )


def test_home_cooperative_comes_before_a_nearer_store() -> None:
    routing = route_basket([wish(1)], [offer(1, 1, km=0.2), offer(2, 1, home=True, km=3.0)])
    (route,) = routing.routes
    assert (route.store_id, route.rule) == (2, "home")


def test_home_without_stock_gives_way_to_the_nearest_open_store() -> None:
    candidates = [
        offer(1, 1, home=True, available=0),
        offer(2, 1, km=0.5, is_open=False),
        offer(3, 1, km=2.0),
        offer(4, 1, km=1.5),
    ]
    (route,) = route_basket([wish(1)], candidates).routes
    assert (route.store_id, route.rule) == (4, "nearest_open")


def test_one_store_with_everything_comes_before_two_nearer_ones() -> None:
    candidates = [offer(1, 1, km=0.1), offer(2, 2, km=0.1), offer(3, 1, km=9.0), offer(3, 2, km=9.0)]
    (route,) = route_basket([wish(1), wish(2)], candidates).routes
    assert route.store_id == 3
    assert [pick.product_id for pick in route.picks] == [1, 2]


def test_basket_is_split_only_when_no_store_has_everything() -> None:
    candidates = [offer(1, 1), offer(1, 2), offer(2, 3), offer(2, 1)]
    routing = route_basket([wish(1), wish(2), wish(3)], candidates)
    assert [(route.store_id, [pick.product_id for pick in route.picks]) for route in routing.routes] == [
        (1, [1, 2]),
        (2, [3]),
    ]
    assert [route.rule for route in routing.routes] == ["most_goods", "only_one"]


def test_nearest_is_said_of_the_nearest_alone_that_has_all() -> None:
    # Nearer stores that lack a part do not count, nor does one that is nearer and closed like the rest.
    candidates = [
        offer(1, 1, km=0.1),
        *(offer(store, product, km=store + 1.0) for store in (2, 3) for product in (1, 2)),
    ]
    (route,) = route_basket([wish(1), wish(2)], candidates).routes
    assert (route.store_id, route.rule) == (2, "nearest")
    closed = [offer(1, 1, km=1.0, is_open=False), offer(2, 1, km=2.0, is_open=False)]
    (route,) = route_basket([wish(1)], closed).routes
    assert (route.store_id, route.rule) == (1, "nearest")


def test_store_that_has_only_part_of_the_rest_is_not_said_to_have_most() -> None:
    candidates = [offer(1, 1), offer(1, 2), offer(2, 3), offer(3, 4), offer(4, 3, km=5.0)]
    routing = route_basket([wish(1), wish(2), wish(3), wish(4)], candidates)
    assert [(route.store_id, route.rule) for route in routing.routes] == [
        (1, "most_goods"),
        (2, "rest"),
        (3, "only_one"),
    ]


def test_chosen_store_is_kept_and_takes_the_rest_where_it_can() -> None:
    candidates = [offer(1, 1), offer(1, 2), offer(2, 1, km=0.1), offer(2, 2, km=0.1)]
    (route,) = route_basket([wish(1, store=1), wish(2)], candidates).routes
    assert (route.store_id, route.rule) == (1, "chosen")


def test_chosen_store_without_enough_stock_leaves_the_wish_unserved() -> None:
    routing = route_basket([wish(1, 5, store=1)], [offer(1, 1, available=4), offer(2, 1)])
    assert routing.routes == ()
    assert routing.unserved == (wish(1, 5, store=1),)


def test_goods_made_to_order_never_run_out() -> None:
    (route,) = route_basket([wish(1, 10_000)], [offer(1, 1, available=None)]).routes
    assert route.rule == "only_one"


def test_equal_stores_are_told_apart_by_price_and_then_by_number() -> None:
    (route,) = route_basket([wish(1, 2)], [offer(3, 1), offer(2, 1), offer(9, 1, price=9_000)]).routes
    assert route.store_id == 9
    (route,) = route_basket([wish(1, 2)], [offer(3, 1), offer(2, 1)]).routes
    assert route.store_id == 2


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9)), max_size=6, unique_by=lambda pair: pair[0]),
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(0, 9)),
        max_size=30,
        unique_by=lambda triple: triple[:2],
    ),
)
def test_every_wish_is_served_exactly_once_or_named_unserved(
    wanted: list[tuple[int, int]], offers: list[tuple[int, int, int]]
) -> None:
    wishes = [wish(product, quantity) for product, quantity in wanted]
    routing = route_basket(wishes, [offer(store, product, available=left) for store, product, left in offers])
    served = [pick.product_id for route in routing.routes for pick in route.picks]
    named = served + [item.product_id for item in routing.unserved]
    assert sorted(named) == sorted(product for product, _ in wanted)
    quantities = dict(wanted)
    assert all(pick.has(quantities[pick.product_id]) for route in routing.routes for pick in route.picks)
    assert len({route.store_id for route in routing.routes}) == len(routing.routes)
    for item in routing.unserved:
        assert all(left < item.quantity for _, product, left in offers if product == item.product_id)
