"""Which options of ``nettools resolve`` go with which format; what goes with what else, ``runs/resolve_modes`` says."""

from collections.abc import Mapping
from typing import Final

from nettools.commands._at_rest import without_settings
from nettools.commands._resolve_options import ResolveOptions
from nettools.errors import OptionError
from nettools.render.format import Format
from nettools.runs.together import is_given

_WITHOUT_SYSTEM: Final = (Format.CSV, Format.PLAIN, Format.RFC8427)
_WITHOUT_MESSAGES: Final = (Format.DIG, Format.RFC8427)


def settings_at_rest(options: ResolveOptions) -> ResolveOptions:
    """The options without the settings that do not go with them: servers that were named stand for the one set."""
    names_servers = any(one.startswith("@") for one in options.words or [])
    asks_others = options.trace or options.compare or (is_given(options, "search") and options.search)
    if names_servers or asks_others:
        options = without_settings(options, ("server",))
    return without_settings(options, ("cafile",)) if options.insecure else options


def usable_formats(values: Mapping[str, object]) -> tuple[Format, ...]:
    """The formats that these options leave, for one that is only set."""
    if values["short"]:
        return (Format.TABLE,)
    if values["watch"]:
        return (Format.TABLE, Format.JSONL)
    without: tuple[Format, ...] = _WITHOUT_SYSTEM if values["system"] else ()
    if values["file"] is not None or "-" in (values["words"] or ()):  # type: ignore[operator]
        without = (*without, *_WITHOUT_MESSAGES)
    return tuple(one for one in Format if one not in without)


def check_format(options: ResolveOptions, chosen: Format) -> None:
    """Raise OptionError for what a format has no place for."""
    if options.short and chosen is not Format.TABLE:
        raise OptionError(f"--short and --format {chosen} exclude each other")
    if options.watch and chosen not in (Format.TABLE, Format.JSONL):
        raise OptionError("--watch has no end that a document could wait for", hint="use --format jsonl")
    if options.system and (options.short or chosen in _WITHOUT_SYSTEM):
        form = "--short" if options.short else f"--format {chosen}"
        raise OptionError(f"{form} has no place for what --system finds", hint="use --format table or json")
    if options.file is not None and chosen in _WITHOUT_MESSAGES:
        raise OptionError(f"--format {chosen} does not go with --file", hint="use --format jsonl, csv or plain")
