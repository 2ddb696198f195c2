"""Composition root: application factory, command line, process supervisor, demo world, start pages.

The only room that knows all the others.
"""
