"""Where a received file lands: nowhere but in the folder, never over another file, never through somebody's link."""

import errno
import fcntl
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.journal import Retained, retained
from nettools.core.checked_transfer.offer import Offer
from nettools.core.checked_transfer.receiver import Store
from nettools.core.checked_transfer.side import Patience
from nettools.errors import InputError, OutputPathError
from nettools.net.checked_transfer.destination import open_destination
from nettools.net.checked_transfer.part_file import PartFile
from nettools.net.checked_transfer.send_file import SendFile, SourceFile
from nettools.net.relay.ends import SocketEnd
from tests import peers
from tests.cli import PROJECT, variables
from tests.net.checked_transfer.exchange import connection, exchange, transfer

OFFER = Offer(name=b"f", size=2048, mtime_ns=10**18, permissions=0o644, resumes=True, block_octets=1024)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def source_of(tmp_path: Path, octets: bytes = b"content", name: str = "f") -> Path:
    path = tmp_path / name
    path.write_bytes(octets)
    return path


@contextmanager
def opened(folder: Path, name: str = "f", offer: Offer = OFFER) -> Iterator[PartFile]:
    destination = open_destination(str(folder))
    try:
        part = PartFile(destination, name, offer)
        try:
            yield part
        finally:
            part.close()
    finally:
        destination.close()


def test_without_a_path_it_is_the_current_folder(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(tmp_path)
    monkeypatch.chdir(folder)
    transfer(source, None)
    assert (folder / "f").read_bytes() == b"content"


@pytest.mark.parametrize("given_path", ["{}/other.bin", "{}/.hidden", "{}/x.part"])
def test_a_path_that_is_no_folder_is_the_file_whatever_the_sender_calls_it(
    tmp_path: Path, folder: Path, given_path: str
) -> None:
    source = source_of(tmp_path, name="-odd\x01name")
    place = given_path.format(folder)
    sent, _, both = transfer(source, place)
    assert sent.ending.status == 0
    assert sent.name == "-odd\\x01name"
    assert Path(place).read_bytes() == b"content"
    assert os.listdir(folder) == [Path(place).name]
    assert both.started == [(Path(place).name, 7)]


@pytest.mark.parametrize("octets", [b"\xff\xfe", "é".encode() * 127])
def test_a_name_that_a_folder_cannot_have_is_refused_unless_the_file_is_named(
    tmp_path: Path, folder: Path, octets: bytes
) -> None:
    source = tmp_path / os.fsdecode(octets)
    source.write_bytes(b"content")
    sent, received, _ = transfer(source, folder)
    assert (sent.ending.kind, received.ending.kind) == ("declined", "declined")
    assert "is refused" in sent.ending.message
    sent, _, _ = transfer(source, folder / "f")
    assert sent.ending.status == 0


@pytest.mark.parametrize("word", ["", "{}/no/such", "{}/no/", "{}/file/", "{}/file", "{}/file/x", "{}/link"])
def test_a_place_that_cannot_be_is_refused_before_anybody_connects(folder: Path, word: str) -> None:
    (folder / "file").write_bytes(b"mine")
    (folder / "link").symlink_to("nowhere")
    with pytest.raises(OutputPathError):
        open_destination(word.format(folder))
    assert (folder / "file").read_bytes() == b"mine"


@contextmanager
def locked_folder() -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder, and what takes the permission to write there away."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        try:
            yield path, lambda: os.seteuid(65534) if is_root else path.chmod(0o555)
        finally:
            if is_root:
                os.seteuid(0)
            path.chmod(0o755)


def test_a_folder_that_may_not_be_written_is_refused_before_anybody_connects() -> None:
    with locked_folder() as (path, lock):
        lock()
        with pytest.raises(OutputPathError, match="nothing may be written into the folder"):
            open_destination(str(path))


def test_a_folder_that_may_not_be_written_any_more_is_told_to_both(tmp_path: Path) -> None:
    source = source_of(tmp_path)
    with locked_folder() as (path, lock), exchange(path) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        sender = both.send(SocketEnd(near), source)
        lock()
        sender.on_change()
        both.run()
        assert both.received[0].ending.status == 2
        assert both.received[0].ending.message == "cannot make 'f' there: Permission denied"
        assert both.sent[0].ending.message == "the other side gave up: cannot make 'f' there: Permission denied"
        assert both.sent[0].ending.status == 1


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path, folder: Path) -> None:
    source = source_of(tmp_path)
    (folder / "f").write_bytes(b"mine")
    for resumes in (True, False):
        sent, received, both = transfer(source, folder, resumes=resumes)
        assert (sent.ending.kind, received.ending.kind) == ("declined", "declined")
        assert sent.ending.message == "the other side gave up: 'f' is there already, and is not overwritten"
        assert both.started == []
        assert os.listdir(folder) == ["f"]
    assert (folder / "f").read_bytes() == b"mine"


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(folder: Path) -> None:
    with opened(folder) as part:
        part.begin(0)
        part.store(Store(0, 0, memoryview(bytes(1024)), bytes(32)))
        (folder / "f").write_bytes(b"mine")
        with pytest.raises(TransferFailed, match="is there already") as caught:
            part.finish()
        assert caught.value.reason is Reason.EXISTS
    assert (folder / "f").read_bytes() == b"mine"
    assert (folder / "f.part").stat().st_size == 1024


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_without_hard_links_does_not_overwrite_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    with opened(folder) as part:
        part.begin(0)
        part.store(Store(0, 0, memoryview(b"x" * 1024), bytes(32)))
        part.finish()
    assert os.listdir(folder) == ["f"]
    assert (folder / "f").read_bytes() == b"x" * 1024
    with opened(folder, "g") as part:
        part.begin(0)
        part.store(Store(0, 0, memoryview(b"x" * 1024), bytes(32)))
        (folder / "g").write_bytes(b"mine")
        with pytest.raises(TransferFailed, match="is there already"):
            part.finish()
    assert (folder / "g").read_bytes() == b"mine"


@pytest.mark.parametrize("suffix", ["", ".part", ".part.blake2"])
@pytest.mark.parametrize("target", ["victim", "nothing"])
def test_a_link_in_the_place_is_not_followed(tmp_path: Path, folder: Path, suffix: str, target: str) -> None:
    source = source_of(tmp_path)
    (tmp_path / "victim").write_bytes(b"mine")
    (folder / f"f{suffix}").symlink_to(tmp_path / target)
    for resumes in (True, False):
        sent, _, _ = transfer(source, folder, resumes=resumes)
        assert sent.ending.kind == "declined"
        assert f"'f{suffix}' is" in sent.ending.message
    assert (tmp_path / "victim").read_bytes() == b"mine"
    assert not (tmp_path / "nothing").exists()
    assert (folder / f"f{suffix}").is_symlink()


@pytest.mark.parametrize("suffix", [".part", ".part.blake2"])
@pytest.mark.parametrize("kind", ["hard link", "folder", "fifo"])
def test_what_is_no_plain_file_of_ours_is_in_the_way(tmp_path: Path, folder: Path, suffix: str, kind: str) -> None:
    source = source_of(tmp_path)
    (tmp_path / "victim").write_bytes(b"mine")
    way = folder / f"f{suffix}"
    if kind == "hard link":
        os.link(tmp_path / "victim", way)
    elif kind == "folder":
        way.mkdir()
    else:
        os.mkfifo(way)
    sent, _, _ = transfer(source, folder)
    assert sent.ending.message.endswith(f"'f{suffix}' is in the way: it is no plain file of the user who listens")
    assert (tmp_path / "victim").read_bytes() == b"mine"


def test_a_locked_part_belongs_to_another_transfer(tmp_path: Path, folder: Path) -> None:
    source = source_of(tmp_path)
    with (folder / "f.part").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        sent, _, _ = transfer(source, folder)
        assert sent.ending.message == "the other side gave up: 'f' is being received from someone else already"
    sent, _, _ = transfer(source, folder)
    assert sent.ending.status == 0


def test_what_has_no_whole_block_is_not_left_behind(folder: Path) -> None:
    with opened(folder) as part:
        part.begin(0)
        assert sorted(os.listdir(folder)) == ["f.part", "f.part.blake2"]
    assert os.listdir(folder) == []


def snapshot(path: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that lies there."""
    found = {}
    for one in sorted(path.rglob("*")):
        about = one.lstat()
        octets = one.read_bytes() if stat.S_ISREG(about.st_mode) else b""
        found[str(one)] = (about.st_mode, about.st_mtime_ns, octets)
    return found


evil = st.lists(
    st.sampled_from(["..", "/", "\\", ".", "victim", "f", "\0", "\n", "in", ".part", ".blake2", "~", "C:", "é", " "]),
    min_size=1,
    max_size=8,
).map(lambda parts: "".join(parts).encode())


class NamedSource(SourceFile):
    """A source that claims another name."""

    def __init__(self, path: Path, name: bytes) -> None:
        super().__init__(str(path))
        self.name = name


@settings(max_examples=150, deadline=None)
@given(name=evil | st.binary(min_size=1, max_size=255))
def test_whatever_the_name_nothing_outside_the_folder_is_touched(
    tmp_path_factory: pytest.TempPathFactory, name: bytes
) -> None:
    base = tmp_path_factory.mktemp("names")
    world, source = base / "world", source_of(base)
    folder = world / "in"
    folder.mkdir(parents=True)
    (world / "victim").write_bytes(b"mine")
    (folder / "link").symlink_to("../victim")
    (folder / "up").symlink_to("..")
    before = snapshot(world)
    with exchange(folder, Patience()) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        both.expected += 1
        sender = SendFile(both.loop, SocketEnd(near), NamedSource(source, name), resumes=False, on_done=both._on_sent)
        sender.start()
        both.run()
        after = snapshot(world)
        for path in [str(folder / os.fsdecode(name))] if both.sent[0].ending.status == 0 else []:
            assert after.pop(path)[2] == b"content"
        after.pop(str(folder), None)
        before.pop(str(folder), None)
        assert after == before
    shutil.rmtree(base)


def test_no_room_is_said_before_anything_is_sent(folder: Path) -> None:
    with (
        pytest.raises(TransferFailed, match="there is no room for") as caught,
        opened(folder, offer=replace(OFFER, size=1 << 62)),
    ):
        pass
    assert caught.value.reason is Reason.SPACE
    assert os.listdir(folder) == []


def test_a_limit_that_is_reached_in_the_middle_is_told_to_both_and_leaves_what_can_be_resumed(
    tmp_path: Path, folder: Path
) -> None:
    source = source_of(tmp_path, os.urandom(5 << 20))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((2 << 20) + 70_000, hard))
    try:
        sent, received, _ = transfer(source, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert (received.ending.kind, received.ending.status) == ("output-failed", 2)
    assert received.ending.message == "cannot write 'f' there: File too large"
    assert (sent.ending.kind, sent.ending.status) == ("declined", 1)
    assert sent.ending.message == "the other side gave up: cannot write 'f' there: File too large"
    assert (folder / "f.part").stat().st_size == 2 << 20
    offer = replace(OFFER, size=5 << 20, block_octets=1 << 20)
    with opened(folder, offer=offer) as part:
        assert retained(part.found(), offer) == Retained(blocks=2, is_untouched=True)
    sent, _, _ = transfer(source, folder, resumes=True)
    assert (sent.ending.status, sent.resumed) == (0, 2 << 20)
    assert (folder / "f").read_bytes() == source.read_bytes()


FULL = """
import os, sys
from pathlib import Path
from tests.net.checked_transfer.exchange import connection, exchange
from nettools.net.relay.ends import SocketEnd
folder, source = Path(sys.argv[1]), Path(sys.argv[2])
def fill(client, done, total):
    if done == 2 << 20 and not (folder / "filler").exists():
        with (folder / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(bytes(65536)) == 65536:
                    pass
            except OSError:
                pass
def run(resumes):
    with exchange(folder) as both:
        both.handler.on_progress = fill
        near, far = connection()
        both.receive(SocketEnd(far))
        both.send(SocketEnd(near), source, resumes=resumes)
        both.run()
        print(both.sent[0].ending.message, both.sent[0].ending.status, both.sent[0].resumed, sep="|")
        print(both.received[0].ending.message, both.received[0].ending.status, sep="|")
run(False)
print((folder / "f.part").stat().st_size)
(folder / "filler").unlink()
(folder / "filler").mkdir()
run(True)
print((folder / "f").read_bytes() == source.read_bytes())
"""


def test_a_disk_that_becomes_full_is_told_to_both_and_leaves_what_can_be_resumed(tmp_path: Path, folder: Path) -> None:
    source = source_of(tmp_path, os.urandom(6 << 20))
    mount = f'mount -t tmpfs -o size=16m none "{folder}" && exec "$@"'
    ended = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", mount, "sh", sys.executable, "-c", FULL, str(folder), str(source)],
        env={**variables(), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if ended.returncode and ("unshare" in ended.stderr or "mount" in ended.stderr):
        peers.unavailable("needed to fill a disk: a mount namespace of one's own")
    assert ended.returncode == 0, ended.stderr
    reason = "cannot write 'f' there: No space left on device"
    lines = ended.stdout.splitlines()
    assert lines[:2] == [f"the other side gave up: {reason}|1|0", f"{reason}|2"]
    kept = int(lines[2])
    assert 2 << 20 <= kept < 6 << 20
    assert kept % (1 << 20) == 0
    assert lines[3].endswith(f"|0|{kept}")
    assert lines[5] == "True"


@pytest.mark.parametrize("kind", ["folder", "absent", "fifo", "device"])
def test_only_a_regular_file_is_sent(tmp_path: Path, kind: str) -> None:
    path = {"folder": tmp_path, "absent": tmp_path / "no", "fifo": tmp_path / "fifo", "device": Path("/dev/null")}[kind]
    if kind == "fifo":
        os.mkfifo(path)
    with pytest.raises(InputError):
        SourceFile(str(path))


def test_a_source_that_shrinks_or_changes_while_it_is_sent_fails_on_both_sides(tmp_path: Path, folder: Path) -> None:
    source = source_of(tmp_path, os.urandom(32 << 20))
    with exchange(folder) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        sender = both.send(SocketEnd(near), source)
        os.truncate(source, 31 << 20)
        sender.on_change()
        both.run()
        assert both.sent[0].ending.message == "the file was changed while it was sent"
        assert both.sent[0].ending.status == both.received[0].ending.status == 1
        assert both.received[0].ending.kind == "mismatch"
    assert not (folder / "f").exists()


@pytest.mark.parametrize(("call", "code"), [("fchmod", errno.EPERM), ("utime", errno.EPERM), ("utime", errno.EINVAL)])
def test_a_file_system_without_permissions_or_times_holds_the_file_all_the_same(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    source = source_of(tmp_path)
    monkeypatch.setattr(os, call, refuse)
    sent, _, _ = transfer(source, folder)
    assert sent.ending.status == 0
    assert os.listdir(folder) == ["f"]


@pytest.mark.parametrize(
    ("is_folder", "code", "status"), [(True, errno.EINVAL, 0), (True, errno.EIO, 2), (False, errno.EIO, 2)]
)
def test_what_does_not_reach_the_disk_is_a_failure(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, is_folder: bool, code: int, status: int
) -> None:
    source = source_of(tmp_path)
    sync = os.fsync

    def fails(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) == is_folder:
            raise OSError(code, os.strerror(code))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fails)
    sent, received, _ = transfer(source, folder)
    assert received.ending.status == status
    assert sent.ending.status == min(status, 1)
