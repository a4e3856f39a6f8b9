"""The server's own TLS: a certificate and its key, read again when they were renewed."""

from __future__ import annotations

import logging
import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from enumerator.clock import Clock
from enumerator.errors import KnownError

log = logging.getLogger(__name__)


class Certificate:
    """TLS 1.2 or newer. ``certificate``: PEM, the server's own first, then the chain."""

    def __init__(self, certificate: Path, key: Path, clock: Clock) -> None:
        """KnownError ``bad_tls_file``, ``tls_mismatch``, ``tls_expired``."""
        self._certificate = certificate
        self._key = key
        self._clock = clock
        self.expires_at = self._check()
        self.context = _context()
        self.context.load_cert_chain(certificate, key, _no_password)

    def reload(self) -> bool:
        """From now on new connections get what the files hold now. What cannot be used is logged,
        and the old one stays: a typing error at renewal must not close the door."""
        try:
            expires_at = self._check()
        except KnownError as error:
            log.error("the old certificate stays: %s", error)
            return False
        self.context.load_cert_chain(self._certificate, self._key, _no_password)
        self.expires_at = expires_at
        log.info("the certificate was read again; it holds until %s", expires_at.isoformat())
        return True

    def remaining_s(self) -> float:
        return (self.expires_at - self._clock.now()).total_seconds()

    def _check(self) -> datetime:
        """When it expires. Tried on a context of its own: a half-loaded pair would break every
        handshake."""
        for path, option in (
            (self._certificate, "--tls-certificate"),
            (self._key, "--tls-key"),
        ):
            _readable(path, option)
        try:
            found = x509.load_pem_x509_certificates(self._certificate.read_bytes())[0]
        except ValueError as error:
            raise KnownError(
                "bad_tls_file",
                f"{self._certificate} holds no certificate in PEM "
                "(-----BEGIN CERTIFICATE-----). Give the server's certificate, its chain after it.",
            ) from error
        try:
            _context().load_cert_chain(self._certificate, self._key, _no_password)
        except ssl.SSLError as error:
            raise self._why(error) from error
        now, ends = self._clock.now().astimezone(UTC), found.not_valid_after_utc
        if ends <= now:
            raise KnownError(
                "tls_expired",
                f"The certificate {self._certificate} expired on {ends:%Y-%m-%d}: no laptop would "
                "take it. Renew it, and check this machine's clock.",
            )
        if found.not_valid_before_utc > now:
            raise KnownError(
                "tls_expired",
                f"The certificate {self._certificate} holds from "
                f"{found.not_valid_before_utc:%Y-%m-%d} on only. Check this machine's clock.",
            )
        return ends

    def _why(self, error: ssl.SSLError) -> KnownError:
        if "MISMATCH" in (error.reason or ""):
            return KnownError(
                "tls_mismatch",
                f"The key {self._key} is not that of the certificate {self._certificate}. "
                "Give the pair that was made together.",
            )
        return KnownError(
            "bad_tls_file",
            f"{self._key} holds no key in PEM that can be used without a password. Write it "
            "without one: openssl pkey -in KEY -out PLAIN",
        )


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    return context


def _no_password() -> str:
    """A server that asks for one at the terminal would not start at night."""
    return ""


def _readable(path: Path, option: str) -> None:
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise KnownError(
            "bad_tls_file", f"The file {path} of {option} cannot be read ({error.strerror})."
        ) from error
