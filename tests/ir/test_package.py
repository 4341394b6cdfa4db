"""Reading an uploaded package: what KFP takes is taken, and no upload can do harm."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import PipelineError
from barograph.ir.package import Limits, read_package

TEXT = "root: {}\npipelineInfo: {name: häuser}\n"


def zipped(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return package.getvalue()


def tarred(files: dict[str, str | bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    package = io.BytesIO()
    with tarfile.open(fileobj=package, mode="w:gz", format=form) as archive:
        for path, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(path)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return package.getvalue()


def header(kind: bytes, size: int, name: str = "x") -> bytes:
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = kind, size
    return entry.tobuf(tarfile.USTAR_FORMAT)


PACK = pytest.mark.parametrize("pack", [zipped, tarred])
Pack = Callable[[dict[str, str | bytes]], bytes]


@pytest.mark.parametrize("name", ["p.yaml", "p.yml", "p.json", "P.YAML"])
def test_text_is_given_as_it_is(name: str) -> None:
    assert read_package(TEXT.encode(), name) == TEXT


@PACK
@pytest.mark.parametrize("name", ["p.zip", "p.tar.gz", "p", "p.pipeline", "p.yaml"])
def test_an_archive_is_known_by_its_content_whatever_its_name(pack: Pack, name: str) -> None:
    assert read_package(pack({"anything.yaml": TEXT}), name) == TEXT


@PACK
@pytest.mark.parametrize("path", ["pipeline.yaml", "./pipeline.yaml"])
def test_pipeline_yaml_is_the_pipeline_of_an_archive_with_more_files(pack: Pack, path: str) -> None:
    files: dict[str, str | bytes] = {"a.yaml": "a: 1", "data.bin": b"\xff", path: TEXT, "z/pipeline.yaml": "b: 1"}
    assert read_package(pack(files), "p") == TEXT


@PACK
def test_without_one_it_is_the_only_yaml_file(pack: Pack) -> None:
    files: dict[str, str | bytes] = {"read.me": "first", "folder/any.yml": TEXT, "folder/._any.yml": b"\0"}
    assert read_package(pack(files), "p") == TEXT


@PACK
@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "p: is an archive without files"),
        ({"a.txt": "a"}, "p: holds no YAML file, only 'a.txt'"),
        ({"a.yaml": "a", "b.yaml": "b"}, r"several YAML files \('a.yaml', 'b.yaml'\); call the pipeline pipeline.yaml"),
        ({"a.yaml": b"\xff"}, "p: the pipeline is no UTF-8 text"),
    ],
)
def test_an_archive_without_a_pipeline_is_refused(pack: Pack, files: dict[str, str | bytes], words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        read_package(pack(files), "p")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "p.yaml", "p.yaml: is empty"),
        (b"\xff\xfea", "p.yaml", "p.yaml: the pipeline is no UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n", "p.png", "p.png: is neither a .yaml, .yml or .json file, nor a .zip or a .tar.gz"),
        (TEXT.encode(), "p.png", "p.png: is neither a .yaml"),
        (TEXT.encode(), "p.zip", "p.zip: is no valid archive, neither a zip nor a tar.gz"),
        (b"PK\3\4 and no more", "p", "p: is no valid zip archive"),
        (TEXT.encode(), "p.tgz", "p.tgz: is no valid archive, neither a zip nor a tar.gz"),
        (
            gzip.compress(TEXT.encode(), mtime=0),
            "p.gz",
            "p.gz: is no valid tar.gz archive: what should be a header is none",
        ),
        (tarred({"a.yaml": TEXT})[:-20], "p", "p: is no valid tar.gz archive"),
        (gzip.compress(header(b"0", 1000), mtime=0), "p", "it is cut off"),
    ],
)
def test_what_is_no_package_is_refused_by_name(content: bytes, name: str, words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        read_package(content, name)


@PACK
def test_what_exceeds_a_limit_is_refused_with_the_limit(pack: Pack) -> None:
    large = pack({"pipeline.yaml": b" " * (40 * 2**20)})
    many = pack({f"{number}.txt": "" for number in range(1001)})
    assert len(large) < 100_000
    with pytest.raises(PipelineError, match="p: holds more than 32 MB once unpacked"):
        read_package(large, "p")
    with pytest.raises(PipelineError, match="p: holds more than 1,000 files and folders"):
        read_package(many, "p")
    with pytest.raises(PipelineError, match="p: is larger than 10 bytes, the most that an upload may be"):
        read_package(pack({"pipeline.yaml": TEXT}), "p", Limits(upload=10))


@PACK
def test_as_much_as_a_limit_says_is_taken(pack: Pack) -> None:
    package = pack({"pipeline.yaml": TEXT, "b.txt": ""})
    unpacked = len(TEXT.encode()) if pack is zipped else len(gzip.decompress(package))
    assert read_package(package, "p", Limits(len(package), unpacked, 2)) == TEXT
    for less in (Limits(len(package) - 1, unpacked, 2), Limits(len(package), unpacked - 1, 2), Limits(entries=1)):
        with pytest.raises(PipelineError):
            read_package(package, "p", less)


def test_a_size_that_a_zip_states_is_not_believed() -> None:
    package = zipped({"pipeline.yaml": b" " * 5000})
    for size in (0, 1, 2**31):
        false = package.replace((5000).to_bytes(4, "little"), size.to_bytes(4, "little"))
        with pytest.raises(PipelineError):
            read_package(false, "p", Limits(unpacked=1000))


def test_a_zip_that_is_encrypted_or_of_another_method_is_refused() -> None:
    with pytest.raises(PipelineError, match="by a method other than deflate"):
        read_package(zipped({"pipeline.yaml": TEXT}, zipfile.ZIP_BZIP2), "p")
    encrypted = bytearray(zipped({"pipeline.yaml": TEXT}))
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(PipelineError, match="is encrypted"):
        read_package(bytes(encrypted), "p")


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("path", ["short.yaml", f"{'folder/' * 20}long.yaml", f"{'folder/' * 12}häuser.yaml"])
def test_every_form_of_a_tar_archive_is_read(form: int, path: str) -> None:
    assert read_package(tarred({"read.me": b"x" * 700, path: TEXT, f"{path}.txt": "x"}, form), "p") == TEXT


def test_only_files_of_a_tar_archive_are_read() -> None:
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)
    others = b"".join(header(kind, 0, "pipeline.yaml") for kind in kinds)
    with pytest.raises(PipelineError, match="is an archive without files"):
        read_package(gzip.compress(others), "p")
    assert read_package(gzip.compress(others + gzip.decompress(tarred({"a.yaml": TEXT}))), "p") == TEXT


@pytest.mark.parametrize(
    "archive",
    [
        b"".join(header(b"L", 512) + b"a" * 512 for _ in range(3000)),
        header(b"x", 2**20) + b"1" * 2**20,
        header(b"x", 512) + b"0 path=x\n".ljust(512),
        header(b"x", 512) + b"9" * 18 + b" path=x\n".ljust(494),
    ],
    ids=["long names of long names", "digits", "a record of no length", "a record that is longer than the archive"],
)
def test_tar_headers_that_are_made_to_hurt_do_not(archive: bytes) -> None:
    with pytest.raises(PipelineError):
        read_package(gzip.compress(archive), "p")


@given(
    st.binary() | st.binary().map(lambda body: b"PK\3\4" + body) | st.binary().map(gzip.compress),
    st.sampled_from(["p.yaml", "p.zip", "p.tgz", "p.png", "p"]),
)
def test_any_bytes_give_text_or_a_pipeline_error(content: bytes, name: str) -> None:
    refusal = _refusal(content, name)
    assert refusal is None or refusal.startswith(f"{name}: ")


@given(st.data())
def test_a_damaged_archive_gives_text_or_a_pipeline_error(data: st.DataObject) -> None:
    files: dict[str, str | bytes] = {"a.txt": "a", "häuser.yaml": TEXT * 20}
    package = bytearray(data.draw(st.sampled_from([zipped(files), gzip.decompress(tarred(files)), tarred(files)])))
    for place in data.draw(st.lists(st.integers(0, len(package) - 1), min_size=1, max_size=8)):
        package[place] = data.draw(st.integers(0, 255))
    content = bytes(package)
    refusal = _refusal(content if content[:2] in (b"PK", b"\x1f\x8b") else gzip.compress(content), "p")
    assert refusal is None or refusal.startswith("p: ")


def _refusal(content: bytes, name: str) -> str | None:
    try:
        read_package(content, name, Limits(2**20, 2**20, 10))
    except PipelineError as error:
        return str(error)
    return None
