"""Which command adds an extra to this installation: a word with whatever installed it, or the next upgrade forgets it.

How an installer is known: pipx leaves ``pipx_metadata.json`` in the environment, ``uv tool`` leaves
``uv-receipt.toml``, and ``uv venv`` writes the key ``uv`` into ``pyvenv.cfg`` (pipx 1.18, uv 0.13: each was installed
and read; the file pyvenv.cfg itself is PEP 405).
"""

import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
"""The marker of a requirement that belongs to an extra, PEP 508."""
_LOCATIONS = ("path", "directory", "url", "editable", "git")
"""Where a requirement of a receipt may come from, when it is no registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What tells one way of installing from another."""

    prefix: str
    """``sys.prefix``: the environment."""
    interpreter: str
    """``sys.executable``."""
    is_activated: bool
    """Whether the shell's ``pip`` is that of this environment."""
    has_pip: bool
    is_single_file: bool
    """Whether the program runs out of a zip file, as shiv makes them."""
    is_by_pipx: bool
    is_by_uv: bool
    uv_receipt: str | None
    """The text of ``uv-receipt.toml``."""


def command_that_adds(extra: str, place: Place, requirements: Sequence[str]) -> str:
    """The shell command that brings the extra, which consists of ``requirements``."""
    wanted = shlex.quote(f"nettools[{extra}]")
    if place.is_single_file:
        return "packaging/shiv/build --full WHEEL"
    if place.is_by_pipx:
        return shlex.join(["pipx", "inject", _last_part(place.prefix), *requirements])
    if place.uv_receipt is not None:
        return _with_uv_tool(extra, place.uv_receipt)
    if place.has_pip:
        return f"pip install {wanted}" if place.is_activated else f"{_quoted(place)} -m pip install {wanted}"
    if place.is_by_uv:
        return f"uv pip install --python {_quoted(place)} {wanted}"
    return f"pip --python {_quoted(place)} install {wanted}"


def requirements_of(extra: str, requires: Iterable[str]) -> tuple[str, ...]:
    """Those of the lines ``Requires-Dist`` that the extra adds, without their marker."""
    found = []
    for line in requires:
        requirement, _, marker = line.partition(";")
        if extra in _EXTRA.findall(marker):
            found.append(requirement.strip())
    return tuple(found)


def _quoted(place: Place) -> str:
    return shlex.quote(place.interpreter)


def _last_part(path: str) -> str:
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]


def _with_uv_tool(extra: str, receipt: str) -> str:
    """The installation that the receipt tells of, with one extra more: uv takes what is not said again away."""
    words = ["uv", "tool", "install"]
    said = _requirements_in(receipt)
    ours = next((one for one in said if one.get("name") == "nettools"), {})
    extras = ",".join(sorted({extra, *_texts(ours.get("extras"))}))
    location = next((key for key in _LOCATIONS if isinstance(ours.get(key), str)), None)
    if location is None:
        words.append(f"nettools[{extras}]{_text(ours.get('specifier'))}")
    elif location == "editable":
        words += ["--editable", f"{ours['editable']}[{extras}]"]
    else:
        words.append(f"nettools[{extras}] @ {'git+' if location == 'git' else ''}{ours[location]}")
    for one in said:
        if one is not ours and isinstance(one.get("name"), str):
            words += ["--with", f"{one['name']}{_text(one.get('specifier'))}"]
    return shlex.join(words)


def _requirements_in(receipt: str) -> list[Mapping[str, object]]:
    try:
        tool = tomllib.loads(receipt).get("tool")
    except tomllib.TOMLDecodeError:
        return []
    requirements = tool.get("requirements") if isinstance(tool, dict) else None
    return [one for one in requirements if isinstance(one, dict)] if isinstance(requirements, list) else []


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
