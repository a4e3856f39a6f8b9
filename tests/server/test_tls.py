"""The server's own TLS, and laptops that hold the office's root only."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from enumerator.clock import SystemClock
from enumerator.errors import KnownError
from enumerator.store import DataFolder
from sync.client.transport import HttpTransport
from sync.server.certificate import Certificate
from sync.server.command import main
from tests.helpers.certificates import Pair, Root
from tests.helpers.field import PASSPHRASE
from tests.helpers.server import office
from tests.helpers.server_process import ServerProcess, server_process
from ui.account import Accounts

DAY = timedelta(days=1)


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path)


def _opened(pair: Pair) -> Certificate:
    return Certificate(pair.certificate, pair.key, SystemClock())


# ---------------------------------------------------------------------- files that do not do


def test_certificate_of_another_key_is_told(root: Root) -> None:
    one, other = root.issue("one"), root.issue("other")

    with pytest.raises(KnownError, match="made together") as error:
        _opened(Pair(one.certificate, other.key))

    assert error.value.code == "tls_mismatch"


@pytest.mark.parametrize(
    ("starts", "ends", "words"), [(-9 * DAY, -2 * DAY, "expired on"), (DAY, 9 * DAY, "holds from")]
)
def test_certificate_is_refused_outside_its_time(
    root: Root, starts: timedelta, ends: timedelta, words: str
) -> None:
    with pytest.raises(KnownError, match=words) as error:
        _opened(root.issue(starts=starts, ends=ends))

    assert error.value.code == "tls_expired"


def test_key_with_a_password_is_told_and_not_asked_for(root: Root) -> None:
    with pytest.raises(KnownError, match="without a password") as error:
        _opened(root.issue(password=b"rahasia"))

    assert error.value.code == "bad_tls_file"


@pytest.mark.parametrize("which", ["certificate", "key"])
@pytest.mark.parametrize("content", [None, b"", b"no PEM"])
def test_unreadable_file_is_told_by_name(root: Root, which: str, content: bytes | None) -> None:
    pair = root.issue()
    path: Path = getattr(pair, which)
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(KnownError, match=path.name) as error:
        _opened(pair)

    assert error.value.code == "bad_tls_file"


def test_certificate_without_key_is_wrong_usage(
    tmp_path: Path, root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--folder", str(tmp_path), "--tls-certificate", str(root.file)])

    assert "belong together" in capsys.readouterr().err


def test_old_certificate_stays_when_the_renewed_one_cannot_be_used(
    root: Root, expect_log: Callable[[str], None]
) -> None:
    pair = root.issue()
    certificate = _opened(pair)
    before = certificate.expires_at
    pair.key.write_bytes(root.issue("other").key.read_bytes())
    expect_log("the old certificate stays: .* made together")

    assert not certificate.reload()
    assert certificate.expires_at == before


# ---------------------------------------------------------------------- a server that speaks it


@contextlib.contextmanager
def _server(tmp_path: Path, pair: Pair) -> Iterator[ServerProcess]:
    options = ("--tls-certificate", pair.certificate, "--tls-key", pair.key)
    with server_process(tmp_path / "operation", *options) as server:
        assert server.address.startswith("https://127.0.0.1:")
        yield server


def _probed(address: str, roots: Path | None) -> str:
    transport = HttpTransport(address, roots=roots, stall_s=10, connect_s=5)
    with contextlib.closing(transport):
        return transport.probe("abc").status


def test_laptop_with_the_offices_root_is_answered_and_others_trust_nobody(
    tmp_path: Path, root: Root
) -> None:
    with _server(tmp_path, root.issue()) as server:
        assert _probed(server.address, root.file) == "ok"
        for roots in (None, Root(tmp_path, "Akar Lain").file):
            with pytest.raises(KnownError) as error:
                _probed(server.address, roots)
            assert error.value.code == "bad_certificate"


def test_laptop_enrols_and_synchronises_with_roots_in_its_folder(
    tmp_path: Path, root: Root
) -> None:
    folder = DataFolder(tmp_path / "laptop")
    code = office(tmp_path / "operation", "add-supervisor", "--login", "pml-01", "--name", "B")
    accounts = Accounts(folder)
    with _server(tmp_path, root.issue()) as server:
        with pytest.raises(KnownError) as error:
            accounts.enrol(server.address, code.facts["code"], PASSPHRASE)
        shutil.copy(root.file, folder.root / "roots.pem")
        account = accounts.enrol(server.address, code.facts["code"], PASSPHRASE)
        with contextlib.closing(account):
            report = account.synchronise(lambda _: None, lambda: False)
            account.probe()

    assert error.value.code == "bad_certificate"
    assert report.failed is None


def test_older_tls_is_refused(tmp_path: Path, root: Root) -> None:
    with _server(tmp_path, root.issue()) as server:
        port = int(server.address.rpartition(":")[2])
        for version, is_taken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
            assert _shakes_hands(port, root.file, version) == is_taken


def _shakes_hands(port: int, root: Path, version: ssl.TLSVersion) -> bool:
    context = ssl.create_default_context(cafile=str(root))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with (
        pytest.warns(DeprecationWarning, match="TLSv1_1")
        if version < ssl.TLSVersion.TLSv1_2
        else (contextlib.nullcontext())
    ):
        context.minimum_version = version
        context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as shaken:
                return shaken.version() is not None
        except (ssl.SSLError, ConnectionError):
            return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_renewed_certificate_is_shown_after_a_hangup(tmp_path: Path, root: Root) -> None:
    pair = root.issue()
    with _server(tmp_path, pair) as server:
        port = int(server.address.rpartition(":")[2])
        before = _shown(port)
        root.issue()
        server.hang_up()
        deadline = time.monotonic() + 20
        while _shown(port) == before and time.monotonic() < deadline:
            time.sleep(0.05)

        assert _shown(port) != before
        assert _probed(server.address, root.file) == "ok"
        assert server.stop() == (0, "")


def _shown(port: int) -> str:
    return ssl.get_server_certificate(("127.0.0.1", port), timeout=10)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_hangup_does_not_end_a_server_without_tls(tmp_path: Path) -> None:
    with server_process(tmp_path / "operation") as server:
        server.hang_up()

        assert _probed(server.address, None) == "ok"
        assert server.stop() == (0, "")
