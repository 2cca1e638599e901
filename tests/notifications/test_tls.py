"""Mails hold passwords: they leave over TLS alone, to a server that shows whose it is."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from devserver.processes import free_port
from notifications import services
from tests.notifications.mails import put_in_outbox
from tests.support.mail import MailServer
from tests.support.slow_smtp import SlowSmtp


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For localhost, signed by nobody but itself; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "server.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(params=["starttls", "tls"])
def server(request: pytest.FixtureRequest, certificate: Path, settings: Settings) -> Iterator[MailServer]:
    """A mail server that offers the one or the other, as the settings ask for it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    kept = MailServer(free_port())
    offered: dict[str, Any] = {"tls_context": context} if request.param == "starttls" else {"ssl_context": context}
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port, **offered)
    controller.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "notifications.smtp.EmailBackend",
        "localhost",
        kept.port,
    )
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = request.param == "starttls", request.param == "tls"
    yield kept
    controller.stop()


def test_a_server_whose_certificate_is_trusted_gets_the_mail(
    company: Any, server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    assert (services.deliver(put_in_outbox(company.id).id), len(server.messages)) == ("sent", 1)


def test_one_whose_certificate_nobody_vouches_for_does_not(company: Any, server: MailServer) -> None:
    delivery = put_in_outbox(company.id)

    state = services.deliver(delivery.id)

    delivery.refresh_from_db()
    assert (state, delivery.problem, server.messages) == ("pending", "SSLCertVerificationError", [])


def test_one_that_offers_no_tls_does_not(company: Any, slow: SlowSmtp, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    delivery = put_in_outbox(company.id)

    state = services.deliver(delivery.id)

    delivery.refresh_from_db()
    assert (state, delivery.problem, slow.recipients) == ("pending", "SMTPNotSupportedError", [])
