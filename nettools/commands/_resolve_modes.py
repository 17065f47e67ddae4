"""Which options of ``nettools resolve`` go with which format; what goes with what else, ``runs/resolve_modes`` says."""

from typing import Final

from nettools.commands._resolve_options import ResolveOptions
from nettools.errors import OptionError
from nettools.render.format import Format

_WITHOUT_SYSTEM: Final = (Format.CSV, Format.PLAIN, Format.RFC8427)
_WITHOUT_MESSAGES: Final = (Format.DIG, Format.RFC8427)


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
