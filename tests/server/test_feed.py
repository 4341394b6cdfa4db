"""Events come in order, each once, although those of several writers come into sight in any order."""

import asyncio
from datetime import UTC, datetime
from itertools import accumulate

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from barograph.server.api.feed import Feed, InOrder
from barograph.states import State
from barograph.store import models
from barograph.store.database import open_database
from barograph.store.events import Events, Happening, RunNow
from barograph.store.store import SqlStore
from tests.postgres import Postgres
from tests.store.recorded import add_run

TIME = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE = 2.0


def event(id_: int) -> Happening:
    return Happening(id_, "run", "", State.RUNNING, TIME, RunNow("", "", "", None, None, ""), None)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30)), max_size=30),
    st.integers(0, 5),
)
def test_events_come_in_the_order_of_their_ids_and_none_is_lost_that_is_in_time(
    steps: list[tuple[int, int]], start: int
) -> None:
    """Each event has an id some more than the one before (a transaction that failed leaves a gap), and is seen a while
    after its turn: in tenths of a second, always less than the patience."""
    ids = list(accumulate((step for step, _ in steps), initial=start))[1:]
    seen_at = {id_: id_ / 10 + min(late, 19) / 10 for id_, (_, late) in zip(ids, steps, strict=True)}
    order, given_, time = InOrder(start, PATIENCE), [], 0.0
    while time < 30 + PATIENCE:
        in_sight = [event(id_) for id_ in ids if seen_at[id_] <= time and id_ > order.position]
        given_ += [each.id for each in order.take(in_sight, time)]
        time += 0.1
    assert given_ == ids


@given(st.lists(st.integers(1, 50), unique=True))
def test_where_nothing_comes_late_nothing_waits(ids: list[int]) -> None:
    assert [each.id for each in InOrder(0, 0.0).take(map(event, ids), 1.0)] == sorted(ids)


def test_an_event_that_is_shown_late_comes_before_those_that_were_numbered_after_it(postgres: Postgres) -> None:
    with postgres.database() as url:
        database = open_database(url)
        run = add_run(SqlStore(database), "two writers")
        row = {"run_id": run.id, "path": "", "state": "RUNNING", "at": TIME}

        async def hear() -> list[int]:
            feed, heard = Feed(Events(database), ordered=False), []
            async with feed.listening():
                start = feed.position
                engine = sa.create_engine(url, poolclass=sa.NullPool)
                with engine.connect() as slow, engine.connect() as fast:
                    slow.execute(models.events.insert(), row)
                    fast.execute(models.events.insert(), row)
                    fast.commit()
                    looks = asyncio.Event()
                    asyncio.get_running_loop().call_later(0.6, looks.set)
                    await looks.wait()  # the feed has seen the later one by then, and holds it back
                    assert feed.position == start
                    slow.commit()
                async for _, found in feed.after(start):
                    heard += [each.id - start for each in found]
                    if len(heard) == 2:
                        break
            return heard

        assert asyncio.run(hear()) == [1, 2]
        database.close()
