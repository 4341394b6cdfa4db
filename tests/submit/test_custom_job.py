"""A task as a custom training job: what Google's own function makes of the same component."""

from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from barograph.errors import PipelineError
from barograph.submit.custom_job import CustomJob, with_custom_job
from barograph.submit.document import read_document
from barograph.submit.resources import Accelerator, Resources, with_resources
from tests.conftest import component
from tests.submit.pipelines import PLATFORM, compiled, prep_data, train_model
from tests.submit.test_resources import valid

JOB = CustomJob("g2-standard-8", Accelerator("NVIDIA_L4", 2), True, "trainer@my-project.iam.gserviceaccount.com")


@pytest.mark.filterwarnings("ignore")  # of Google's package, when it is imported
def test_it_is_what_google_makes_of_the_component(tmp_path: Path) -> None:
    from google_cloud_pipeline_components.v1.custom_job import create_custom_training_job_from_component

    def pipeline(train: Any) -> Any:
        def training(data_uri: str, epochs: int = 3) -> None:
            data = prep_data(uri=data_uri)
            prep_data(uri=train(split=data.outputs["split"], epochs=epochs).outputs["Output"])

        return dsl.pipeline(training, name="training")

    job = create_custom_training_job_from_component(
        train_model,
        machine_type="g2-standard-8",
        accelerator_type="NVIDIA_L4",
        accelerator_count=2,
        strategy="SPOT",
        service_account="trainer@my-project.iam.gserviceaccount.com",
    )
    theirs = read_document(compiled(pipeline(job), tmp_path))
    ours = with_custom_job(read_document(compiled(pipeline(train_model), tmp_path)), "train-model", JOB)
    assert valid(ours).pipeline == theirs.pipeline


def test_the_variables_of_the_container_are_the_job_s(tmp_path: Path) -> None:
    def training() -> None:
        prep_data(uri="x").set_env_variable("SHARDS", "4")

    document = with_custom_job(
        read_document(compiled(dsl.pipeline(training, name="one"), tmp_path)),
        "prep-data",
        CustomJob(),
    )
    inputs = valid(document).pipeline["components"]["comp-prep-data"]["inputDefinitions"]["parameters"]
    (pool,) = inputs["worker_pool_specs"]["defaultValue"]
    assert pool["container_spec"]["env"] == [{"name": "SHARDS", "value": "4"}]
    assert pool["machine_spec"] == {"machine_type": "n1-standard-4"}


def test_the_rest_of_the_pipeline_and_the_platform_spec_stay(text: str) -> None:
    document = read_document(text + PLATFORM)
    equipped = with_resources(document, "say", Resources("2"))
    changed = valid(with_custom_job(equipped, "train-model", JOB))
    assert changed.platform == document.platform
    assert changed.pipeline["root"] == document.pipeline["root"]
    kept = [key for key in document.pipeline["components"] if key != "comp-train-model"]
    assert all(changed.pipeline["components"][key] == equipped.pipeline["components"][key] for key in kept)


def test_an_input_that_a_job_has_itself_is_refused(tmp_path: Path) -> None:
    @component
    def train(labels: str, timeout: str) -> None:
        print(labels, timeout)

    def training() -> None:
        train(labels="a", timeout="b")

    document = read_document(compiled(dsl.pipeline(training, name="one"), tmp_path))
    with pytest.raises(PipelineError, match="its input 'labels' is one that such a job has itself; rename it"):
        with_custom_job(document, "train", CustomJob())


def test_an_unknown_task_is_answered_with_those_that_there_are(text: str) -> None:
    with pytest.raises(PipelineError, match=r"no task 'training' .* it has: prep-data, say"):
        with_custom_job(read_document(text), "training", CustomJob())
