"""What holds for every test, before any library is imported."""

from __future__ import annotations

import os

# The toolkit's users have no defusedxml; here a library of the tests' brings it. With it, openpyxl parses in Python instead
# of in C, so that the tests would run another parser than people do, and a slower one.
os.environ["OPENPYXL_DEFUSEDXML"] = "False"
