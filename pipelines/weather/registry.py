"""Uploading the compiled pipeline to a repository of Kubeflow Pipelines format."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from kfp.registry import ApiAuth, RegistryClient

from barograph.errors import ConfigurationError
from weather.settings import REPOSITORY, setting


def upload_pipeline(file: Path, tags: Sequence[str] = (), token: str | None = None) -> tuple[str, str]:
    """Upload ``file`` with the tags ``v<version>``, ``latest`` and ``tags``.

    Returns:
        The package's name and the version (``sha256:...``) that the repository gave it.

    Raises:
        ConfigurationError: no repository is set, or it refuses.
    """
    host = setting(REPOSITORY)
    if host is None:
        raise ConfigurationError(
            f"{REPOSITORY} is not set. Give the repository's address in it, in the shell or in a file .env, such as\n"
            f"  {REPOSITORY}=https://europe-west1-kfp.pkg.dev/my-project/my-repository"
        )
    try:
        client = RegistryClient(host=host.rstrip("/"), auth=ApiAuth(token) if token else None)
        package, digest = client.upload_pipeline(str(file), tags=[f"v{version('weather-pipeline')}", "latest", *tags])
    except Exception as error:  # the SDK raises what its many libraries raise
        raise ConfigurationError(f"{host} refused the upload: {error}") from error
    return str(package), str(digest)
