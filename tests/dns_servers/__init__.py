"""Servers that tests make on loopback: DNS over TLS, HTTPS and QUIC, with certificates of the tests' own."""
