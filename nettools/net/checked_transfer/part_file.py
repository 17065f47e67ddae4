"""A file that is not whole yet, with its journal: opened without following anybody's links, locked, named at the end.

Everything is opened relative to the folder's descriptor, under names that core.checked_transfer.names has checked.
"""

import errno
import fcntl
import os
import stat
from contextlib import suppress
from typing import Final, NoReturn

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.inventory import ReadEntries
from nettools.core.checked_transfer.journal import (
    ENTRY_OCTETS,
    HEAD_OCTETS,
    Entry,
    Found,
    Stamp,
    decode_entry,
    encode_entry,
    encode_head,
    entry_start,
    whole_entries,
)
from nettools.core.checked_transfer.names import JOURNAL, PART
from nettools.core.checked_transfer.offer import Offer
from nettools.core.checked_transfer.receiver import Store
from nettools.core.text import quoted
from nettools.net.checked_transfer.destination import Destination

_TRIES: Final = 5
"""To lock a file that keeps its name meanwhile: each further try means that another transfer has just ended."""
_ANEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AGAIN: Final = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What link(2) says on file systems without hard links."""


class PartFile:
    """One of them. Every method raises TransferFailed where the system says no."""

    def __init__(self, destination: Destination, name: str, offer: Offer) -> None:
        """Open or make it, and lock it. What an earlier transfer left is changed only by ``begin``."""
        self.name = name
        self._destination = destination
        self._folder = destination.folder
        self._offer = offer
        self._boot = _boot()
        self._scratch = memoryview(b"")
        self._journal = -1
        self._is_finished = False
        self._file = self._locked()
        try:
            self._journal = self._opened(name + JOURNAL)
            self._look_at_place()
        except BaseException:
            self.close()
            raise

    def found(self) -> Found:
        """What an earlier transfer left."""
        try:
            journal_octets = os.fstat(self._journal).st_size
            last = max(whole_entries(journal_octets) - 1, 0)
            return Found(
                part_octets=os.fstat(self._file).st_size,
                stamp=self._stamp(),
                journal_octets=journal_octets,
                head=os.pread(self._journal, HEAD_OCTETS, 0),
                last_entry=os.pread(self._journal, ENTRY_OCTETS, entry_start(last)),
            )
        except OSError as error:
            self._refuse(error, "read")

    def entries(self, task: ReadEntries) -> tuple[bytes, memoryview | None]:
        """The entries of the journal and the block, as far as they are there."""
        try:
            octets = os.pread(self._journal, task.count * ENTRY_OCTETS, entry_start(task.first))
            octets = octets[: len(octets) // ENTRY_OCTETS * ENTRY_OCTETS]
            if not task.block_length:
                return octets, None
            if len(self._scratch) < task.block_length:
                self._scratch = memoryview(bytearray(task.block_length))
            block = self._scratch[: task.block_length]
            return octets, block[: read_block(self._file, block, task.block_start)]
        except OSError as error:
            self._refuse(error, "read")

    def begin(self, at_block: int) -> None:
        """Keep so many blocks."""
        self._scratch = memoryview(b"")
        try:
            kept = self._offer.octets_before(at_block)
            os.ftruncate(self._journal, entry_start(at_block) if at_block else 0)
            if os.fstat(self._file).st_size != kept:
                os.ftruncate(self._file, kept)
                self._stamp_again(at_block)
            if not at_block:
                _write_all(self._journal, encode_head(self._offer), 0)
        except OSError as error:
            self._refuse(error, "write")

    def store(self, task: Store) -> None:
        """Write a block and its entry. When that fails, what was there before can still be resumed from."""
        try:
            _write_all(self._file, task.block, task.start)
            entry = encode_entry(task.index, Entry(task.digest, self._stamp()))
            _write_all(self._journal, entry, entry_start(task.index))
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._journal, entry_start(task.index))
                os.ftruncate(self._file, task.start)
                self._stamp_again(task.index)
            self._refuse(error, "write")

    def finish(self) -> None:
        """Make it last and give it its name, unless there is a file of that name by now. Takes as long as fsync(2)."""
        part = self.name + PART
        try:
            # Not every file system has permissions, or can hold every time; the content is none the worse.
            with suppress(OSError):
                os.fchmod(self._file, self._offer.permissions & ~self._destination.umask)
            with suppress(OSError, OverflowError):
                os.utime(self._file, ns=(self._offer.mtime_ns, self._offer.mtime_ns))
            os.fsync(self._file)
            self._rename(part)
            os.unlink(self.name + JOURNAL, dir_fd=self._folder)
            self._sync_folder()
        except FileExistsError:
            self._exists()
        except OSError as error:
            self._refuse(error, "write")
        self._is_finished = True

    def close(self) -> None:
        """Let go of it. What has no whole block is not worth to be kept."""
        if not self._is_finished and self._journal >= 0 and not os.fstat(self._file).st_size:
            with suppress(OSError):
                os.unlink(self.name + JOURNAL, dir_fd=self._folder)
                os.unlink(self.name + PART, dir_fd=self._folder)
        for descriptor in (self._journal, self._file):
            if descriptor >= 0:
                os.close(descriptor)
        self._journal = self._file = -1

    def _rename(self, part: str) -> None:
        """link(2) never overwrites, unlike rename(2). Raises FileExistsError."""
        folder = self._folder
        try:
            os.link(part, self.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            os.unlink(part, dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.close(os.open(self.name, _ANEW, 0o600, dir_fd=folder))
            os.rename(part, self.name, src_dir_fd=folder, dst_dir_fd=folder)

    def _sync_folder(self) -> None:
        try:
            os.fsync(self._folder)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):  # fsync(2): it has no such thing for folders
                raise

    def _locked(self) -> int:
        part = self.name + PART
        for _ in range(_TRIES):
            descriptor = self._opened(part)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                mine, named = os.fstat(descriptor), os.stat(part, dir_fd=self._folder, follow_symlinks=False)
            except BlockingIOError:
                os.close(descriptor)
                break
            except FileNotFoundError:
                os.close(descriptor)
                continue
            except OSError as error:
                os.close(descriptor)
                self._refuse(error, "lock")
            if (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino):
                return descriptor
            os.close(descriptor)
        raise TransferFailed(Reason.BUSY, f"{quoted(self.name)} is being received from someone else already")

    def _opened(self, name: str) -> int:
        """A new file, or the plain one of ours that is there."""
        try:
            descriptor = self._open_anew_or_again(name)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
                raise _in_the_way(name) from error
            self._refuse(error, "make")
        about = os.fstat(descriptor)
        # Where all files belong to one user (FAT, some network file systems), the folder does too.
        owners = (os.geteuid(), os.fstat(self._folder).st_uid)
        if stat.S_ISREG(about.st_mode) and about.st_nlink <= 1 and about.st_uid in owners:
            return descriptor
        os.close(descriptor)
        raise _in_the_way(name)

    def _open_anew_or_again(self, name: str) -> int:
        while True:
            with suppress(FileExistsError):
                return os.open(name, _ANEW, 0o600, dir_fd=self._folder)
            with suppress(FileNotFoundError):  # another transfer has just ended
                return os.open(name, _AGAIN, dir_fd=self._folder)

    def _look_at_place(self) -> None:
        """Whether the file may be there at all: its name is free, and there is room for it."""
        with suppress(FileNotFoundError):
            os.stat(self.name, dir_fd=self._folder, follow_symlinks=False)
            self._exists()
        try:
            room = os.fstatvfs(self._folder)
            needed = self._offer.size - os.fstat(self._file).st_blocks * 512  # stat(2): st_blocks counts these
        except OSError as error:
            self._refuse(error, "look at")
        free = room.f_bavail * room.f_frsize
        if room.f_blocks and needed > free:
            raise TransferFailed(Reason.SPACE, f"there is no room for {needed:,} bytes more: {free:,} are free")

    def _stamp(self) -> Stamp:
        about = os.fstat(self._file)
        return Stamp(about.st_mtime_ns, about.st_ctime_ns, self._boot)

    def _stamp_again(self, blocks: int) -> None:
        """We ourselves have just cut the file to so many blocks that are known to be right."""
        if not blocks:
            return
        last = decode_entry(blocks - 1, os.pread(self._journal, ENTRY_OCTETS, entry_start(blocks - 1)))
        if last is not None:
            entry = encode_entry(blocks - 1, Entry(last.digest, self._stamp()))
            _write_all(self._journal, entry, entry_start(blocks - 1))

    def _exists(self) -> NoReturn:
        raise TransferFailed(Reason.EXISTS, f"{quoted(self.name)} is there already, and is not overwritten")

    def _refuse(self, error: OSError, verb: str) -> NoReturn:
        reason = Reason.SPACE if error.errno in _FULL else Reason.STORAGE
        raise TransferFailed(reason, f"cannot {verb} {quoted(self.name)} there: {error.strerror}") from error


def read_block(descriptor: int, into: memoryview, start: int) -> int:
    """How many octets were there: fewer than asked for only at the end of the file."""
    count = 0
    while count < len(into):
        got = os.preadv(descriptor, [into[count:]], start + count)
        if not got:
            break
        count += got
    return count


def _write_all(descriptor: int, octets: bytes | memoryview, start: int) -> None:
    rest = memoryview(octets)
    while rest:
        count = os.pwrite(descriptor, rest, start)
        start += count
        rest = rest[count:]


def _in_the_way(name: str) -> TransferFailed:
    return TransferFailed(Reason.EXISTS, f"{quoted(name)} is in the way: it is no plain file of the user who listens")


def _boot() -> int:
    """Which start of the system this is, as far as it says so: proc_sys_kernel(5), random/boot_id."""
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            return int(file.read(64).replace(b"-", b"").strip()[:16], 16)
    except (OSError, ValueError):
        return 0
