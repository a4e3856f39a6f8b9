"""Public lists in a folder of the program's own; what is personal never gets there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from enumerator.xform import MemoryMedia, load_form
from enumerator.xform.engine.session import Session
from enumerator.xform.form import LoadedForm
from enumerator.xform.instance import secondary
from enumerator.xform.instance.stored import StoredTable
from tests.xform.scenario import ask, bind, xform

FORM = xform(
    "<key/><out/><many/>",
    [
        bind("out", calculate="instance('l')/root/item[name = /data/key]/label"),
        bind("many", calculate="count(instance('l')/root/item[kab = 'k1'])"),
    ],
    [ask("key")],
    '<instance id="l" src="jr://file-csv/l.csv"/>',
)


def listed(rows: int = 30_000, mark: str = "Village") -> bytes:
    lines = "".join(f"v{n},{mark} number {n} of all,k{n % 50}\n" for n in range(rows))
    return f"name,label,kab\n{lines}".encode()


def load(folder: Path, data: bytes | None = None, form: bytes = FORM) -> LoadedForm:
    files: Mapping[str, bytes] = {"l.csv": listed() if data is None else data}
    return load_form(form, MemoryMedia(files), cache=folder)


def label(session: Session, key: str) -> str:
    session.answer("/data/key", key)
    return session.value("/data/out")


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def table(form: LoadedForm) -> object:
    return form._secondary.table("l")


def test_list_is_imported_once(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "lists"
    first = load(folder).start()
    assert label(first, "v29999") == "Village number 29999 of all"
    assert first.value("/data/many") == "600"
    names = kept(folder)
    assert len(names) == 1
    before = (folder / names[0]).read_bytes()
    form = load(folder)
    assert label(form.start(), "v7") == "Village number 7 of all"
    assert isinstance(table(form), StoredTable)
    assert kept(folder) == names
    assert (folder / names[0]).read_bytes() == before


def test_list_is_imported_anew_and_the_old_one_removed_when_the_file_changed(
    tmp_path: Path,
) -> None:
    load(tmp_path).start()
    names = kept(tmp_path)
    assert label(load(tmp_path, listed(mark="Desa")).start(), "v3") == "Desa number 3 of all"
    assert len(kept(tmp_path)) == 1
    assert kept(tmp_path) != names


def test_another_form_s_list_of_the_same_name_is_left_alone(tmp_path: Path) -> None:
    load(tmp_path).start()
    load(tmp_path, listed(mark="Desa"), FORM.replace(b'id="test"', b'id="other"')).start()
    assert len(kept(tmp_path)) == 2


def test_small_list_stays_in_memory(tmp_path: Path) -> None:
    form = load(tmp_path, listed(10))
    assert label(form.start(), "v3") == "Village number 3 of all"
    assert kept(tmp_path) == []


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "garbage"])
def test_damaged_file_is_imported_anew_without_a_word(tmp_path: Path, damage: str) -> None:
    load(tmp_path).start()
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    if damage == "truncated":
        del data[len(data) // 2 :]
    elif damage == "flipped":
        place = data.index(b"number 29000")
        data[place : place + 6] = b"nomber"
    elif damage == "emptied":
        data.clear()
    else:
        data[:] = os.urandom(len(data))
    path.write_bytes(data)
    session = load(tmp_path).start()
    assert label(session, "v29000") == "Village number 29000 of all"
    assert not session.warnings
    assert len(kept(tmp_path)) == 1


def test_killed_import_leaves_nothing_that_is_used(tmp_path: Path) -> None:
    """The import stops in the middle and is killed there; the next one does the work."""
    script = f"""
        import os, signal
        from pathlib import Path
        from enumerator.xform.instance import caching
        from enumerator.xform.instance.reading import Listing

        def rows():
            for number in range(30_000):
                if number == 20_000:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield (f"v{{number}}", "half", "k1")

        listing = Listing(("name", "label", "kab"), rows())
        cache = caching.ListCache(Path({str(tmp_path)!r}), "test")
        cache.table("l.csv", {listed()!r}, {{"name", "kab"}}, lambda: listing)
    """
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("no SIGKILL here")
    (tmp_path / "kill.txt").write_text(textwrap.dedent(script))
    done = subprocess.run([sys.executable, tmp_path / "kill.txt"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [name.rpartition(".")[2] for name in kept(tmp_path)] == ["part", "txt"]
    session = load(tmp_path).start()
    assert label(session, "v20001") == "Village number 20001 of all"
    assert sum(name.endswith(".list") for name in kept(tmp_path)) == 1


def test_two_processes_may_import_at_once(tmp_path: Path) -> None:
    script = f"""
        from pathlib import Path
        from tests.xform.test_lists_cache import label, load
        print(label(load(Path({str(tmp_path)!r})).start(), "v777"))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [each.communicate()[0] for each in running] == ["Village number 777 of all\n"] * 3
    assert all(name.endswith(".list") for name in kept(tmp_path))
    form = load(tmp_path)
    form.start()
    assert isinstance(table(form), StoredTable)


def test_list_is_read_into_memory_with_a_warning_when_the_folder_cannot_be_used(
    tmp_path: Path,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    session = load(blocked).start()
    assert label(session, "v3") == "Village number 3 of all"
    (warning,) = session.warnings
    assert "l.csv: it could not be kept on the disk" in warning.text


def test_list_is_read_into_memory_with_a_warning_when_the_disk_is_full(tmp_path: Path) -> None:
    """The process may write files of 64 kB only."""
    resource = pytest.importorskip("resource")
    script = f"""
        import resource, signal
        from pathlib import Path
        from tests.xform.test_lists_cache import label, load
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        session = load(Path({str(tmp_path / "lists")!r})).start()
        print(label(session, "v777"))
        print(len(session.warnings), "could not be kept" in session.warnings[0].text)
    """
    assert resource
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "Village number 777 of all\n1 True\n"
    assert kept(tmp_path / "lists") == []


@pytest.mark.parametrize("limit_bytes", [0, 10**9])
def test_list_given_at_start_never_touches_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit_bytes: int
) -> None:
    """Neither as columns nor in SQLite. Everything that could be written to is looked through."""
    monkeypatch.setattr(secondary, "COLUMNS_BYTES", limit_bytes)
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    cache = tmp_path / "lists"
    form = load(cache)
    form.start()
    public = kept(cache)
    opened: list[str] = []
    _listen(opened)
    session = form.start(media=MemoryMedia({"l.csv": listed(mark="Canary 9001")}))
    assert label(session, "v29999") == "Canary 9001 number 29999 of all"
    assert session.evaluate("count(instance('l')/root/item[contains(label, 'Canary')])") == 30_000
    _LISTENERS.clear()
    assert kept(cache) == public
    assert kept(tmp_path) == ["lists"]
    assert not any(b"Canary" in path.read_bytes() for path in cache.iterdir())
    assert opened == []


_LISTENERS: list[list[str]] = []


def _listen(opened: list[str]) -> None:
    """From now on ``opened`` gets every file and database that Python opens to write."""
    if not _HOOKED:
        sys.addaudithook(_hook)
        _HOOKED.append(True)
    _LISTENERS.append(opened)


_HOOKED: list[bool] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _LISTENERS:
        return
    if event == "sqlite3.connect":
        if arguments[0] != ":memory:":
            _LISTENERS[-1].append(str(arguments[0]))
    elif event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & os.O_ACCMODE:
            _LISTENERS[-1].append(str(arguments[0]))


def test_wide_list_and_tree_stay_out_of_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secondary, "CACHED_BYTES", 0)
    wide = ",".join(f"c{n}" for n in range(600)) + ",name,label,kab\n"
    wide += ("x," * 600 + "v1,One,k1\n") * 10
    assert label(load(tmp_path, wide.encode()).start(), "v1") == "One"
    twice = b"name,label,kab,label\n" + b"v1,One,k1,Two\n" * 10
    session = load(tmp_path, twice).start()
    assert label(session, "v1") == "One"
    assert session.evaluate("string(instance('l')/root/item[1]/label[2])") == "Two"
    assert kept(tmp_path) == []
