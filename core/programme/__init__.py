"""The programme file: what the vendor promises and asks, as numbered versions with a date on which each begins (A-13).

Owns the file, its versions and their words. Refuses to know what stands in it: each room declares its own section.
"""

from core.programme.models import ProgrammeVersion, VersionStatus
from core.programme.reading import programme_of, programme_version
from core.programme.sections import PACKAGED, Programme, ProgrammeSection, declare_section, packaged, section_names, term

__all__ = [
    "PACKAGED",
    "Programme",
    "ProgrammeSection",
    "ProgrammeVersion",
    "VersionStatus",
    "declare_section",
    "packaged",
    "programme_of",
    "programme_version",
    "section_names",
    "term",
]
