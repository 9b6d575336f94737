"""The only room that knows Word: a template edited in Word becomes a document, and a document becomes text again.

A template is a .docx in the dialect of docxtpl (Jinja2 tags, {%p … %} for paragraphs, {%tr … %} for table rows, {% vm %}
for cells merged down). docxtpl translates the dialect; the parts are then filled here, because nothing else of the package
changes and its bytes must not depend on the clock.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from toolkit.errors import ToolkitError, why_not_written
from toolkit.files.dictation import Dictation, marked
from toolkit.files.escaped import escape
from toolkit.files.package import CONTENT_TYPES, PackageError, packed, unpacked
from toolkit.files.paged import MAIN, numbered, sparing
from toolkit.files.unseen import visible
from toolkit.model import record

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes
    from jinja2.runtime import Context

PRINTED = "printed "  # where a rendering keeps who is told each value, with its text, and says what is printed; no tag can name it
_FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_TAGGED = re.compile(r"\{[{%#]")
_FULL_WIDTH = re.compile(r"｛\s*[｛%％{]|\{\s*[｛％]|[％%]\s*｝")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">1980-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">1980-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
CUSTOM = "docProps/custom.xml"
_CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{listed}</Properties>'
)
_PROPERTY = (
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
    "<vt:lpwstr>{value}</vt:lpwstr></property>"
)
_CUSTOM_TYPE = (
    b'<Override PartName="/docProps/custom.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
)
_CUSTOM_RELATION = (
    b'<Relationship Id="rIdContent" Target="docProps/custom.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"/>'
)
_PRINTED = re.compile(r"\{\{\s*(\w+(?:\.\w+)*)\s*\}\}")  # {{ a.b.c }}
_WORD = re.compile(r"\w+")
# What Jinja says of a broken tag, and how we say it.
_FAULTS = (
    (r"unknown tag '(\w+)'", "认不出标签“{}”，或者它没有配对的另一半"),
    (r"Unexpected end of template", "成对的标签少了结束的一个"),
    (r"[Nn]o (?:filter|test) named '(\w+)'", "没有名为“{}”的处理"),
    (r"has no attribute '(\w+)'", "没有名为“{}”的内容"),
    (r"'(\w+)' is undefined", "没有名为“{}”的内容"),
    (r"^unexpected|^expected|Expected", "标签里的括号或写法不对"),
)
# What cannot stand in a run's text as it is: markup, line ends and tabs; what XML cannot hold at all is dropped.
_XML: dict[int, str | None] = {
    **dict.fromkeys((n for n in range(32)), None),
    **dict.fromkeys(range(0xD800, 0xE000), None),
    **dict.fromkeys((0x7F, 0xFFFE, 0xFFFF), None),
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("\n"): '</w:t><w:br/><w:t xml:space="preserve">',
    ord("\t"): '</w:t><w:tab/><w:t xml:space="preserve">',
}


class WordError(ToolkitError):
    """A template or document that cannot be used; the message is a Chinese sentence that names the place and the remedy."""


@record(slots=True)
class Paragraph:
    """A paragraph as it reads; `style` is the name that Word shows for its style."""

    text: str
    style: str = ""


@record(slots=True)
class Table:
    """A table as it reads, a tuple of cell texts a row; a cell that continues a merged one is empty.

    `widths` says over how many of the table's columns each cell goes.
    """

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[tuple[int, ...], ...] = ()


def render(
    template: Path,
    context: Mapping[str, Any],
    out: Path,
    draft: bool = False,  # noqa: FBT001, FBT002 a mark
    properties: Mapping[str, str] | None = None,
) -> None:
    """Fill a template and write the document; raise WordError, in Chinese, where the template or the path is at fault.

    `properties` are the document's own, under names that Word shows among its custom ones.
    """
    document = rendered(template, context, draft=draft, properties=properties)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(document)
    except PermissionError as error:
        raise WordError(
            f"写不进“{out.name}”：文件可能正在 Word 或 WPS 里打开，请关闭后再运行。"
        ) from error
    except OSError as error:
        raise WordError(f"写不进“{out.name}”：{why_not_written(error)}。") from error


def rendered(
    template: Path,
    context: Mapping[str, Any],
    *,
    draft: bool = False,
    heard: Callable[[Any], None] | None = None,
    properties: Mapping[str, str] | None = None,
    dictation: Dictation | None = None,
) -> bytes:
    """Fill a template and return the document's bytes.

    `heard` is told every value that is printed, in the order of printing, before it becomes text. `dictation` takes down what
    the document says, each value with its number in that order.
    """
    values = {
        **context,
        "draft": draft,
        PRINTED: _printing(heard, marks=dictation is not None),
    }
    parts = _parts(template)
    if dictation is not None:
        dictation.begin(parts)
    for name, raw in parts.items():
        if not _FILLED.fullmatch(name):
            continue
        text = raw.decode("utf-8")
        if _TAGGED.search(text):
            part = _part(text, template.name)
            parts[name] = part.fill(
                values,
                dictation.part(name, part.source) if dictation is not None else None,
            )
    parts[MAIN] = sparing(parts[MAIN])
    parts[MAIN] = numbered(parts)
    title = escape(visible(str(context.get("title", ""))))
    parts["docProps/core.xml"] = _CORE.format(title=title).encode("utf-8")
    parts["docProps/app.xml"] = _APP.encode("utf-8")
    if properties:
        _put_properties(parts, properties)
    return _packed(parts)


def faults_of(template: Path, context: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with a template's tags, all at once, a sentence each; a list is looked into where it has rows."""
    found: list[str] = []
    values = {**context, "draft": False}
    try:
        for part in _tagged(template):
            found += part.unheld(values)
        if not found:
            rendered(template, context)
    except WordError as error:
        found.append(str(error))
    return tuple(dict.fromkeys(found))


def printed_in(template: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a template prints by its name alone, as the parts of a.b.c, each with the text of its paragraph behind it."""
    for part in _tagged(template):
        for paragraph in part.source.splitlines():
            text = _untagged(paragraph)
            for match in _PRINTED.finditer(text):
                yield tuple(_WORD.findall(match[1])), text[match.end() :]


def _tagged(template: Path) -> Iterator[_Part]:
    """The parts of a template that have tags."""
    for name, raw in _parts(template).items():
        text = raw.decode("utf-8") if _FILLED.fullmatch(name) else ""
        if _TAGGED.search(text):
            yield _part(text, template.name)


def _put_properties(parts: dict[str, bytes], properties: Mapping[str, str]) -> None:
    """Add the part of a document's own properties, in place of one that the template has."""
    listed = "".join(
        _PROPERTY.format(number=number, name=escape(name), value=escape(visible(value)))
        for number, (name, value) in enumerate(
            properties.items(), 2
        )  # the format counts them from 2
    )
    if CUSTOM not in parts:
        parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(
            b"</Types>", _CUSTOM_TYPE + b"</Types>"
        )
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(
            b"</Relationships>", _CUSTOM_RELATION + b"</Relationships>"
        )
    parts[CUSTOM] = _CUSTOM.format(listed=listed).encode("utf-8")


def _printing(
    heard: Callable[[Any], None] | None, *, marks: bool
) -> Callable[[object, str], str]:
    """What is printed for a value and its text, once the value was heard."""
    counted = count()

    def printed(value: object, text: str) -> str:
        if heard is not None:
            heard(value)
        return marked(text, next(counted)) if marks else text

    return printed


def _parts(path: Path) -> dict[str, bytes]:
    """The parts of a .docx by name."""
    if not path.exists():
        raise WordError(f"找不到 Word 文件“{path.name}”。请检查这个文件还在不在。")
    try:
        parts = unpacked(path)
    except PackageError as error:
        raise WordError(
            f"打不开“{path.name}”：它不是 .docx 文件，或者已经损坏。请在 Word 里另存为 .docx 再试。"
        ) from error
    if MAIN not in parts:
        raise WordError(
            f"“{path.name}”里没有正文，它不是 Word 的 .docx 文件。请在 Word 里另存为 .docx 再试。"
        )
    return parts


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """A .docx of these parts in the order of their names, the list of content types first, as the format asks."""
    names = sorted(parts, key=lambda name: (name != CONTENT_TYPES, name))
    return packed({name: parts[name] for name in names})


@lru_cache(maxsize=16)
def _part(text: str, template: str) -> _Part:
    """A part of a template, translated once however often it is filled."""
    return _Part(text, template)


class _Part:
    """A part of a template, ready to be filled."""

    def __init__(self, text: str, template: str) -> None:
        from docxtpl import DocxTemplate
        from jinja2 import TemplateSyntaxError

        self.template = template
        plain = _untagged(text)
        if wrong := _FULL_WIDTH.search(plain):
            near = plain[max(0, wrong.start() - 10) : wrong.end() + 20]
            raise WordError(
                f"模板“{template}”的标签用了全角的括号或百分号（“{near}”），请改成半角的 {{{{ }}}} 和 {{% %}}。"
            )
        # Each paragraph begins a line, so that the line of a fault names its paragraph.
        patched: str = DocxTemplate(template).patch_xml(text)
        self.source = re.sub(r"<w:p([ >])", r"\n<w:p\1", patched)
        self.environment = _environment()
        try:
            tree = self.environment.parse(self.source)
            self.jinja: Template = self.environment.from_string(tree)
        except TemplateSyntaxError as error:
            raise WordError(self.blame(error.lineno, _fault(error))) from error
        self.named = self.names_in(tree)

    def names_in(self, tree: nodes.Template) -> list[tuple[tuple[str, ...], int]]:
        """What the template takes from the context, as the parts of a.b.c, each with its line; in the order of lines."""
        from jinja2 import meta, nodes

        free = meta.find_undeclared_variables(tree) - set(self.environment.globals)
        found: set[tuple[tuple[str, ...], int]] = set()
        for node in tree.find_all((nodes.Name, nodes.Getattr)):
            path = _path(node)
            if path and path[0] in free:
                found.add((path, node.lineno))
        return sorted(found, key=lambda pair: pair[1])

    def fill(
        self, values: Mapping[str, Any], taker: Callable[[str], str] | None = None
    ) -> bytes:
        """The part with these values in its tags, in UTF-8; `taker` takes the marks out of each piece, and out."""
        from jinja2 import TemplateError

        self.gate(values)
        # a statement of 2,000 projects has 15 MB: it is never held as one text
        filled = io.BytesIO()
        try:
            for piece in self.jinja.generate(values):
                filled.write((piece if taker is None else taker(piece)).encode("utf-8"))
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise WordError(self.blame(_line(error), _fault(error))) from error
        text = filled.getvalue()
        filled.close()
        for paragraph in (b"<w:p ", b"<w:p>"):
            text = text.replace(b"\n" + paragraph, paragraph)
        try:
            expat.ParserCreate().Parse(text, True)  # noqa: FBT003 expat's own face
        except expat.ExpatError as error:
            reason = "标签和段落、表格互相穿插；请把成对的标签放在同一段里，或各占一段、写成 {%p … %}（表格的行写成 {%tr … %}）"
            raise WordError(
                f"模板“{self.template}”填写后不成文档：{reason}。"
            ) from error
        return text

    def gate(self, values: Mapping[str, Any]) -> None:
        """Refuse a template that names what the context does not hold, in branches that are not taken, too."""
        for fault in self.unheld(values):
            raise WordError(fault)

    def unheld(self, values: Mapping[str, Any]) -> Iterator[str]:
        """What the template names and the context does not hold, a sentence each."""
        from jinja2 import StrictUndefined

        for (first, *rest), line in self.named:
            if first not in values:
                yield self.blame(line, f"没有名为“{first}”的内容", first)
                continue
            value = values[first]
            path = first
            for attribute in rest:
                value = self.environment.getattr(value, attribute)
                if isinstance(value, StrictUndefined):
                    yield self.blame(
                        line,
                        f"“{path}”里没有名为“{attribute}”的内容",
                        f"{path}.{attribute}",
                    )
                    break
                path = f"{path}.{attribute}"

    def blame(self, line: int, what: str, near: str = "") -> str:
        """Say what is wrong with the template and quote the paragraph it is wrong in, as far as it is near."""
        lines = self.source.splitlines()
        there = lines[line - 1] if 0 < line <= len(lines) else ""
        paragraph = _untagged(there).strip()
        place = (
            f"出错的段落：“{_around(paragraph, near)}”。"
            if paragraph
            else "请检查各标签是否成对。"
        )
        return f"模板“{self.template}”有误：{what}。{place}请在 Word 里改好模板再运行。"


def _untagged(xml: str) -> str:
    """A piece of XML without its tags."""
    return re.sub(r"<[^>]+>", "", xml)


def _around(text: str, near: str, length: int = 120) -> str:
    """The text, cut around a part of it where it is long."""
    start = max(0, min(text.find(near) - length // 3, len(text) - length))
    end = start + length
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after}"


def _fault(error: Exception) -> str:
    """What is wrong with a tag, in Chinese; what we have no words for is said in general."""
    message = str(error.args[0] if error.args else error)
    for pattern, words in _FAULTS:
        if found := re.search(pattern, message):
            return words.format(*found.groups())
    return "标签不能用这里的内容填写，例如拿文字和数相加"


def _environment() -> Environment:
    """The Jinja environment of all templates: undefined names are faults, and a template cannot run programs."""
    from jinja2 import StrictUndefined, pass_context
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """What may be asked of a thing depends on what kind of thing it is: that is found out once."""

        safe: Final[dict[tuple[type, str], bool]] = {}

        def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
            asked = type(obj), attr
            if asked not in self.safe:
                self.safe[asked] = super().is_safe_attribute(obj, attr, value)
            return self.safe[asked]

    @pass_context
    def finalize(context: Context, value: object) -> str:
        text = str(value)
        text = escape(text) if text.isprintable() else visible(text).translate(_XML)
        printed: str = context[PRINTED](value, text)
        return printed

    return Sandbox(undefined=StrictUndefined, autoescape=False, finalize=finalize)


def _path(node: nodes.Expr) -> tuple[str, ...]:
    """The names of a dotted expression, a.b.c; empty for any other."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr) and (before := _path(node.node)):
        return (*before, node.attr)
    return ()


def _line(error: Exception) -> int:
    """The template's line that an error arose in; Jinja puts it into the traceback."""
    if line := getattr(error, "lineno", 0):
        return int(line)
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def text_of(path: Path) -> tuple[Paragraph | Table, ...]:
    """Read the body of a document, or of a template, as paragraphs and tables in their order."""
    from lxml import etree

    parts = _parts(path)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        body = etree.fromstring(parts[MAIN], parser).find(f"{_W}body")
        styles = (
            etree.fromstring(parts["word/styles.xml"], parser)
            if "word/styles.xml" in parts
            else None
        )
    except etree.XMLSyntaxError as error:
        raise WordError(
            f"“{path.name}”已经损坏，读不出正文。请在 Word 里打开并另存一次再试。"
        ) from error
    names = {} if styles is None else dict(_style_names(styles))
    return () if body is None else tuple(_pieces(body, names))


def _style_names(styles: Any) -> Iterator[tuple[str, str]]:
    """Yield the styles' ids with the names that Word shows for them."""
    for style in styles.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        shown = name.get(f"{_W}val", "") if name is not None else ""
        yield style.get(f"{_W}styleId", ""), shown


def _pieces(parent: Any, names: Mapping[str, str]) -> Iterator[Paragraph | Table]:
    """The paragraphs and tables right in a container; content controls are looked into."""
    for child in parent:
        if child.tag == f"{_W}p":
            found = child.find(f"{_W}pPr/{_W}pStyle")
            style = names.get(found.get(f"{_W}val"), "") if found is not None else ""
            yield Paragraph(_text(child), style)
        elif child.tag == f"{_W}tbl":
            rows: list[tuple[str, ...]] = []
            widths: list[tuple[int, ...]] = []
            for row in _within(child, f"{_W}tr"):
                cells = list(_within(row, f"{_W}tc"))
                rows.append(tuple(map(_cell, cells)))
                widths.append(tuple(map(_width, cells)))
            yield Table(tuple(rows), tuple(widths))
        elif child.tag in _WRAPPERS:
            yield from _pieces(child, names)


_WRAPPERS = tuple(
    f"{_W}{tag}"
    for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """The children of a kind, looking through what merely wraps them."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _cell(cell: Any) -> str:
    """What a cell of a table reads; one that continues the merged cell above reads nothing."""
    merged = cell.find(f"{_W}tcPr/{_W}vMerge")
    if merged is not None and merged.get(f"{_W}val", "continue") == "continue":
        return ""
    paragraphs = [_text(paragraph) for paragraph in cell.iter(f"{_W}p")]
    return "\n".join(paragraphs)


def _width(cell: Any) -> int:
    """Over how many columns a cell goes."""
    said = cell.find(f"{_W}tcPr/{_W}gridSpan")
    told = said.get(f"{_W}val", "") if said is not None else ""
    return max(int(told), 1) if told.isdecimal() else 1


def _text(paragraph: Any) -> str:
    """What a paragraph reads, without what is deleted by a tracked change and without the codes of fields."""
    text: list[str] = []
    read = [f"{_W}{tag}" for tag in ("t", "tab", "br", "cr")]
    for node in paragraph.iter(*read):
        if node.tag == f"{_W}t":
            text.append(node.text or "")
        elif (
            node.getparent().tag == f"{_W}r"
        ):  # a w:tab also stands in the list of a paragraph's tab stops
            text.append("\t" if node.tag == f"{_W}tab" else "\n")
    return "".join(text)
