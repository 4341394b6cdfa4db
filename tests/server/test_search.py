"""Search finds what a person remembers of a thing."""

from dataclasses import replace
from typing import Any

import pytest

from barograph.states import State
from barograph.store import open_store
from barograph.store.experiments import Experiments
from barograph.store.pipelines import Pipelines
from barograph.store.records import Pipeline, PipelineVersion
from barograph.store.search import Search
from barograph.store.store import new_id, now
from tests.server.conftest import Server
from tests.server.recording import record
from tests.server.sse import OWN
from tests.store.recorded import add_run, add_task, artifact

DIGEST = "sha256:" + "e1f2" * 16


@pytest.fixture(scope="module")
def ids(server: Server) -> dict[str, str]:
    """Ids of what is there to find."""
    with record(server) as store:
        runs = [add_run(store, name, State.FAILED) for name in ("Frost 10%", "frost_11", "thaw", "Frost 10% again")]
        made = replace(artifact("hoarfrost model", "/artifacts/frost"), digest=DIGEST)
        add_task(store, runs[0], "make", made=(made,))
        pipeline = Pipeline(new_id(), "frost-pipeline", now(), "Frosty", "cold")
        version = PipelineVersion(new_id(), pipeline.id, "frost v1", "", now(), spec="text")
        Pipelines(store.database).add(pipeline, version)
        experiment = Experiments(store.database).add("Winter frost", "cold")
    return {
        **{run.name: run.id for run in runs},
        "artifact": made.id,
        "pipeline": pipeline.id,
        "version": version.id,
        "experiment": experiment.id,
    }


def find(server: Server, words: str, **parameters: Any) -> dict[str, list[str]]:
    hits = server.get(f"{OWN}/search", params={"q": words, **parameters})
    return {kind: [hit["id"] for hit in found] for kind, found in hits.items() if found}


def test_part_of_a_name_finds_runs_pipelines_versions_and_experiments(server: Server, ids: dict[str, str]) -> None:
    found = find(server, " FROST ")
    assert set(found.pop("runs")) == {ids["Frost 10%"], ids["frost_11"], ids["Frost 10% again"]}
    assert found == {name + "s": [ids[name]] for name in ("pipeline", "version", "experiment")}
    assert find(server, "frosty") == {"pipelines": [ids["pipeline"]]}
    hit = server.get(f"{OWN}/search", params={"q": "frost v1"})["versions"][0]
    assert (hit["pipeline_id"], hit["pipeline"]) == (ids["pipeline"], "frost-pipeline")


def test_what_is_meant_by_its_whole_name_comes_first(server: Server, ids: dict[str, str]) -> None:
    assert find(server, "Frost 10%", limit=1)["runs"] == [ids["Frost 10%"]]
    assert find(server, "Frost 10%")["runs"][0] == ids["Frost 10%"]


def test_signs_are_only_signs(server: Server, ids: dict[str, str]) -> None:
    assert set(find(server, "0%")["runs"]) == {ids["Frost 10%"], ids["Frost 10% again"]}
    assert find(server, "t_1")["runs"] == [ids["frost_11"]]
    assert find(server, "'; DROP TABLE runs; --") == {}


def test_the_beginning_of_an_id_or_a_digest_finds_runs_and_artifacts(server: Server, ids: dict[str, str]) -> None:
    assert find(server, ids["thaw"][:8])["runs"] == [ids["thaw"]]
    assert find(server, ids["thaw"].upper())["runs"] == [ids["thaw"]]
    assert find(server, ids["artifact"][:13])["artifacts"] == [ids["artifact"]]
    assert find(server, "hoarfrost")["artifacts"] == [ids["artifact"]]
    for beginning in (DIGEST, DIGEST[:11], DIGEST.removeprefix("sha256:")[:7].upper()):
        assert find(server, beginning)["artifacts"] == [ids["artifact"]]


@pytest.mark.parametrize(("query", "said"), [("", "q"), (f"q={'x' * 201}", "q"), ("q=x&limit=0", "limit")])
def test_what_can_not_be_searched_for_is_said(server: Server, query: str, said: str) -> None:
    answer = server.http.get(f"{OWN}/search?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert said in answer.json()["message"]
    assert find(server, " ") == {}


def test_a_name_is_found_among_many_runs(database_url: str) -> None:
    store = open_store(database_url)
    wanted = add_run(store, "the needle")
    for number in range(2100):
        add_run(store, f"hay {number}", created_at=now())
    assert [hit.id for hit in Search(store.database).find("needle").runs] == [wanted.id]
    assert len(Search(store.database).find("hay").runs) == 10
    store.database.close()
