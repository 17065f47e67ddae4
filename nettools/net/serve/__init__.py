"""The files of a folder over HTTP, by the rules of ``core.serve``."""
