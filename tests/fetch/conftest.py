"""Names that resolve to what a test says, and a certificate of our own."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pycurl
import pytest

from aggregator.fetch.transfer import Transfer

Names = dict[str, list[str]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """What a name resolves to: the first answer for the first request, and so on; the last stays."""
    known: Names = {}
    original = Transfer.curl

    def curl(transfer: Transfer, url: str, headers: Mapping[str, str], time_left: timedelta) -> pycurl.Curl:
        made, parts = original(transfer, url, headers, time_left), urlsplit(url)
        if answers := known.get(parts.hostname or ""):
            address = answers.pop(0) if len(answers) > 1 else answers[0]
            made.setopt(pycurl.RESOLVE, [f"+{parts.hostname}:{parts.port}:{address}"])
        return made

    monkeypatch.setattr(Transfer, "curl", curl)
    return known


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1, signed by nobody but itself."""

    certificate: Path
    key: Path

    def context(self, *protocols: str) -> ssl.SSLContext:
        """What a server shows, with the protocols that it offers over TLS (RFC 7301)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols(protocols)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    wanted = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    subject = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    files = ["-out", str(made.certificate), "-keyout", str(made.key)]
    command = ["openssl", "req", "-x509", *wanted.split(), "-addext", subject, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return made


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, with the fetcher trusting it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    return certificate
