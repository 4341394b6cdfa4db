"""What Google's client libraries raise, in words that say what is to be done."""

import re

from barograph.errors import BarographError, ConfigurationError, ConflictError, NotFoundError
from barograph.submit.engine import Unreachable
from barograph.submit.reasons import below, reason

_SIGN_IN = "sign in with `gcloud auth application-default login`"


def refusal(error: Exception, project: str, region: str, service_account: str = "") -> BarographError:
    """The error to be shown for one that a client library has raised.

    Args:
        error: what was raised, or an error of ours, which is given back.
        project: which project was asked.
        region: and which region of it.
        service_account: whom the run was to run as.
    """
    from google.api_core import exceptions as api
    from google.auth import exceptions as auth
    from requests import RequestException

    if isinstance(error, BarographError):
        return error
    cause = next((each for each in below(error) if isinstance(each, (api.GoogleAPIError, auth.GoogleAuthError))), error)
    said = _said(cause)
    match cause:
        case auth.DefaultCredentialsError():
            return ConfigurationError(f"there are no credentials of Google's; {_SIGN_IN}, or give a token with --token")
        case auth.TransportError():
            return Unreachable(f"Vertex AI can't be reached: {said}")
        case auth.GoogleAuthError() | api.Unauthenticated() | api.Unauthorized():
            return ConfigurationError(
                f"the credentials have expired or are not valid; {_SIGN_IN}, or give a new token with --token"
            )
        case api.Forbidden():
            return ConfigurationError(_forbidden(said, project, service_account))
        case api.NotFound():
            return NotFoundError(f"Vertex AI finds it neither in project {project!r} nor in region {region!r}: {said}")
        case api.Conflict():
            return ConflictError(f"Vertex AI has it already: {said}")
        case api.TooManyRequests():
            return Unreachable(
                f"a quota of project {project!r} in {region} is used up: {said}\nask for more at "
                f"https://console.cloud.google.com/iam-admin/quotas?project={project}"
            )
        case api.ServerError() | api.RetryError():
            return Unreachable(f"Vertex AI fails or does not answer in {region}: {said}")
        case api.ClientError():
            return ConfigurationError(f"Vertex AI refuses it: {said}")
        case RequestException():
            return Unreachable(f"Vertex AI can't be reached: {said}")
    return ConfigurationError(f"Vertex AI's client library fails: {said}")


def _forbidden(said: str, project: str, service_account: str) -> str:
    if "actAs" in said or "act as" in said:
        account = service_account or "the project's default service account"
        return f"you may not run tasks as {account}: {said}\nit takes roles/iam.serviceAccountUser on that account"
    if "SERVICE_DISABLED" in said or "has not been used in project" in said:
        return (
            f"Vertex AI is not enabled in project {project!r}: {said}\n"
            f"`gcloud services enable aiplatform.googleapis.com --project {project}` enables it"
        )
    return (
        f"you may not do that in project {project!r}: {said}\nit takes roles/aiplatform.user on the project, "
        "and roles/storage.objectUser on the bucket"
    )


def _said(error: BaseException) -> str:
    """The server's own words, without the method and address that the client puts in front of them."""
    words = getattr(error, "message", None)
    if not isinstance(words, str) or not words:
        return reason(error)
    return re.sub(r"^(GET|POST|PATCH|DELETE) https?://\S+: ", "", words).strip().partition("\n")[0][:500]
