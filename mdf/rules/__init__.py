"""Decisions about funds: pure functions and the state tables."""
