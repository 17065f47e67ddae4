"""The names that a machine gives to tables, protocols, scopes and groups: files in folders of the test."""

from pathlib import Path

import pytest

from nettools.net.name_files import read_name_file


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def read(*folders: Path) -> dict[int, str]:
    return dict(read_name_file("rt_tables", tuple(map(str, folders))))


def test_the_names_of_a_file_are_read(tmp_path: Path) -> None:
    write(tmp_path, "rt_tables", "255\tlocal\n100 isp # ours\n")
    write(tmp_path, "rt_protos", "7 other\n")
    assert read(tmp_path) == {255: "local", 100: "isp"}


def test_files_of_the_folder_beside_it_are_added_in_alphabetical_order(tmp_path: Path) -> None:
    write(tmp_path, "rt_tables", "1 one\n2 two\n3 three\n")
    write(tmp_path, "rt_tables.d/b.conf", "2 second\n4 four\n")
    write(tmp_path, "rt_tables.d/a.conf", "2 first\n3 third\n")
    write(tmp_path, "rt_tables.d/README", "1 no names in here\n")
    write(tmp_path, "rt_tables.d/c.conf.bak", "1 nor in here\n")
    assert read(tmp_path) == {1: "one", 2: "second", 3: "third", 4: "four"}


def test_the_folder_beside_it_needs_no_file(tmp_path: Path) -> None:
    write(tmp_path, "rt_tables.d/a.conf", "2 two\n")
    assert read(tmp_path) == {2: "two"}


def test_this_machines_own_names_go_before_those_of_its_distribution(tmp_path: Path) -> None:
    theirs, own = tmp_path / "usr", tmp_path / "etc"
    write(theirs, "rt_tables", "1 theirs\n2 kept\n")
    write(theirs, "rt_tables.d/a.conf", "3 theirs\n")
    write(own, "rt_tables", "1 own\n3 own\n")
    assert read(theirs, own) == {1: "own", 2: "kept", 3: "own"}


def test_what_is_not_there_or_cannot_be_read_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "rt_tables" / "folder").mkdir(parents=True)
    (tmp_path / "rt_tables.d").write_text("no folder")
    assert read(tmp_path, tmp_path / "none") == {}


def test_bytes_that_are_no_text_are_passed_over_or_kept(tmp_path: Path) -> None:
    write(tmp_path, "rt_tables", "\udcff\udcfe\n1 caf\udce9\n\x00\n2 two\n")
    assert read(tmp_path) == {1: "caf\udce9", 2: "two"}


def test_no_more_than_a_bounded_part_of_a_file_is_read(tmp_path: Path) -> None:
    write(tmp_path, "rt_tables", "1 one\n" + "#" * (1 << 20) + "\n2 two\n")
    assert read(tmp_path) == {1: "one"}


@pytest.mark.parametrize("name", ["rt_tables", "rt_protos", "rt_scopes", "group"])
def test_the_files_of_this_machine_can_be_read(name: str) -> None:
    for number, word in read_name_file(name).items():
        assert number >= 0
        assert word
