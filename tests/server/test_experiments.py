"""KFP's ExperimentService, through KFP's own client and over plain HTTP."""

import json

import kfp_server_api
import pytest

from tests.server.conftest import Server


def test_an_experiment_is_made_found_archived_and_removed_by_kfps_client(server: Server) -> None:
    client = server.client
    made = client.create_experiment("weather", description="photos")
    assert client.create_experiment("weather").experiment_id == made.experiment_id
    found = client.get_experiment(experiment_name="weather")
    assert (found.description, found.storage_state) == ("photos", "AVAILABLE")
    client.archive_experiment(made.experiment_id)
    assert client.get_experiment(made.experiment_id).storage_state == "ARCHIVED"
    client.unarchive_experiment(made.experiment_id)
    assert client.get_experiment(made.experiment_id).storage_state == "AVAILABLE"
    client.delete_experiment(made.experiment_id)
    with pytest.raises(kfp_server_api.ApiException, match="no experiment has the id"):
        client.get_experiment(made.experiment_id)


def test_a_second_experiment_of_a_name_is_a_conflict(server: Server) -> None:
    server.post("/apis/v2beta1/experiments", {"display_name": "twice"})
    answer = server.http.post("/apis/v2beta1/experiments", json={"displayName": "twice"})
    assert answer.status_code == 409
    assert answer.json()["code"] == 6
    assert "'twice' already" in answer.json()["message"]


def test_pages_stay_right_while_rows_are_added(server: Server) -> None:
    names = [f"paged-{number}" for number in range(5)]
    for name in names:
        server.post("/apis/v2beta1/experiments", {"display_name": name})
    filter_ = json.dumps(
        {"predicates": [{"key": "display_name", "operation": "IS_SUBSTRING", "stringValue": "paged-"}]}
    )
    seen, token = [], ""
    while True:
        asked = {"page_size": 2, "sort_by": "display_name desc", "filter": filter_, "page_token": token}
        page = server.get("/apis/v2beta1/experiments", params=asked)
        seen += [each["display_name"] for each in page["experiments"]]
        if not (token := page.get("next_page_token", "")):
            break
        server.post("/apis/v2beta1/experiments", {"display_name": f"paged-9{len(seen)}"})
    assert seen == sorted(names, reverse=True)
    assert page["total_size"] == 7


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"filter": "{"}, "the filter can't be understood"),
        (
            {"filter": '{"predicates":[{"key":"colour","operation":1,"stringValue":"x"}]}'},
            "unrecognized field 'colour'",
        ),
        ({"filter": '{"predicates":[{"key":"name","operation":1}]}'}, "exactly one value"),
        ({"filter": '{"predicates":[{"key":"name","operation":4,"stringValue":"x"}]}'}, "operation"),
        ({"filter": '{"predicates":[{"key":"name","operation":8,"stringValue":"x"}]}'}, "takes a list"),
        ({"filter": '{"predicates":[{"key":"name","operation":1,"intValue":1}]}'}, "is compared with text"),
        ({"sort_by": "colour"}, "unrecognized field 'colour'"),
        ({"sort_by": "name up"}, "`asc` or `desc`"),
        ({"page_token": "x"}, "page_token"),
        ({"page_size": -1}, "page_size"),
    ],
)
def test_a_list_says_what_it_does_not_understand(server: Server, asked: dict[str, str], said: str) -> None:
    answer = server.http.get("/apis/v2beta1/experiments", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert said in answer.json()["message"]


def test_an_experiments_runs_outlive_it_in_the_default_one(server: Server) -> None:
    default = server.client.get_experiment(experiment_name="Default")
    answer = server.http.delete(f"/apis/v2beta1/experiments/{default.experiment_id}")
    assert (answer.status_code, answer.json()["code"]) == (400, 9)
