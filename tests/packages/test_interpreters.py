"""The finder of Pythons looks where they are."""

from pathlib import Path

from tests.packages.interpreters import candidates

UV_LIST = """\
cpython-3.13.0-linux-x86_64-gnu     /home/me/.local/share/uv/python/cpython-3.13.0/bin/python3.13
cpython-3.12.9-linux-x86_64-gnu     <download available>
pypy-3.13.1-linux-x86_64-gnu        /opt/pypy/bin/python
"""


def found(*there: str, uv_list: str = "") -> list[str]:
    folders = [Path("/opt/bin"), Path("/usr/bin")]
    pyenv = [Path("/home/me/.pyenv/versions") / name for name in ("3.1.3", "3.12.1", "3.13.0", "3.13.2")]
    known = {Path(one) for one in there}
    paths = candidates((3, 13), folders=folders, pyenv=pyenv, uv_list=uv_list, exists=lambda path: path in known)
    return [str(path) for path in paths]


def test_a_folder_of_programs_comes_first_then_pyenv() -> None:
    there = ["/home/me/.pyenv/versions/3.13.0/bin/python3.13", "/usr/bin/python3.13", "/opt/bin/python3.13"]
    assert found(*there) == list(reversed(there))


def test_another_version_is_not_taken_for_it() -> None:
    assert found("/home/me/.pyenv/versions/3.12.1/bin/python3.13", "/opt/bin/python3.12", "/opt/bin/python3") == []


def test_what_uv_has_installed_is_found_and_what_it_could_download_or_is_no_cpython_is_not() -> None:
    there = "/home/me/.local/share/uv/python/cpython-3.13.0/bin/python3.13"
    assert found(there, "/opt/pypy/bin/python", uv_list=UV_LIST) == [there]


def test_each_is_named_once() -> None:
    assert found("/usr/bin/python3.13") == ["/usr/bin/python3.13"]
