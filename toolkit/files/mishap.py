"""What nobody expected: its trace goes into a log for those who mend the program, and one sentence to the person."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import datetime
from pathlib import Path


def told(error: BaseException, log: str) -> str:
    """Write an accident into the log of that name; return the sentence that says where the log lies."""
    folder = Path(os.environ.get("DISCLOSURE_LOGS") or Path.home() / ".disclosure")
    time = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
    text = f"{time}\n{''.join(traceback.format_exception(error))}\n"
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            place.mkdir(parents=True, exist_ok=True)
            with (place / log).open(
                "a", encoding="utf-8", errors="backslashreplace"
            ) as file:
                file.write(text)
        except OSError:
            continue
        return f"没有做成，程序出了意外。详细情况记在“{place / log}”，请把这个文件发给维护的人。"
    return "没有做成，程序出了意外，详细情况也没有地方记。请腾出磁盘空间再运行一次。"
