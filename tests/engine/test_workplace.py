"""The one queue of a run: what is heard, and when."""

from barograph.engine.capacity import Machine
from barograph.engine.workplace import Canceled, Expired, Workplace


def test_what_is_due_is_heard_before_what_waits_in_the_queue() -> None:
    workplace = Workplace(Machine(1, 1), 1)
    workplace.after(0, Expired(None))
    for _ in range(3):
        workplace.put(Canceled())
    assert [workplace.hear() for _ in range(4)] == [Expired(None), Canceled(), Canceled(), Canceled()]


def test_what_is_due_later_does_not_keep_the_queue_from_being_heard() -> None:
    workplace = Workplace(Machine(1, 1), 1)
    workplace.after(1000, Expired(None))
    workplace.put(Canceled())
    assert workplace.hear() == Canceled()
