"""Where this room meets HTTP: the public addresses, the portal's pages and the desk's."""

from engagement.views.public import bp as public

__all__ = ["public"]
