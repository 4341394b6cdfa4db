"""Uploading the compiled pipeline: to a repository of Kubeflow Pipelines format, or to a server of KFP's API."""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from barograph.errors import ConfigurationError
from barograph.registry.remote import send
from barograph.registry.tags import parse_tags
from barograph.registry.upload import Upload
from weather.settings import REPOSITORY, setting


def upload_pipeline(file: Path, tags: Sequence[str] = (), token: str | None = None) -> tuple[str, str]:
    """Upload ``file`` with the tags ``v<version>``, ``latest`` and ``tags``.

    Returns:
        The package's name and the version (``sha256:...``) that the repository gave it.

    Raises:
        ConfigurationError: no repository is set, or it refuses.
    """
    from kfp.registry import ApiAuth, RegistryClient

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


def upload_version(file: Path, url: str, tags: Sequence[str] = (), token: str | None = None) -> tuple[str, str]:
    """Upload ``file`` to the Barograph or Kubeflow server at ``url``, tagged ``version=v...``, ``latest`` and ``tags``.

    Returns:
        The pipeline's name and the version's, such as ``v0.1.0+f76c7666``: the same for the same text.

    Raises:
        ConfigurationError: the server can't be reached, or does not let us in.
        RequestError: it refuses the pipeline or a tag.
    """
    text, number = file.read_text(encoding="utf-8"), f"v{version('weather-pipeline')}"
    name = f"{number}+{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    # No tag's key on such a server has a dot: what is a tag of the repository's, `v0.1.0`, is the value of one here.
    given = Upload("weather", text, str(file), name, tags={"version": number} | parse_tags(("latest", *tags)))
    return given.pipeline, send(given, url, token or "").version.name
