"""Errors people make, put into sound returns by chance, and how many of them the check finds: `python -m tests.injected`.

See README.md in this folder for who made it, how, and what must never be done with it.
"""
