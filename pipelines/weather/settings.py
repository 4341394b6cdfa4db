"""Settings of a deployment: environment variables, also from a file ``.env`` in the current folder or above it."""

import os

from dotenv import find_dotenv, load_dotenv

load_dotenv(find_dotenv(usecwd=True))

REPOSITORY = "KFP_REPOSITORY"
"""The Artifact Registry repository of Kubeflow Pipelines format that the compiled pipeline is uploaded to."""

STAGING_BUCKET = "STAGING_BUCKET"
"""The bucket that artifacts are kept in when the pipeline runs on Kubeflow or Vertex AI: its pipeline root."""


def setting(name: str) -> str | None:
    """The variable ``name``; None where it is unset or empty."""
    return os.environ.get(name) or None


def docker_uri(component: str) -> str | None:
    """The image of a component as ``PREP_DATA_DOCKER_URI`` and its kin give it."""
    return setting(f"{component.upper()}_DOCKER_URI")
