"""Network namespaces by name: a folder as a test wants it, and one of the kernel's that the test makes.

Only child processes enter a namespace.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nettools.errors import LocalFault, OptionError
from nettools.net import namespaces
from nettools.net.namespaces import each_namespace, namespace_names, opened_namespace
from tests.cli import PROJECT
from tests.peers import require

NAMESPACE = f"ntncns{os.getpid()}"

# Prints the interfaces of the namespace, or the class and the message of the error; the user in argv is set before.
ENTER = """
import os, socket, sys
from nettools.errors import NettoolsError
from nettools.net.namespaces import enter_namespace
if sys.argv[2:]:
    os.setgroups([])
    os.setuid(int(sys.argv[2]))
try:
    enter_namespace(sys.argv[1])
except NettoolsError as error:
    print(type(error).__name__, error.message, error.hint, sep="|")
else:
    print(*(name for _, name in socket.if_nameindex()))
"""

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A function that puts a folder with files of these names in place of /run/netns."""

    def make(*names: str) -> Path:
        for name in names:
            (tmp_path / name).write_text(name)
        monkeypatch.setattr(namespaces, "FOLDER", str(tmp_path))
        return tmp_path

    return make


def test_names_are_in_alphabetical_order(folder: Folder) -> None:
    folder("lan", "dmz", "wan")
    assert namespace_names() == ["dmz", "lan", "wan"]


def test_a_machine_without_the_folder_has_no_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(namespaces, "FOLDER", str(tmp_path / "none"))
    assert namespace_names() == []
    assert list(each_namespace()) == []


def test_a_namespace_is_opened_by_its_name_or_by_a_path_and_closed_again(folder: Folder) -> None:
    path = folder("lan") / "lan"
    for name in ("lan", str(path)):
        with opened_namespace(name) as descriptor:
            assert os.read(descriptor, 9) == b"lan"
            assert not os.get_inheritable(descriptor)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


def test_a_namespace_is_closed_after_an_error_too(folder: Folder) -> None:
    folder("lan")
    with pytest.raises(KeyError), opened_namespace("lan") as descriptor:
        raise KeyError
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize(
    ("names", "wanted", "hint"),
    [
        (["office", "guests"], "ofice", "did you mean office?"),
        (["office", "guests"], "zzz", "there are guests, office"),
        ([], "office", "there are none"),
        (["lan1", "lan2"], "lan", "did you mean lan2 or lan1?"),
    ],
)
def test_an_unknown_name_is_an_error_with_those_that_are_near(
    folder: Folder, names: list[str], wanted: str, hint: str
) -> None:
    folder(*names)
    with pytest.raises(OptionError) as caught, opened_namespace(wanted):
        pass
    assert caught.value.message == f"there is no network namespace '{wanted}'"
    assert caught.value.hint == hint


@pytest.mark.parametrize("name", ["x" * 300, "", "no/such/path", "\x1b[2J"])
def test_a_name_that_cannot_be_is_an_error_that_a_terminal_can_show(folder: Folder, name: str) -> None:
    folder("lan")
    if not name:
        with opened_namespace(name):  # the folder itself, which the kernel then refuses to enter
            return
    with pytest.raises(OptionError) as caught, opened_namespace(name):
        pass
    assert "\x1b" not in caught.value.message


def test_a_namespace_that_may_not_be_opened_is_a_local_fault(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder("lan")

    def refuse(*_args: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LocalFault, match="may not be opened") as caught, opened_namespace("lan"):
        pass
    assert caught.value.hint == "run it as root"
    assert list(each_namespace()) == []


def test_each_namespace_is_given_open_and_those_that_cannot_be_opened_are_passed_over(folder: Folder) -> None:
    path = folder("lan", "wan")
    (path / "dangling").symlink_to(path / "none")
    read = []
    for name, descriptor in each_namespace():
        read.append((name, os.read(descriptor, 9)))
    assert read == [("lan", b"lan"), ("wan", b"wan")]


# -- Of the kernel --------------------------------------------------------------------------------------


def enter(name: str, user: int | None = None) -> str:
    argv = [sys.executable, "-c", ENTER, name, *([] if user is None else [str(user)])]
    return subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


@pytest.fixture
def made() -> Iterator[str]:
    """A namespace with one interface beside its loopback."""
    require("ip", root=True, reason="to enter a network namespace")
    subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
    try:
        subprocess.run(["ip", "-n", NAMESPACE, "link", "add", "inside0", "type", "ifb"], check=True)
        yield NAMESPACE
    finally:
        subprocess.run(["ip", "netns", "delete", NAMESPACE], check=True)


def test_what_is_opened_after_entering_is_in_the_namespace(made: str) -> None:
    assert made in namespace_names()
    assert enter(made) == "lo inside0"
    assert enter(f"/run/netns/{made}") == "lo inside0"


def test_entering_needs_a_privilege_and_says_which(made: str) -> None:
    told = enter(made, user=65534)
    assert told == f"LocalFault|entering the namespace '{made}' needs CAP_SYS_ADMIN|run it as root"


def test_what_is_no_network_namespace_is_not_entered(made: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (str(file), "/proc/self/ns/uts"):
        told = enter(path)
        assert told.startswith("OptionError|'/")
        assert told.endswith("' is no network namespace|None")


def test_an_unknown_namespace_is_not_entered_and_the_near_one_is_named(made: str) -> None:
    told = enter(made[:-1] + "x")
    assert told.startswith(f"OptionError|there is no network namespace '{made[:-1]}x'|did you mean ")
    assert made in told
