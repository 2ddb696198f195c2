"""The interface's translations: gettext catalogues, one folder per language."""
