"""Kernel without any domain: settings, database, identity, audit, jobs, storage, localization, money, clock, web."""
