"""The demo world: everything in it is invented, everything it does is real.

Owns the fictional vendor's texts (content/), pictures drawn by code (pictures/), logos, the partners' plain websites (sites/)
and ninety days of simulated visitors. Builds it all through the rooms' services, importer, collector, links and forms; never
writes a row of a room itself. Where to look: `world` says who there is, `building` makes it, `traffic` and `schedule` decide
who comes when, `sending` knocks at the hub's doors, `playing` moves the clock, `loader` is what `channelpress demo` calls.
"""
