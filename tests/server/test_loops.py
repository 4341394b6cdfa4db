"""What a run's loops measured, over HTTP."""

from kfp import dsl

from tests.server.conftest import Server
from tests.server.running import ended, measure, start
from tests.server.sse import OWN


@dsl.pipeline(name="counting")
def counting(counts: list[int]) -> None:
    """Measures in every turn of a loop."""
    with dsl.ParallelFor(counts) as count:
        measure(count=count, text="rain")


def test_a_loop_is_a_table_of_what_its_turns_measured(server: Server) -> None:
    runs = [start(server, counting, name, counts=counts) for name, counts in (("a", [3, 5]), ("b", [4]))]
    for run in runs:
        ended(server, run)
    (loop,) = server.get(f"{OWN}/runs/{runs[0]}/loops")["loops"]
    assert loop["items"] == ["counts"]
    assert loop["metrics"] == [{"task": "measure", "artifact": "metrics", "key": "count", "direction": "HIGHER"}]
    turns = [(turn["items"], turn["cells"], turn["state"]) for turn in loop["turns"]]
    three, four, five = ({"name": "counts", "value": count} for count in (3, 4, 5))
    assert turns == [([three], [3], "SUCCEEDED"), ([five], [5], "SUCCEEDED")]
    made = loop["turns"][1]["artifacts"][0]
    assert server.get(f"{OWN}/artifacts/{made['id']}")["metadata"] == {"count": 5}
    compared = server.get(f"{OWN}/compare", params={"runs": ",".join(runs)})["turns"]
    assert [row["cells"] for row in compared] == [[three, four], [five, None]]
