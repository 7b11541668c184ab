"""Demonstration data: an invented but plausible Bekasi, the same every time for the same seed and day.

The modules here only compute plain values; writing them to tables is the loader's work. Nothing in this package is
needed to run Lumbung with real data.
"""
