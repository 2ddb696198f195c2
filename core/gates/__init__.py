"""The five gates for untrusted content: nothing else in the house does their work (architecture decision 14).

`clean` foreign HTML, `safe_url` foreign addresses, `fetch` foreign servers, `export_cell` what spreadsheets open,
`accept_upload` foreign files. This room refuses to know what the content means.
"""

from core.gates.cells import export_cell, write_csv
from core.gates.characters import clean_text
from core.gates.cleaning import CleanHtml, clean
from core.gates.documents import AcceptedDocument
from core.gates.fetching import Fetched, FetchFailed, fetch
from core.gates.profiles import CLEAN_VERSION
from core.gates.uploads import AcceptedFile, AcceptedImage, accept_upload
from core.gates.urls import safe_url

__all__ = [
    "CLEAN_VERSION",
    "AcceptedDocument",
    "AcceptedFile",
    "AcceptedImage",
    "CleanHtml",
    "FetchFailed",
    "Fetched",
    "accept_upload",
    "clean",
    "clean_text",
    "export_cell",
    "fetch",
    "safe_url",
    "write_csv",
]
