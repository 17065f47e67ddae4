"""TLS without OpenSSL: what was asked for, what certificates say, whom to trust, how failures are told."""
