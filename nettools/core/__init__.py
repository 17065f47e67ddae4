"""Pure parts: values in, values out. Nothing here opens a socket, a file or a clock."""
