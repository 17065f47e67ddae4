"""A file that is read whole is a file: everything else is refused at once, with the path and the reason."""

import os
from pathlib import Path

import pytest

from nettools.errors import InputError
from nettools.net.regular_file import chunks_of


def test_the_octets_come_as_they_are_whatever_their_number(tmp_path: Path) -> None:
    path = tmp_path / "it"
    data = os.urandom(600_001)
    path.write_bytes(data)
    assert b"".join(chunks_of(str(path), most_bytes=1 << 20)) == data


def test_a_file_may_have_exactly_as_many_bytes_as_allowed(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(b"x" * 10)
    assert b"".join(chunks_of(str(path), most_bytes=10)) == b"x" * 10
    with pytest.raises(InputError, match="it is larger than 9 bytes"):
        list(chunks_of(str(path), most_bytes=9))


def test_a_sparse_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(InputError, match="larger than 536,870,912 bytes"):
        next(chunks_of(str(path), most_bytes=1 << 29))


def test_a_fifo_that_nobody_writes_stops_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(InputError, match="no regular file"):
        next(chunks_of(str(tmp_path / "fifo"), most_bytes=10))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("{}", "no regular file|Is a directory"),
        ("{}/none", "No such file or directory"),
        ("{}/a\0b", "null"),
        ("/dev/zero", "no regular file"),
    ],
)
def test_what_is_no_file_is_named_with_the_reason(tmp_path: Path, path: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        next(chunks_of(path.format(tmp_path), most_bytes=10))
