"""The completion scripts of four shells, generated from the commands, and from tools/shells/values.py.

python tools/completions.py write      rewrite completions/
python tools/completions.py --check    exit 1 and show the difference when a file is out of date
"""

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nettools.commands.completion import SCRIPTS  # noqa: E402
from tools.shells import bash, fish, powershell, zsh  # noqa: E402
from tools.shells.model import shelf  # noqa: E402

FOLDER = ROOT / "completions"
GENERATORS = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script, "powershell": powershell.script}


def _files() -> Iterator[tuple[Path, str]]:
    known = shelf()
    for shell, name in SCRIPTS.items():
        yield FOLDER / name, GENERATORS[shell](known)


def main(arguments: list[str]) -> int:
    """``write`` or ``--check``."""
    if arguments not in (["write"], ["--check"]):
        sys.stderr.write(f"usage: {sys.argv[0]} write|--check\n")
        return 2
    stale = 0
    for path, text in _files():
        current = path.read_text(encoding="ascii") if path.exists() else ""
        if current == text:
            continue
        if arguments == ["write"]:
            path.write_text(text, encoding="ascii")
            continue
        stale = 1
        lines = difflib.unified_diff(current.splitlines(True), text.splitlines(True), str(path), "generated")
        sys.stdout.writelines(lines)
    return stale


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
