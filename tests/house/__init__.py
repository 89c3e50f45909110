"""The house keeps its own rules: imports, tenancy, locks, words."""
