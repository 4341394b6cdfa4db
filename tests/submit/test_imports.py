"""The engines' client libraries take seconds to import, so nothing imports them before it needs them."""

import subprocess
import sys

HEAVY = ("kfp", "kfp_server_api", "google.cloud.aiplatform", "google.cloud.storage", "google.auth", "requests")


def test_no_client_library_is_imported_with_our_modules() -> None:
    code = f"""
import importlib, pkgutil, sys
import barograph.submit, barograph.cli.submit, barograph.cli.submitting
for module in pkgutil.iter_modules(barograph.submit.__path__):
    importlib.import_module(f"barograph.submit.{{module.name}}")
print([name for name in {HEAVY} if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_what_is_missing_is_said_with_how_to_install_it() -> None:
    code = """
import sys
sys.modules["google.cloud.aiplatform"] = sys.modules["kfp"] = sys.modules["kfp.registry"] = None
from barograph.errors import ConfigurationError
from barograph.submit.kubeflow import Server
from barograph.submit.template import fetch_template, parse_template
from barograph.submit.vertex import Place, Vertex
address = parse_template("https://europe-west1-kfp.pkg.dev/p/r/weather/latest")
for asked in (Vertex(Place("p", "r")).look, Server("http://127.0.0.1").look, lambda _: fetch_template(address)):
    try:
        asked("1")
    except ConfigurationError as error:
        print(error)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == [
        "Vertex AI needs Google's client library: pip install 'barograph[vertex]'",
        "submitting needs the KFP SDK: pip install 'barograph[sdk]'",
        "fetching a template needs the KFP SDK: pip install 'barograph[sdk]'",
    ]
