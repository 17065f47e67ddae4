"""Netlink, the Linux kernel's own account of links, addresses, routes and rules: bytes to records and back.

``wire`` frames messages and attributes, ``request`` writes what is asked, ``link``, ``linkinfo``, ``address``,
``route`` and ``rule`` read what is answered. Sources: netlink(7), rtnetlink(7) and the kernel's headers
linux/{netlink,rtnetlink,if_link,if_addr,fib_rules,lwtunnel}.h.
"""
