"""What stands around the app, and in which order: everything that makes the server safe without being asked to."""

from starlette.middleware import Middleware
from starlette.routing import Route

from barograph.server.access import Access
from barograph.server.headers import SecureHeaders
from barograph.server.limits import Limits
from barograph.server.login import login_routes
from barograph.server.metrics import Measured, Metrics
from barograph.server.requests import Requests
from barograph.server.security import Guard, Hosts


def shell(hosts: Hosts, access: Access | None, metrics: Metrics) -> list[Middleware]:
    """The middleware for the app, the outermost first. All of it streams.

    An app's own ``middleware``, not wrapped around the app: Starlette answers exceptions outside of that.
    """
    return [
        Middleware(SecureHeaders),  # refusals and internal errors have them too
        Middleware(Measured, metrics),
        Middleware(Requests),
        Middleware(Limits),
        Middleware(Guard, hosts, access),
    ]


def shell_routes(access: Access | None, metrics: Metrics) -> list[Route]:
    """The endpoints that come with it: ``/metrics`` and, where there is a token, ``/login`` and ``/logout``."""
    return [metrics.route(), *(login_routes(access) if access else ())]
