"""The tests mirror the house; a test is a sentence. `person.py` holds the words that scenarios are written in."""
