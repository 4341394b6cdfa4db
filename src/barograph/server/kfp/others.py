"""The services of KFP that have nothing to do on one machine: ``auth``, ``visualization``, ``report`` and
``filter.proto`` in ``backend/api/v2beta1``."""

from typing import Literal

from barograph.server.refusals import Code
from barograph.server.wire import Empty, Router, Status

router = Router(prefix="/apis/v2beta1")

ENGINE_ONLY = Status(
    code=Code.PERMISSION_DENIED, message="only the engine writes tasks and artifacts: run a pipeline that makes them"
)
"""What a client is told that would write them itself."""
_NO_REPORTS = Status(
    code=Code.PERMISSION_DENIED,
    message="no workflow controller has anything to report: the engine records what it does",
)


@router.get("/auth", tags=["AuthService"])
def authorize(
    namespace: str = "",
    resources: Literal["UNASSIGNED_RESOURCES", "VIEWERS"] = "UNASSIGNED_RESOURCES",
    verb: Literal["UNASSIGNED_VERB", "CREATE", "GET", "DELETE"] = "UNASSIGNED_VERB",
) -> Empty:
    """Whether whoever asks may do something. There is one user, so whoever gets here may."""
    return Empty()


@router.post("/workflows", status_code=403, tags=["ReportService"])
def report_workflow() -> Status:
    """Refused: no workflow controller has anything to report."""
    return _NO_REPORTS


@router.post("/scheduledworkflows", status_code=403, tags=["ReportService"])
def report_scheduled_workflow() -> Status:
    """Refused: no workflow controller has anything to report."""
    return _NO_REPORTS


@router.post("/visualizations/{namespace}", status_code=400, tags=["VisualizationService"])
def create_visualization(namespace: str) -> Status:
    """Refused: nothing is drawn on demand."""
    return Status(
        code=Code.UNIMPLEMENTED,
        message="nothing is drawn on demand: have a component write an artifact of the type HTML or Markdown",
    )


@router.get("/filters", status_code=400, tags=["DummyFilterService"])
def get_filter() -> Status:
    """Refused: it is there to describe `Filter`, which lists take as text."""
    return Status(code=Code.UNIMPLEMENTED, message="a filter is given to a list, as ?filter=")
