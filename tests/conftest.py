"""What holds for every test: what is set before any library is imported, and what is begun first."""

from __future__ import annotations

import os

import pytest

# The toolkit's users have no defusedxml; here a library of the tests' brings it. With it, openpyxl parses in Python instead
# of in C, so that the tests would run another parser than people do, and a slower one.
os.environ["OPENPYXL_DEFUSEDXML"] = "False"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the long tests first: begun last, one of them would keep one worker busy while the others have nothing to do."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("long", "libreoffice", "chromium")))
