"""Templates in a repository of Kubeflow Pipelines format, such as Artifact Registry's, by tag or digest."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barograph.errors import BarographError, ConfigurationError, NotFoundError
from barograph.submit.engine import Unreachable
from barograph.submit.quiet import quiet
from barograph.submit.reasons import reason

_TEMPLATE = re.compile(r"(?P<repository>https?://[^/\s?#]+/[^\s?#]+)/(?P<package>[^/\s?#]+)/(?P<version>[^/\s?#]+)")
_GOOGLE = re.compile(r"https://[\w-]+-kfp\.pkg\.dev/")


@dataclass(frozen=True)
class Template:
    """A version of a compiled pipeline in a repository.

    Attributes:
        repository: its address, such as ``https://europe-west1-kfp.pkg.dev/my-project/my-repository``.
        package: the pipeline's name.
        version: a tag, such as ``latest``, or a digest, ``sha256:...``.
    """

    repository: str
    package: str
    version: str

    @property
    def address(self) -> str:
        """Where it lies."""
        return f"{self.repository}/{self.package}/{self.version}"


def parse_template(address: str) -> Template:
    """The template at ``https://HOST/PROJECT/REPOSITORY/PACKAGE/TAG``, or with a digest in place of the tag. Pure.

    Raises:
        ConfigurationError: it is no such address.
    """
    found = _TEMPLATE.fullmatch(address)
    if found is None:
        raise ConfigurationError(
            f"{address!r} is no template's address; give one such as "
            "https://europe-west1-kfp.pkg.dev/my-project/my-repository/weather/latest"
        )
    return Template(**found.groupdict())


def fetch_template(template: Template, token: str = "") -> str:
    """The text of a template.

    Args:
        template: which.
        token: a bearer token; without one, Artifact Registry is asked with the application default credentials.

    Raises:
        NotFoundError: there is no such package, tag or version.
        ConfigurationError: the repository can't be reached, or does not let us in.
    """
    with quiet():
        try:
            from kfp.registry import ApiAuth, RegistryClient
        except ImportError as error:
            raise ConfigurationError("fetching a template needs the KFP SDK: pip install 'barograph[sdk]'") from error
        which = {"version" if template.version.startswith("sha256:") else "tag": template.version}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "template.yaml"
            try:
                client = RegistryClient(host=template.repository, auth=ApiAuth(token) if token else None)
                client.download_pipeline(template.package, **which, file_name=str(file))
            except Exception as error:  # the SDK raises what its many libraries raise
                raise _refusal(template, error) from error
            return file.read_text(encoding="utf-8")


def _refusal(template: Template, error: Any) -> BarographError:
    import requests
    from google.auth import exceptions as auth

    address = template.address
    sign_in = (
        "sign in with `gcloud auth application-default login`, or give a token in KFP_REPOSITORY_TOKEN"
        if _GOOGLE.match(template.repository)
        else "give the repository's token in KFP_REPOSITORY_TOKEN"
    )
    match error:
        case requests.HTTPError(response=response) if response is not None:
            match response.status_code:
                case 401:
                    return ConfigurationError(f"{address}: the token is missing or has expired; {sign_in}")
                case 403:
                    return ConfigurationError(
                        f"{address}: you may not read it; it takes roles/artifactregistry.reader on the repository"
                    )
                case 404:
                    return NotFoundError(
                        f"{address}: there is no package {template.package!r} with {template.version!r} there"
                    )
                case 429:
                    return ConfigurationError(f"{address}: the repository's quota is used up for now; try again later")
                case status if status >= 500:
                    return Unreachable(f"{address}: the repository fails: {status} {response.reason}")
            return ConfigurationError(f"{address}: the repository refuses: {response.status_code} {response.reason}")
        case auth.DefaultCredentialsError():
            return ConfigurationError(f"{address}: there are no credentials of Google's; {sign_in}")
        case requests.RequestException() | auth.TransportError():
            return Unreachable(f"{address}: the repository can't be reached: {reason(error)}")
        case auth.GoogleAuthError():
            return ConfigurationError(f"{address}: the credentials have expired or were withdrawn; {sign_in}")
    return ConfigurationError(f"{address}: can't be fetched: {error}")
