"""``HealthzService`` (``backend/api/v2beta1/healthz.proto``): what every client of KFP asks first."""

from importlib.metadata import version

from barograph.server.wire import Message, Router

router = Router(prefix="/apis/v2beta1", tags=["HealthzService"])


class Healthz(Message):
    """``GetHealthzResponse``. ``multi_user`` is false: there is one namespace."""

    commit_sha: str = ""
    tag_name: str = ""
    multi_user: bool = False
    pipeline_store: str = ""


@router.get("/healthz")
async def get_healthz() -> Healthz:
    """Whether the server is there, and which version of Barograph it is."""
    return Healthz(tag_name=version("barograph"), pipeline_store="database")
