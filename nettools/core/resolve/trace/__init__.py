"""Following a name from the root, as ``nettools resolve --trace`` does. Pure: a procedure that the driver runs.

hints      root hints in the form of a zone file -> the first cut
cut        a delegation: a zone and its servers, with the addresses that came as glue
aliases    the CNAME and DNAME records that lead on from a name
reading    what one server's reply means for the trace; lame and dead servers with the reason
addresses  the addresses of servers that came without glue, and loops of such delegations
dnssec     what parent and child say about the signing of a zone
differences  servers of one zone that do not say the same, in sentences
walk       the trace itself
"""
