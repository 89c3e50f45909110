"""How fast it is: `make bench` prints one JSON line a figure, each beside its peer of the same run.

A row is a module here with `measure(size)`; ours and the peer take turns, and the median of the rounds counts, because
machines are noisy. The ratio is ours ÷ peer. To add a row, write its module and name it in `__main__`.
"""
