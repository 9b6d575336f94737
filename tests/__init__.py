"""The tests; `returns` and `office` are shared between them."""
