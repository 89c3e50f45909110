"""Imports: what a team has elsewhere comes here from a file.

`reading` makes rows of a file, `columns` knows what its columns are called, `cells` reads their values, `staging`
brings them in: unseen at first, in short transactions, then all at once.
"""
