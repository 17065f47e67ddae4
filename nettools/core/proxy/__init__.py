"""Reaching a target through a proxy: HTTP CONNECT, SOCKS4, SOCKS4a and SOCKS5, each as a pure handshake."""
