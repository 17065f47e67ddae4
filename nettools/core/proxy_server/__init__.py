"""Being a proxy: HTTP and SOCKS5 conversations without sockets, and who may have one."""
