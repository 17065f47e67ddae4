"""Subnet calculations: what a person writes as a subnet, and everything that can be said of it.

parse      text -> the interfaces (an address in its network) that it names
describe   an interface -> one Description record
binary     the bit patterns, and where the network part ends
multicast  scopes, blocks and group MAC addresses
embedded   IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64, ISATAP), EUI-64, solicited-node
reverse    reverse zones and PTR names
"""
