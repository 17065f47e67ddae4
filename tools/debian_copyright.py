"""The copyright file of the Debian package: the licence of nettools, and of each library that the package carries.

    python tools/debian_copyright.py SITE_PACKAGES

Debian Policy §12.5 wants the licences word for word, but those in /usr/share/common-licenses named instead.
"""

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

_COMMON = {
    "Apache License\n                           Version 2.0": "Apache-2.0",
    "Mozilla Public License Version 2.0\n====": "MPL-2.0",
}
"""How a licence begins that Debian has in full, and its file there."""
_OPENSSL = ("cryptography", "aioquic")
"""Their wheels contain OpenSSL: their modules name its version (`strings`)."""
_HEAD = """\
This is nettools, packaged together with the Python libraries that it needs, each as its authors published it.
Everything but these libraries is under the licence of nettools, which comes first.
"""


def copyright_of(found: Distribution) -> str:
    """One part of the file: what it is, and its licences."""
    name, version = found.metadata["Name"], found.version
    lines = [f"{name} {version}", ""]
    lines += [f"{line}\n" for line in _licences(found)]
    if name in _OPENSSL:
        lines.append(f"The compiled modules of {name} contain OpenSSL, {_reference('Apache-2.0')}\n")
    return "\n".join(lines)


def _licences(found: Distribution) -> Iterator[str]:
    said = False
    for file in sorted(found.files or [], key=str):
        if ".dist-info" in file.parts[0] and "LICEN" in file.name.upper():
            text = file.read_text(encoding="utf-8").strip("\n")
            common = next((name for head, name in _COMMON.items() if head in text), None)
            said = True
            yield _reference(common) if common else text
    if not said:
        raise SystemExit(f"{found.metadata['Name']} {found.version} brings no licence")


def _reference(licence: str) -> str:
    return f"under the licence {licence}, which is in /usr/share/common-licenses/{licence}"


def main(site: str) -> None:
    found = sorted(distributions(path=[site]), key=lambda one: (one.metadata["Name"] != "nettools", one.name.lower()))
    print(_HEAD)
    print(f"\n{'-' * 79}\n\n".join(copyright_of(one) for one in found), end="")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1])
