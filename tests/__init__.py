"""The tests mirror the house; a test is a sentence. `conftest.py` holds the databases, `person.py` the person's words."""
