"""What the server is."""

import platform
from importlib.metadata import version

from barograph.engine.capacity import this_machine
from barograph.server.api.secrecy import speakable
from barograph.server.api.shapes import Router, Shape
from barograph.server.backend import Context

router = Router("About")


class About(Shape):
    """What a client may want to know of the server before anything else.

    Attributes:
        database: the kind of the record's database: ``sqlite`` or ``postgresql``.
        home: the folder that it works on. It is no secret: addresses of artifacts begin with it.
        has_token: whether clients need a token, so that there is a session to end.
        cores: how many it may use of its machine.
    """

    version: str = ""
    python: str = ""
    database: str = ""
    home: str = ""
    has_token: bool = False
    cores: float = 0


@router.get("/about")
def about(backend: Context) -> About:
    """Which server this is, and where it runs."""
    return About(
        version=version("barograph"),
        python=platform.python_version(),
        database=backend.database.kind,
        home=speakable(str(backend.config.home.path)),
        has_token=backend.has_token,
        cores=this_machine().cores,
    )
