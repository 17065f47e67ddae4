"""The user and the password for a proxy, from where they were written down."""

from nettools.commands._session import Session
from nettools.core.proxy.credentials import VARIABLES, Credentials, choose_credentials
from nettools.net.secret_files import read_secret_file


def read_credentials(
    session: Session, option: str | None, path: str | None, *, is_file_given: bool = True
) -> Credentials | None:
    """Those of --proxy-auth, --proxy-auth-file or the environment. Raises OptionError, InputError.

    A file that only a setting names comes after the environment.
    """
    if not is_file_given and any(session.environment.variables.get(name) for name in VARIABLES):
        path = None
    chosen = choose_credentials(
        option=option,
        file=None if path is None else read_secret_file(path),
        variables=session.environment.variables,
    )
    for note in chosen.notes:
        session.note(note)
    return chosen.credentials
