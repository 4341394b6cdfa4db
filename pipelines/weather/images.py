"""Which container image each component runs in."""

from pathlib import Path

from barograph.environments.project import read_project
from weather.settings import docker_uri

COMPONENTS = Path(__file__).parent / "components"


def image(component: str) -> str:
    """The image reference of a component.

    It is what the component's variable says (``PREP_DATA_DOCKER_URI`` for ``prep_data``). Without it, a name tagged
    by the content of the component's source and lock: editing one component changes its own tag and no other.

    Args:
        component: the name of its folder, such as ``prep_data``.
    """
    return docker_uri(component) or f"weather-{component.replace('_', '-')}:{content_tag(component)}"


def content_tag(component: str) -> str:
    """Twelve hexadecimal digits that stand for the component's source and lock."""
    return read_project(COMPONENTS / component).digest().removeprefix("sha256:")[:12]
