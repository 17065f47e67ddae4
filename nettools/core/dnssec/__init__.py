"""DNSSEC, RFC 4033 to 4035 with RFC 5155 and RFC 6840: from a trust anchor to a verdict, as pure functions.

``validate`` is the procedure of a whole question, ``cut_state`` the state of one delegation, ``anchors`` reads what is
trusted. ``records``, ``canonical``, ``crypto``, ``signatures`` prove that a record is as it was signed; ``nsec`` and
``nsec3`` that there is none; ``keys`` leads from a DS record to the keys of its zone; ``chain`` from zone to zone.

Signatures are verified by dnspython's algorithms over ``cryptography`` (the extra ``dnssec``), imported for the first.
"""
