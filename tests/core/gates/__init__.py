"""Tests of the five gates."""
