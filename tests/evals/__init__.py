"""Labeled text, scored: `make eval` prints one JSON line a figure, the simple baselines beside ours.

A task is a module here whose `evaluate(folder)` gives scores; it reads labels only to score. Any folder in the same
shape will do (`make eval DATA=…`); the small one in `tests/data` shows the shape, its figures mean nothing.
"""
