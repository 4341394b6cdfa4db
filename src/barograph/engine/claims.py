"""Volume claims: a pipeline makes and removes them by tasks whose images do not exist; KFP's driver does their work
(``backend/src/v2/driver/k8s.go``), and so does the engine. A claim is a folder of the home."""

import shutil

from barograph.engine.inputs import Bundle
from barograph.errors import ParameterError
from barograph.home import Home
from barograph.ir.platform import claim_name, is_create_pvc, is_delete_pvc


def is_claim(image: str) -> bool:
    """Whether a container with this image makes or removes a volume claim."""
    return is_create_pvc(image) or is_delete_pvc(image)


def serve(image: str, inputs: Bundle, task_id: str, home: Home) -> Bundle:
    """Do what a task with this image asks for, and give its outputs.

    Raises:
        ParameterError: there is no such claim.
        OSError: the folder can't be made or removed.
    """
    claim = claim_name(inputs.parameters, task_id)
    folder = home.volume(claim)
    if is_create_pvc(image):
        folder.mkdir(parents=True, exist_ok=True)
        return Bundle({"name": claim})
    if not folder.is_dir():
        raise ParameterError(f"there is no volume claim {claim!r}")
    shutil.rmtree(folder)
    return Bundle()
