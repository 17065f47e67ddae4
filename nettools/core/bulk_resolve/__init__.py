"""Very many lookups: names to questions, questions to datagrams, replies read where they lie, each question told once.

The lean path asks over a few shared sockets and reads the usual replies in place; whatever is not usual goes through
the same ``Resolution`` as a single lookup, so that its row is the same too.
"""
