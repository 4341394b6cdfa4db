"""Artifact Registry by its real address: a server behind a proxy plays Google's host, with a certificate for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kfp.registry import RegistryClient

from tests.submit.conftest import PLACE, Call
from tests.submit.registry_server import Registry, registry_server
from tests.submit.vertex_server import VertexServer

HOST = "europe-west1-kfp.pkg.dev"
REPOSITORY = f"https://{HOST}/my-project/my-repository"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for Google's host that nobody but these tests trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("certificate") / "host.pem"
    file.write_bytes(signed.public_bytes(pem) + secret)
    return file


@pytest.fixture
def google(
    certificate: Path, vertex: VertexServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registry]:
    """The repository at Google's address, for somebody who has signed in."""
    credentials = vertex.sign_in(tmp_path)
    with registry_server(certificate) as found:
        monkeypatch.setenv("HTTPS_PROXY", found.url.rpartition("/project")[0])
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(credentials))
        yield found


def test_a_template_is_uploaded_with_tags_and_fetched_by_one(
    call: Call, google: Registry, file: Path, text: str
) -> None:
    package, version = RegistryClient(REPOSITORY).upload_pipeline(str(file), tags=["v1", "latest"])
    where = (*PLACE, "--pipeline-root", "gs://bucket", "-p", "data_uri=gs://photos", "--dry-run")
    for asked in ("latest", version):
        called = call(f"{REPOSITORY}/{package}/{asked}", *where)
        assert called.code == 0, called.err
        assert called.out == text
    assert google.asked == ["/my-project/my-repository"] + [
        f"/my-project/my-repository/training/{asked}" for asked in ("latest", version)
    ]
    assert set(google.tokens) == {"Bearer ya29.granted"}
    assert google.uploads[0]["tags"] == b"v1,latest"


def test_what_google_refuses_is_said_with_what_to_do(call: Call, google: Registry, vertex: VertexServer) -> None:
    address = f"{REPOSITORY}/training/latest"
    google.status = 403
    called = call(address, "--on", "vertex")
    assert called.err == (
        f"error: {address}: you may not read it; it takes roles/artifactregistry.reader on the repository\n"
    )
    google.status = 401
    assert "the token is missing or has expired; sign in with `gcloud auth" in call(address, "--on", "vertex").err
    vertex.grant = ""
    called = call(address, "--on", "vertex")
    assert called.code == 2
    assert "the credentials have expired or were withdrawn; sign in with `gcloud auth" in called.err
