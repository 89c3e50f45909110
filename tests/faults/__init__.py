"""The real bot, killed, cut off and refused on purpose: what must hold all the same."""
