"""The base texts in a folder of results: the one of what was made last, and the one that an edited document was made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import why_not_read
from toolkit.files.folder import MANIFEST
from toolkit.files.opendocument import read_odt
from toolkit.files.passages import Document, kind_of, read_docx
from toolkit.files.source import content
from toolkit.files.tablerows import read_rows
from toolkit.model import record
from toolkit.profile.stored import read_json
from toolkit.publish.edited.base import FOLDER, Base, from_data
from toolkit.publish.edited.held import likeness
from toolkit.returns.content import CONTENT_PROPERTY
from toolkit.steps.paths import StepError

TABLES, STATEMENT = "公开表.xlsx", "情况说明.docx"


@record()
class Laid:
    """A folder of results with what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def remarks(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.manifest.get("remarks", {})
        return said

    def base(self, name: str) -> Base:
        """The base text of what was made last under a result's name."""
        where = self.remarks.get("bases", {}).get(name)
        if where is None and self.earlier(name):
            raise StepError(
                f"最近一次合并没有生成“{name}”，不知道它现在应当是多少。请照那次合并说的改好，重新合并再试。"
            )
        if where is None:
            raise StepError(
                f"“{self.folder.name}”里没有“{name}”的核对底本，可能是以前的版本做的。请重新合并再试。"
            )
        return read_base(self.folder / str(where))

    def earlier(self, name: str) -> list[Path]:
        """The base texts of all that was ever made under a result's name."""
        return sorted((self.folder / FOLDER).glob(f"{Path(name).stem}-*.json"))

    def own(self, document: Document, name: str) -> Base:
        """The base text that an edited document was made of: that of which it holds most, the last one first."""
        last = self.base(name)
        others = [read_base(path) for path in self.earlier(name)]
        said = document.properties.get(CONTENT_PROPERTY, "")
        # Of those that are equally like it, the one whose content number the document bears.
        return max(
            (last, *others),
            key=lambda base: (likeness(base, document), base.content == said),
        )


def laid(folder: Path) -> Laid:
    """A folder of results; raise StepError where it is none."""
    path = folder / MANIFEST
    if not path.is_file():
        raise StepError(
            f"“{folder.name}”里没有“{MANIFEST}”，不是合并出来的文件夹。请写出合并时 -o 后面的文件夹。"
        )
    said = read_json(path)
    if not isinstance(said, dict) or not isinstance(said.get("remarks", {}), dict):
        raise StepError(
            f"“{MANIFEST}”不是工具生成的清单，没法对照。请用和公开表放在一起的那一份。"
        )
    return Laid(folder, said)


def read_base(path: Path) -> Base:
    """A base text in a file; raise StepError where it cannot be read."""
    try:
        return from_data(content(path), path.name)
    except OSError as error:
        raise StepError(
            f"“{FOLDER}/{path.name}”读不出来：{why_not_read(error)}。没有它，不能核对。"
        ) from error


def document(path: Path) -> tuple[Document, str]:
    """A document that a person edited, and the result's name that it is an edition of."""
    kind = kind_of(path)
    if kind == "xlsx":
        return read_rows(path), TABLES
    return (read_odt if kind == "odt" else read_docx)(path), STATEMENT
