"""The media type of a file by the end of its name, as IANA's registry of media types has it, else as browsers do.

A table of our own: that of the system differs from machine to machine, that of Python from release to release.
"""

from typing import Final

UNKNOWN: Final = "application/octet-stream"

_TYPES: Final[dict[str, str]] = {
    extension: media_type
    for media_type, extensions in {
        "application/epub+zip": "epub",
        "application/gzip": "gz tgz",
        "application/java-archive": "jar",
        "application/json": "json map",
        "application/x-ndjson": "jsonl ndjson",
        "application/ld+json": "jsonld",
        "application/manifest+json": "webmanifest",
        "application/msword": "doc",
        "application/pdf": "pdf",
        "application/rtf": "rtf",
        "application/sql": "sql",
        "application/toml": "toml",
        "application/vnd.debian.binary-package": "deb",
        "application/vnd.ms-excel": "xls",
        "application/vnd.ms-powerpoint": "ppt",
        "application/vnd.oasis.opendocument.spreadsheet": "ods",
        "application/vnd.oasis.opendocument.text": "odt",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.rar": "rar",
        "application/vnd.tcpdump.pcap": "pcap cap",
        "application/wasm": "wasm",
        "application/x-7z-compressed": "7z",
        "application/x-bzip2": "bz2",
        "application/x-iso9660-image": "iso",
        "application/x-rpm": "rpm",
        "application/x-tar": "tar",
        "application/x-xz": "xz",
        "application/xhtml+xml": "xhtml",
        "application/xml": "xml xsl",
        "application/yaml": "yaml yml",
        "application/zip": "zip whl",
        "application/zstd": "zst",
        "audio/aac": "aac",
        "audio/flac": "flac",
        "audio/mp4": "m4a",
        "audio/mpeg": "mp3",
        "audio/ogg": "oga ogg opus",
        "audio/wav": "wav",
        "font/otf": "otf",
        "font/ttf": "ttf",
        "font/woff": "woff",
        "font/woff2": "woff2",
        "image/avif": "avif",
        "image/bmp": "bmp",
        "image/gif": "gif",
        "image/jpeg": "jpg jpeg",
        "image/png": "png",
        "image/svg+xml": "svg",
        "image/tiff": "tif tiff",
        "image/vnd.microsoft.icon": "ico",
        "image/webp": "webp",
        "text/calendar": "ics",
        "text/css": "css",
        "text/csv": "csv",
        "text/html": "html htm",
        "text/javascript": "js mjs",
        "text/markdown": "md markdown",
        "text/plain": "txt text log conf cfg ini diff patch py c h cpp rs go sh",
        "text/tab-separated-values": "tsv",
        "text/vcard": "vcf",
        "video/mp2t": "ts",
        "video/mp4": "mp4 m4v",
        "video/mpeg": "mpg mpeg",
        "video/ogg": "ogv",
        "video/quicktime": "mov",
        "video/webm": "webm",
        "video/matroska": "mkv",
    }.items()
    for extension in extensions.split()
}


def content_type_of(name: bytes) -> str:
    """The media type, with UTF-8 for text: that is what text is today, and a browser would take it for Latin-1.

    >>> content_type_of(b"a.tar.gz"), content_type_of(b"README.TXT"), content_type_of(b"x")
    ('application/gzip', 'text/plain; charset=utf-8', 'application/octet-stream')
    """
    stem, dot, extension = name.rpartition(b".")
    media_type = _TYPES.get(extension.decode("latin-1").lower(), UNKNOWN) if stem and dot else UNKNOWN
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
