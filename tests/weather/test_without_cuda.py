"""PyPI's torch on a machine without a GPU, as the components' images have it: without CUDA's libraries."""

import _ctypes
import ctypes
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.weather.conftest import ROOT
from weather.without_cuda import CUDA_LIBRARY, kept, read_library, shared_library, write_stand_ins

LOCKS = sorted((ROOT / "pipelines" / "weather" / "components").glob("*/requirements.lock"))

MACHINE = {"x86_64": 62, "aarch64": 183}.get(platform.machine(), 0)

on_elf = pytest.mark.skipif(sys.platform != "linux" or not MACHINE, reason="CUDA's libraries are Linux's")

COMPUTE = """
import sys
sys.path[:] = [path for path in sys.path if "site-packages" not in path] + [sys.argv[1]]
import torch, torchvision
torch.manual_seed(0)
network = torchvision.models.mobilenet_v3_small()
loss = network(torch.rand(2, 3, 64, 64)).square().mean() + torch.linalg.svdvals(torch.rand(8, 8)).sum()
loss.backward()
print(loss.item().hex(), sum(each.grad.double().sum() for each in network.parameters()).item().hex())
print(torch.cuda.is_available(), file=sys.stderr)
"""

ASK_CUDNN = """
try:
    torch.backends.cudnn.version()
except RuntimeError as error:
    print(error, file=sys.stderr)
"""


def packages(lock: str) -> list[str]:
    return [line.partition("==")[0] for line in lock.splitlines() if line[:1].isalpha()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda file: file.parent.name)
def test_a_lock_is_left_as_it_stands_but_for_what_only_a_gpu_needs(lock: Path) -> None:
    before, after = lock.read_text(), kept(lock.read_text())
    gone = set(packages(before)) - set(packages(after))
    assert all(name.startswith(("nvidia-", "cuda-")) or name == "triton" for name in gone)
    assert ("torch" in packages(before)) == bool(gone)
    assert "nvidia-cuda-runtime" not in gone
    lines = iter(before.splitlines())
    assert all(line in lines for line in after.splitlines())  # in their order
    assert after.count("--hash=") > 100


@on_elf
def test_a_stand_in_answers_each_call_with_an_error(tmp_path: Path) -> None:
    names = [f"function_{number}".encode() for number in range(1000)]
    (tmp_path / "liball.so").write_bytes(shared_library(MACHINE, "liball.so", symbols=names))
    (tmp_path / "libnone.so").write_bytes(shared_library(MACHINE, "libnone.so", needed=("liball.so",)))
    library = ctypes.CDLL(str(tmp_path / "libnone.so"))
    assert {library[name.decode()]() for name in names} == {1}
    with pytest.raises(AttributeError):
        library["function_1000"]


@on_elf
def test_what_a_library_needs_is_read_from_it() -> None:
    library = read_library(Path(_ctypes.__file__).read_bytes())
    assert library is not None
    assert library.machine == MACHINE
    assert "libc.so.6" in library.needed
    assert not any(CUDA_LIBRARY.match(name) for name in library.needed)
    assert b"PyErr_SetString" in library.undefined
    assert b"PyInit__ctypes" not in library.undefined


def test_what_is_no_library_is_none() -> None:
    assert read_library(b"") is None
    assert read_library(b"#!/bin/sh\n") is None


@on_elf
def test_torch_computes_the_same_without_cudas_libraries(tmp_path: Path) -> None:
    try:
        runtime = distribution("nvidia-cuda-runtime")
    except PackageNotFoundError:
        pytest.skip("the torch that is here was built without CUDA")
    import torch

    ours, installed = tmp_path / "site-packages", Path(torch.__file__).parents[1]
    ours.mkdir()
    for entry in installed.iterdir():
        if not entry.name.startswith(("nvidia", "cuda", "triton")) and entry.name not in ("torch", "__pycache__"):
            (ours / entry.name).symlink_to(entry)
    ignored = shutil.ignore_patterns("include")
    shutil.copytree(installed / "torch", ours / "torch", ignore=ignored, copy_function=_link)
    for file in runtime.files or ():
        if ".so" in file.name:
            (ours / file).parent.mkdir(parents=True, exist_ok=True)
            _link(str(runtime.locate_file(file)), str(ours / file))
    assert write_stand_ins(ours / "torch" / "lib")
    environ = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    with_cuda, without = (
        subprocess.run([sys.executable, "-I", "-c", code, folder], env=environ, capture_output=True, text=True)
        for code, folder in ((COMPUTE, installed), (COMPUTE + ASK_CUDNN, ours))
    )
    assert without.returncode == 0, without.stderr
    assert without.stdout == with_cuda.stdout
    assert without.stderr.splitlines()[0] == "False"


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target
