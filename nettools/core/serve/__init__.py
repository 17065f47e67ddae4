"""Files over HTTP: which file a request means, which octets of it, and what is said about it."""
