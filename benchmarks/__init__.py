"""Benchmarks: figures as ratios to a yardstick of the same run, because machines differ and ratios hardly do."""
