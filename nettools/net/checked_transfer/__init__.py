"""The drivers of a checked transfer: files, the folder where they land, and the connection between."""
