"""What ``nettools config`` does: the settings as rows, the path of the file, a template of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from nettools.commands._catalog import DescribedOption, described_commands
from nettools.commands._configured import read_settings
from nettools.commands._reports import ReportLayout, write_report
from nettools.commands._session import Session
from nettools.commands._settings import home_directory, is_there, settings_path
from nettools.core.config.effective import Settings
from nettools.core.config.report import CREDENTIALS, ConfigReport, SettingRow, secret_row, setting_row
from nettools.core.config.setting import Setting, Surroundings
from nettools.core.config.table import BY_NAME, SECTIONS, SETTINGS
from nettools.core.config.template import template
from nettools.core.config.values import nearest_setting
from nettools.core.outcome import Exit, Failure, exit_status, failure_of
from nettools.core.ports import PortNames
from nettools.core.proxy.credentials import VARIABLES
from nettools.core.text import quoted, safe
from nettools.errors import OptionError
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.targets import Failed


def print_path(session: Session) -> int:
    """The name of the file; 1 where there is no place for one."""
    path = settings_path(session.environment.variables)
    if path is None:
        session.note("there is no file of settings: no home directory, or NETTOOLS_CONFIG is none")
        return Exit.NEGATIVE
    session.output.write(f"{safe(path)}\n")
    return Exit.ANSWERED


def print_template(session: Session) -> int:
    """A file with every setting, commented out."""
    about = _Options()
    built_in = {one.name: words for one in SETTINGS if (words := about.built_in(one)) is not None}
    helps = {one.name: about.help(one) for one in SETTINGS}
    surroundings = Surroundings(home=home_directory(session.environment.variables), port_names=_no_port_names)
    session.output.write(template(SETTINGS, helps, built_in, surroundings))
    return Exit.ANSWERED


def show_settings(session: Session, words: Sequence[str]) -> int:
    """The settings that were asked for, or all of them; each word that names none is a failure."""
    settings = read_settings(session.environment.variables)
    path = settings_path(session.environment.variables)
    about = _Options()
    rows: dict[str, SettingRow] = {}
    failures = [failure_of(error) for error in settings.errors] if not words else []
    for target in session.targets(words):
        if isinstance(target, Failed):
            failures.append(target.failure)
            continue
        try:
            named = _named(target.text)
        except OptionError as error:
            failures.append(failure_of(error, input=target.text, line=target.line))
            continue
        rows.update((row.name, row) for row in _rows(named, settings, about, session.environment.variables))
        failures += [failure for failure in _failures_of(named, settings) if failure not in failures]
    if not words:
        rows = {row.name: row for row in _rows((*BY_NAME, CREDENTIALS), settings, about, session.environment.variables)}
    for failure in failures:
        session.failed(failure)
    for warning in settings.warnings:
        session.note(warning.sentence)
    report = ConfigReport(
        file=path,
        exists=path is not None and is_there(path),
        settings=tuple(rows.values()),
        warnings=settings.warnings,
        errors=tuple(failures),
    )
    write_report(session, _LAYOUT, report, failures)
    answered = sum(row.usable for row in rows.values())
    return exit_status(answered=answered, affirmative=answered > 0, failures=failures)


def _named(word: str) -> tuple[str, ...]:
    """The names of the settings that a word means: one, or all of a command. Raises OptionError."""
    if word in SECTIONS:
        return tuple(one.name for one in SETTINGS if one.section == word)
    if word not in (*BY_NAME, CREDENTIALS):
        raise OptionError(f"there is no setting {quoted(word)}", hint=nearest_setting(word))
    return (word,)


def _rows(
    names: Iterable[str], settings: Settings, about: "_Options", variables: Mapping[str, str]
) -> Iterator[SettingRow]:
    for name in names:
        if name == CREDENTIALS:
            yield secret_row(variables, VARIABLES)
        else:
            setting = BY_NAME[name]
            yield setting_row(setting, settings, about.built_in(setting))


def _failures_of(names: Iterable[str], settings: Settings) -> Iterator[Failure]:
    """What is wrong with these settings, and with the file as a whole, of which nothing is known then."""
    values = {one.error for source in (settings.environment, settings.file) for one in source.values.values()}
    yield from (failure_of(error) for error in settings.errors if error not in values)
    for name in names:
        found = settings.effective(BY_NAME[name]) if name in BY_NAME else None
        if found is not None and found.error is not None:
            yield failure_of(found.error)


@cache
def _described_options() -> Mapping[tuple[str, str], DescribedOption]:
    """By the names of the command and of the parameter."""
    commands = described_commands(dict.fromkeys(SECTIONS, ""))
    return {(command.name, option.name): option for command in commands for option in command.options}


class _Options:
    """What the help of the options says of the settings that stand for them."""

    def __init__(self) -> None:
        self._options = _described_options()

    def built_in(self, setting: Setting) -> str | None:
        """The built-in default in words; None where there is none."""
        if setting.built_in is not None or setting.help is not None:
            return setting.built_in
        default = self._option(setting).default
        if setting.kind == "flag" and default is not None and default.startswith("no-"):
            return "false"
        return default

    def help(self, setting: Setting) -> str:
        """One line."""
        return setting.help or self._option(setting).help

    def _option(self, setting: Setting) -> DescribedOption:
        return self._options[setting.section or SECTIONS[0], setting.parameter]


def _no_port_names() -> PortNames:
    return PortNames(services={}, groups={}, top={"tcp": [], "udp": []})


def _lines(report: ConfigReport) -> Iterator[tuple[str, object]]:
    yield from (("setting", row) for row in report.settings)
    yield from (("warning", warning) for warning in report.warnings)


def _cells(report: ConfigReport) -> tuple[type, Iterable[object]]:
    return SettingRow, report.settings


def _draw(output: Output, canvas: Canvas, report: ConfigReport) -> None:
    from nettools.render.config import draw_settings

    draw_settings(output, canvas, report)


_LAYOUT = ReportLayout(schema=ConfigReport.SCHEMA, lines=_lines, rows=_cells, draw=_draw)
