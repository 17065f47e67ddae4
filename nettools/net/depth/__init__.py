"""The drivers of ``core.depth``: what a service says of itself, what its TLS shows."""
