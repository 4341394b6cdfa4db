"""What is known of the SDK's compiled pipelines beyond what their files say: arguments, and which can't run on a host
without its images' own programs, a cluster or the network, each with what its log showed."""

import os
from collections.abc import Mapping
from typing import Any

from expectations import FRESH_FILE

from barograph.ir.graph import MISSING, Component
from barograph.ir.values import ParameterType

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "env-var.yaml": {"env_var": "http_proxy"},
    "local_execution/local_execution_pipeline_with_retry.yaml": {"counter_path": FRESH_FILE},
    "take_nap_compiled.yaml": {"naptime_secs": 2},
    "take_nap_pipeline_root_compiled.yaml": {"naptime_secs": 2},
}
"""Values for parameters that have no default, where any of their type won't do."""

_ANY: Mapping[ParameterType, Any] = {
    ParameterType.STRING: "some text",
    ParameterType.NUMBER_INTEGER: 2,
    ParameterType.NUMBER_DOUBLE: 2.5,
    ParameterType.BOOLEAN: True,
    ParameterType.LIST: ["a", "b"],
    ParameterType.STRUCT: {"a": "b"},
}

_PROGRAM = "its command is a program of its image"
_DATA = "its data is behind the network"
_CLOUD = "its image's program starts a job in Google's cloud"
_GCS = "its importer names a gs:// file that its task reads as /gcs/..."
CANNOT: Mapping[str, str] = {
    "component_with_task_final_status_GH-12033.yaml": "nothing gives the status that it takes; upstream skips it too",
    "container_io.yaml": _PROGRAM,
    "container_with_artifact_output.yaml": _PROGRAM,
    "container_with_concat_placeholder.yaml": _PROGRAM,
    "container_with_if_placeholder.yaml": _PROGRAM,
    "container_with_placeholder_in_fstring.yaml": _PROGRAM,
    "containerized_python_component.yaml": "its code and KFP are in its image",
    "create_pod_metadata_complex.yaml": "it wants an empty variable that its platform spec does not set",
    "critical/modelcar.yaml": "its model is an image that a cluster mounts",
    "critical/pipeline_with_artifact_upload_download.yaml": _DATA,
    "long-running.yaml": "it sleeps for ten minutes",
    "integration/ray_integration_compiled.yaml": "it makes a Ray cluster in a Kubernetes cluster",
    "pipeline_with_concat_placeholder.yaml": "its image's sh knows [[, which this machine's may not",
    "pipeline_with_condition_dynamic_task_output_custom_training_job.yaml": _CLOUD,
    "pipeline_with_dynamic_task_output_custom_training_job.yaml": _CLOUD,
    "pipeline_with_google_artifact_type.yaml": "it installs a package of a name that PyPI does not have",
    "pipeline_with_importer.yaml": _GCS,
    "pipeline_with_importer_and_gcpc_types.yaml": _PROGRAM,
    "pipeline_with_various_io_types.yaml": _PROGRAM,
    "pythonic_artifact_with_single_return.yaml": _GCS,
    "sequential_v2.yaml": _DATA,
    "two_step_pipeline.yaml": "it reads its own artifact with gsutil: its pipeline root must be in gs://",
    "upload_download_compiled.yaml": "it talks to a cluster's MinIO",
    "xgboost_sample_pipeline.yaml": _DATA,
}
"""Pipelines that can't do on a host what they do in a cluster, and why."""


def arguments_of(path: str, root: Component) -> dict[str, Any]:
    """Values for the parameters of the pipeline at ``path`` that need one."""
    known = ARGUMENTS.get(path, {})
    return {
        name: known.get(name, _ANY[spec.type])
        for name, spec in root.input_parameters.items()
        if name in known or (spec.default is MISSING and not spec.optional)
    }


_FAILING = {
    "local_execution/local_execution_pipeline_with_ignore_upstream_failure.yaml",
    "pipeline_as_exit_task.yaml",
    "pipeline_with_task_final_status.yaml",
    "pipeline_with_task_using_ignore_upstream_failure.yaml",
}
"""Outside of ``failing/``: a task of theirs is meant to fail."""


def state_of(path: str) -> str:
    """How the run of the pipeline at ``path`` ends where nothing else is said, by upstream's own rules."""
    if path.startswith("failing/") or path in _FAILING:
        return "FAILED"
    if path == "env-var.yaml":  # its task fails where no proxy is set
        return "SUCCEEDED" if os.environ.get("http_proxy") else "FAILED"
    return "SUCCEEDED"
