"""``nettools completion``: the script that makes a shell complete what is typed behind ``nettools``."""

import os
from typing import Annotated, Final

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.text import quoted, suggestion
from nettools.errors import LocalFault, OptionError
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  # the script of a shell
  nettools completion bash
  # the same as a file, for a folder of zsh's fpath
  nettools completion zsh --output _nettools
  # for ~/.config/fish/completions
  nettools completion fish --output nettools.fish
"""

SCRIPTS: Final = {
    "bash": "nettools.bash",
    "zsh": "_nettools",
    "fish": "nettools.fish",
    "powershell": "nettools.ps1",
}
"""Shell -> file; made by tools/completions.py."""

_PACKAGE: Final = os.path.dirname(os.path.dirname(__file__))
_FOLDERS: Final = (os.path.join(_PACKAGE, "completions"), os.path.join(os.path.dirname(_PACKAGE), "completions"))
"""Where an installation has them, and where a source tree does."""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("completion", completion, epilog=EPILOG, usable_formats=lambda _values: (Format.TABLE,))


def completion(
    session: Session,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=f"{', '.join(list(SCRIPTS)[:-1])} or powershell.")],
) -> int:
    """Print the script that lets Tab complete commands, options and values. No file is changed.

    bash: eval "$(nettools completion bash)" in ~/.bashrc, or the script saved as
    ~/.local/share/bash-completion/completions/nettools where bash-completion is installed.

    zsh: eval "$(nettools completion zsh)" in ~/.zshrc, behind compinit, or the script saved as _nettools in a folder
    of fpath.

    fish: nettools completion fish | source, or the script saved as ~/.config/fish/completions/nettools.fish.

    PowerShell: nettools completion powershell | Out-String | Invoke-Expression in the file that $PROFILE names.

    Each of these lines can be typed as well, for one session.
    """
    if session.options.format is not Format.TABLE:
        raise OptionError(f"a script is text, not {session.options.format}", hint="leave out --format")
    if shell not in SCRIPTS:
        hint = suggestion(shell, SCRIPTS, f"there are {', '.join(SCRIPTS)}")
        raise OptionError(f"there is no completion for {quoted(shell)}", hint=hint)
    session.output.write(_script(SCRIPTS[shell]))
    return 0


def _script(name: str) -> str:
    for folder in _FOLDERS:
        try:
            with open(os.path.join(folder, name), encoding="ascii") as file:
                return file.read()
        except OSError:
            continue
    raise LocalFault(f"this installation lacks the script {name}", hint="install nettools again")
