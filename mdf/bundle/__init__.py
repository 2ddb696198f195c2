"""The signed bundle of a claim: a pure writer, and a verifier that needs neither hub nor database.

Nothing in this folder imports anything of the house: copied to another machine, with `cryptography` beside it, it still verifies.
The format is described in docs/proof-of-performance.md, the reasons in docs/adr/0009.
"""

from .comparing import Finding
from .container import BadContainer, Limits, Reading, read_zip, write_zip
from .manifest import FORMAT, BundleFile
from .verifying import Report, verify
from .writing import Head, write_bundle

__all__ = [
    "FORMAT",
    "BadContainer",
    "BundleFile",
    "Finding",
    "Head",
    "Limits",
    "Reading",
    "Report",
    "read_zip",
    "verify",
    "write_bundle",
    "write_zip",
]
