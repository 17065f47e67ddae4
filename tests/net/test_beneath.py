"""What is opened lies beneath the folder, whatever links there are."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.serve import listing
from nettools.core.serve.refusal import Refused
from nettools.net.serve import beneath
from nettools.net.serve.beneath import list_folder, open_beneath, open_folder


@contextmanager
def root_of(path: Path) -> Iterator[int]:
    root = open_folder(str(path))
    before = len(os.listdir("/proc/self/fd"))
    try:
        yield root
    finally:
        assert len(os.listdir("/proc/self/fd")) == before, "a descriptor was left open"
        os.close(root)


def content(root: int, *names: str) -> bytes | None:
    """Of a file; None for a folder. Raises Refused."""
    opened = open_beneath(root, [name.encode() for name in names])
    try:
        return None if opened.is_folder else os.read(opened.descriptor, 100)
    finally:
        os.close(opened.descriptor)


def status(root: int, *names: str) -> int:
    with pytest.raises(Refused) as caught:
        content(root, *names)
    return caught.value.status


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """served/ with sub/deep/, and what lies outside."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("secret")
    served = tmp_path / "served"
    (served / "sub/deep").mkdir(parents=True)
    (served / "a").write_text("a")
    (served / "sub/b").write_text("b")
    return served


def test_files_and_folders_are_opened(tree: Path) -> None:
    with root_of(tree) as root:
        assert content(root) is None
        assert content(root, "a") == b"a"
        assert content(root, "sub") is None
        assert content(root, "sub", "b") == b"b"
        assert content(root, "sub", "deep") is None


@pytest.mark.parametrize("names", [("x",), ("a", "x"), ("sub", "x", "b"), ("n" * 300,)])
def test_what_is_not_there_is_not_found(tree: Path, names: tuple[str, ...]) -> None:
    with root_of(tree) as root:
        assert status(root, *names) == 404


@pytest.mark.parametrize(
    ("name", "where", "found"),
    [
        ("sub/up", "../a", b"a"),
        ("sub/round", "../sub/./deep/../b", b"b"),
        ("here", ".", None),
        ("sub/deep/top", "../..", None),
        ("twice", "sub/up", b"a"),
    ],
)
def test_links_that_stay_inside_are_followed(tree: Path, name: str, where: str, found: bytes | None) -> None:
    (tree / "sub/up").symlink_to("../a")
    (tree / name).unlink(missing_ok=True)
    (tree / name).symlink_to(where)
    with root_of(tree) as root:
        assert content(root, *name.split("/")) == found


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("out", "../outside/secret"),
        ("out", ".."),
        ("sub/out", "../../outside/secret"),
        ("sub/out", "../../served/a"),  # it would come back, but it leaves
        ("out", "/etc/passwd"),
        ("out", "/"),
    ],
)
def test_links_that_lead_out_are_refused(tree: Path, name: str, where: str) -> None:
    (tree / name).symlink_to(where)
    with root_of(tree) as root:
        assert status(root, *name.split("/")) == 403
        assert status(root, *name.split("/"), "secret") == 403


def test_a_ring_of_links_is_not_found(tree: Path) -> None:
    (tree / "one").symlink_to("two")
    (tree / "two").symlink_to("one")
    with root_of(tree) as root:
        assert status(root, "one") == 404


def test_what_is_neither_file_nor_folder_is_refused_at_once(tree: Path) -> None:
    import socket

    os.mkfifo(tree / "fifo")
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.getcwd()
        os.chdir(tree)  # a socket's path has to be short
        try:
            bound.bind("socket")
        finally:
            os.chdir(here)
    (tree / "link").symlink_to("fifo")
    with root_of(tree) as root:
        assert [status(root, name) for name in ("fifo", "socket", "link")] == [403] * 3


def test_a_fifo_that_takes_the_place_of_a_file_does_not_block(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tree / "fifo")
    honest = os.stat

    def deceived(name: bytes, **how: object) -> os.stat_result:
        return honest(b"a" if name == b"fifo" else name, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", deceived)
    with root_of(tree) as root:
        assert status(root, "fifo") == 403


def test_a_link_that_takes_the_place_of_a_file_or_a_folder_is_not_followed(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "file").symlink_to("../outside/secret")
    (tree / "folder").symlink_to("../outside")
    honest = os.stat

    def deceived(name: bytes, **how: object) -> os.stat_result:
        return honest({b"file": b"a", b"folder": b"sub"}.get(name, name), **how)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", deceived)
    with root_of(tree) as root:
        assert status(root, "file") == 404
        assert status(root, "folder", "secret") == 404


@pytest.mark.skipif(os.geteuid() == 0, reason="needed for this: a user who may not read everything")
def test_what_may_not_be_read_is_refused(tree: Path) -> None:
    (tree / "a").chmod(0)
    with root_of(tree) as root:
        assert status(root, "a") == 403


def test_a_shortage_of_descriptors_is_none_of_the_clients_faults(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*what: object, **how: object) -> int:
        raise OSError(24, "Too many open files")

    with root_of(tree) as root:
        monkeypatch.setattr(os, "open", exhausted)
        assert status(root, "a") == 503
        monkeypatch.undo()


steps = st.sampled_from(["a", "sub", "deep", "up", "out", "..", ".", "", "l0", "l1", "l2", "/", "outside", "secret"])
paths = st.lists(steps, min_size=1, max_size=6).map("/".join).filter(bool)
links = st.lists(st.tuples(st.sampled_from(["", "sub/", "sub/deep/"]), paths), max_size=3)


@settings(max_examples=300)
@given(links, st.lists(steps, max_size=6))
def test_nothing_outside_is_ever_opened(made: list[tuple[str, str]], names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder).resolve()
        (base / "outside").mkdir()
        (base / "outside/secret").write_text("secret")
        served = base / "served"
        (served / "sub/deep").mkdir(parents=True)
        (served / "a").write_text("a")
        (served / "sub/a").write_text("sub/a")
        for number, (place, where) in enumerate(made):
            (served / place / f"l{number}").symlink_to(where)
        with root_of(served) as root, suppress(Refused):
            opened = open_beneath(root, [name.encode() for name in names if "/" not in name])
            try:
                found = Path(os.readlink(f"/proc/self/fd/{opened.descriptor}"))
                assert found == served or served in found.parents
                # What is opened is what the system finds under that name.
                assert found == served.joinpath(*[name for name in names if "/" not in name]).resolve()
            finally:
                os.close(opened.descriptor)


def test_a_folder_is_listed_without_what_is_hidden_or_no_file(tree: Path) -> None:
    (tree / ".hidden").write_text("h")
    (tree / "back\\slash").write_text("b")
    (tree / "link").symlink_to("/etc/passwd")
    os.mkfifo(tree / "fifo")
    (tree / "caf\udce9").write_bytes(b"123")  # the octet E9, which is no UTF-8
    os.utime(tree / "a", (5, 5))
    with root_of(tree) as root:
        found, is_cut = list_folder(root)
    assert not is_cut
    assert {one.name: (one.kind, one.size) for one in found} == {
        b"a": ("file", 1),
        b"sub": ("folder", None),
        b"link": ("link", None),
        b"caf\xe9": ("file", 3),
    }
    assert {one.name: one.modified_s for one in found}[b"a"] == 5


def test_a_very_long_folder_is_cut_and_that_is_known(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listing.MOST_ENTRIES == 10_000
    monkeypatch.setattr(beneath, "MOST_ENTRIES", 3)
    with root_of(tree) as root:
        assert [len(list_folder(root)[0]), list_folder(root)[1]] == [2, False]
        (tree / "c").touch()
        assert list_folder(root)[1] is False
        (tree / "d").touch()
        found, is_cut = list_folder(root)
    assert (len(found), is_cut) == (3, True)


def test_a_folder_to_be_served_has_to_be_one(tree: Path) -> None:
    with pytest.raises(NotADirectoryError):
        open_folder(str(tree / "a"))
    assert stat.S_ISDIR(os.stat(tree).st_mode)
