"""The sandbox's page in a real browser, against the real sandbox and a tiny app."""
