"""Personal data (公开前): numbers of identity cards, telephones, accounts and passports, addresses, as people write them.

A number is told by its form (region, birth date, check digit), blanks and dashes apart, never by its length alone; a message
shows its ends only, for the report must not spread it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.model import Return
from toolkit.rules.reading import (
    END,
    Once,
    Passage,
    Texts,
    any_pattern,
    brief,
    late,
    texts,
    why_no_day,
)
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look

GAP = r"[ \u3000\-－—·]?"  # what people put between the groups of a long number
# 18 digits, the last may be X; 15 digits before 1999.
IDENTITY = late(rf"(?<![\dA-Za-z.])\d(?:{GAP}\d){{16}}{GAP}[\dXx](?![\dA-Za-z.])")
# What is called the number of an identity card, whatever was typed: 身份证号：1301.
CALLED_IDENTITY = late(
    rf"身份证(?:件)?(?:号码?)?(?:为|是)?[：: ]*\d(?:{GAP}[\dXx*]){{5,19}}"
)
OLD_IDENTITY = late(rf"(?<![\dA-Za-z.])\d(?:{GAP}\d){{14}}(?![\dA-Za-z.])")
# The same with a slip of the hand: a digit or a blank too many or too few, or the X not at its end.
SLIPPED_IDENTITY = late(
    r"(?<![\dA-Za-z.])\d(?:[ \u3000\-－—·]{0,2}[\dXx]){16,18}(?![\dA-Za-z.])"
)
MOBILE = late(
    rf"(?<![\dA-Za-z.,])(?:\+?86{GAP})?1[3-9]\d(?:{GAP}\d){{8}}(?![\dA-Za-z.,万亿元人])"
)
# 0316-8312345, (0316)8312345; or 电话：8312345.
LANDLINE = late(
    r"(?<![\dA-Za-z.])(?:0\d{2,3}[ \-－—]?\d{7,8}|[（(]0\d{2,3}[）)]\s*\d{7,8})(?!\d)"
    r"|(?:电话|座机|手机)(?:号码?)?[：: ]*\d(?:[ \-]?\d){6,9}(?!\d)"
)
EMAIL = late(r"[A-Za-z0-9._%+-]+[@＠](?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
# 12号3单元502室, 5号楼2单元301; an office has neither.
HOME = late(
    r"\d+\s*(?:号楼?|栋|幢|座|楼|弄)?[，、 ]?\d*\s*单元\s*\d+(?!\d|\s*户)"
    r"|(?:家庭[住地]址|(?<!国)家住(?![培院建房])|居住地址|居住在|住址|户籍地址|户籍所在地)"
    r"(?:在|为|是)?[：: ]*[\u3400-\u9fff\d]{2,24}"
)
ACCOUNT = late(rf"(?<![\dA-Za-z.])\d(?:{GAP}\d){{15,18}}(?![\dA-Za-z.])")
# 账号：0410011234567.
NAMED_ACCOUNT = late(
    rf"(?:账号|帐号|卡号|账户|帐户|银行卡)(?:号码?)?(?:为|是)?[：: ]*(\d(?:{GAP}\d){{8,29}})(?!\d)"
    rf"|(?<![\dA-Za-z.])(?P<before>\d(?:{GAP}\d){{8,29}})(?:号)?(?=账户|帐户|账号|帐号|卡号)"
)
# E12345678, EA1234567; other letters count where the text says what it is.
# 微信号abc12345, QQ：12345678; 微信公众号 is an office's.
ACCOUNT_NAME = late(r"(?:微信号?|QQ号?)[：: ]*[A-Za-z0-9_-]{5,20}")
PASSPORT = late(
    r"(?<![A-Za-z0-9])(?:[EG]\d{8}|E[A-Z]\d{7}|(?:(?<=护照号)|(?<=护照：)|(?<=通行证号)|(?<=证：))[A-Z]\d{8,10})"
    r"(?![\dA-Za-z])"
)
# The column of a reason for change, what is to be reached, what an office is for, what a term means.
NO_PLACES = (
    *("reason", "project.goal", "overall.goal", "goals.goal", "goals.indicators"),
    *("duties.text", "glossary.definition"),
)
WAYS = (
    *((LANDLINE, "电话号码"), (EMAIL, "邮箱"), (HOME, "住址")),
    *((PASSPORT, "护照号"), (ACCOUNT_NAME, "微信号、QQ号")),
)
# Regions of GB/T 2260 that a card's number begins with.
REGIONS = frozenset(
    str(code)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for code in range(first, last + 1)
)
FIRST_BIRTH = 1900
NEAR = 14  # characters before a number that may say whose it is


# What personal data cannot do without: seven digits in a row, a sign of mail, a word of homes.
LONG_NUMBER = late(rf"(?<!\d)\d(?:{GAP}\d){{6}}")
HINT = late("[@＠]|单元|[居家]住|家庭|住址|户籍|身份证|微信|QQ")


def _hinted(book: Return, bounds: Bounds) -> Texts:
    """The few texts that may hold personal data at all: the patterns are tried on them alone."""
    written = texts(book, bounds)
    numbered, hinting = written.holding(LONG_NUMBER), written.holding(HINT)
    if not numbered or not hinting:
        return Texts((*numbered, *hinting))
    return Texts(tuple(filter({**numbered, **hinting}.__contains__, written.passages)))


hinted = Once(_hinted, of_words=True)


def _digits(written: str) -> str:
    """A number without what parts its groups, in plain digits whatever they were typed in (１２)."""
    signs = (str(int(sign)) if sign.isdecimal() else sign for sign in written)
    return re.sub(r"[^0-9Xx]", "", "".join(signs))


def _hidden(written: str) -> str:
    """The ends of a number: enough to find it, too little to use it."""
    digits = _digits(written)
    return f"{digits[:3]}…{digits[-2:]}"


def _is_day(year: int, month: str, day: str, bounds: Bounds) -> bool:
    """Whether somebody may have been born on a day; the end of February is not looked at more closely."""
    if not FIRST_BIRTH <= year <= bounds.year:
        return False
    return not why_no_day(int(month), int(day))


def _is_identity(number: str, bounds: Bounds) -> bool:
    """Whether 15 or 18 digits have the form of an identity card's: a region, then a birth date."""
    if number[:2] not in REGIONS:
        return False
    if len(number) == len("130000199001011234"):
        return _is_day(int(number[6:10]), number[10:12], number[12:14], bounds)
    return _is_day(1900 + int(number[6:8]), number[8:10], number[10:12], bounds)


def _check_digit(number: str) -> bool:
    """Whether the last of 18 digits is the one that the first 17 give (GB 11643: weighted sum modulo 11; X is 10)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    digits = map(int, number[:-1])
    weighted = sum(
        digit * weight for digit, weight in zip(digits, weights, strict=True)
    )
    due = "10X98765432"[weighted % 11]
    return number[-1].upper() == due


def _slip_of_identity(number: str, bounds: Bounds) -> str:
    """How a run of digits came of an identity card's number, or "".

    The X stands elsewhere; it is right but for its blanks; two neighbours are exchanged (what comes of it must hold in every
    way, the check digit too); or a digit is missing or too many behind a region and a birth date.
    """
    due = len("130000199001011234")
    if number[:2] not in REGIONS:
        return ""
    if "X" in number.upper()[:-1]:
        return (
            "有地区码，X 的位置不对"
            if number.upper().count("X") == 1 and len(number) in (due - 1, due, due + 1)
            else ""
        )
    if len(number) != due:
        dated = _is_identity(number[: due - 1].ljust(due, "0"), bounds)
        card = len(number) > due and number.isdigit() and _luhn(number)
        more = "少" if len(number) < due else "多"
        return f"有地区码和出生日期，只是{more}一位" if dated and not card else ""
    if _check_digit(number) and _is_identity(number, bounds):
        return "中间有空格"
    exchanged = (
        f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"
        for at in range(due - 1)
    )
    right = any(
        one[:-1].isdigit() and _check_digit(one) and _is_identity(one, bounds)
        for one in exchanged
    )
    return "有两位颠倒了" if right else ""


def _luhn(number: str) -> bool:
    """Whether a bank card's check digit holds (ISO/IEC 7812): from the right every other digit doubled, its digits added."""
    doubled = [
        "0246813579"[int(digit)] if at % 2 else digit
        for at, digit in enumerate(reversed(number))
    ]
    return sum(map(int, doubled)) % 10 == 0


@look(
    id="H01-01",
    title="有身份证号",
    severity=ERROR,
    basis=("审核经验/个人信息",),
    kind="公开前",
    message="文字里有身份证号（{said}），公开出去会泄露个人信息。",
    remedy="删去身份证号。",
)
def identity_numbers(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Numbers of identity cards whose check digit holds, blanks and dashes apart."""
    for passage, match in hinted(book, bounds).search(IDENTITY):
        number = _digits(match[0])
        if _check_digit(number) and _is_identity(number, bounds):
            yield Breach(passage.cells, {"said": _hidden(number)})


@look(
    id="H01-03",
    title="像是身份证号",
    severity=WARNING,
    basis=("审核经验/个人信息",),
    kind="公开前",
    message="文字里的 {said} 像是身份证号：{but}。",
    remedy="是身份证号的，删去，打错了一位的也删去；是别的编号的，不用改。",
)
def likely_identity_numbers(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The same with a digit mistyped, the older numbers of fifteen digits, and whatever is called one."""
    written = hinted(book, bounds)
    found: dict[tuple[Passage, str], str] = {}
    for pattern, but in (
        (IDENTITY, "有地区码和出生日期，只是校验位不对"),
        (OLD_IDENTITY, "有地区码和出生日期，是十五位的旧号"),
        (CALLED_IDENTITY, "前面写着身份证"),
    ):
        for passage, match in written.search(pattern):
            number = _digits(match[0])
            inside = IDENTITY.search(match[0])
            right = inside is not None and _check_digit(_digits(inside[0]))
            if not right and (
                pattern is CALLED_IDENTITY or _is_identity(number, bounds)
            ):
                found.setdefault((passage, number), but)
    right_or_told = {
        (passage, _digits(match[0]))
        for passage, match in written.search(IDENTITY)
        if _is_right(match, bounds)
    }
    for passage, match in written.search(SLIPPED_IDENTITY):
        number = _digits(match[0])
        slip = _slip_of_identity(number, bounds)
        if slip and (passage, number) not in right_or_told:
            found.setdefault((passage, number), slip)
    for (passage, number), but in found.items():
        yield Breach(passage.cells, {"said": _hidden(number), "but": but})


def _is_right(match: re.Match[str], bounds: Bounds) -> bool:
    """Whether a number is an identity card's in every way."""
    number = _digits(match[0])
    return _check_digit(number) and _is_identity(number, bounds)


@look(
    id="H01-02",
    title="像是手机号或银行账号",
    severity=WARNING,
    basis=("审核经验/个人信息",),
    kind="公开前",
    message="文字里有一串数字（{said}），像是{what}。",
    remedy="是个人信息的，删去；是文件编号等的，不用改。",
)
def phones_and_accounts(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Mobile numbers, and numbers of bank cards (their check digit holds) or that are called accounts."""
    written = hinted(book, bounds)
    found: dict[tuple[Passage, str], str] = {}
    for passage, match in written.search(MOBILE):
        found[passage, _digits(match[0])] = "手机号"
    for passage, match in written.search(ACCOUNT):
        number = _digits(match[0])
        if _luhn(number) and not _is_identity(number, bounds):
            found[passage, number] = "银行卡号"
    for passage, match in written.search(NAMED_ACCOUNT):
        found.setdefault((passage, _digits(match[1] or match["before"])), "银行账号")
    for (passage, number), what in found.items():
        yield Breach(passage.cells, {"said": _hidden(number), "what": what})


def _is_office(match: re.Match[str], bounds: Bounds) -> bool:
    """Whether the words before a number or an address say that it is an office's."""
    before = match.string[max(0, match.start() - NEAR) : match.start()].rpartition(END)[
        2
    ]
    own = before + match[0]
    return any_pattern(bounds.words["of_offices_patterns"]).search(own) is not None


@look(
    id="H01-04",
    title="像是私人的电话、邮箱、住址、护照号",
    severity=WARNING,
    basis=("审核经验/个人信息",),
    kind="公开前",
    message="文字里的“{said}”像是{what}。",
    remedy="是私人的，删去；是单位对外公开的，写明“咨询电话”“办公地址”等。",
)
def ways_to_a_person(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Landlines, mail addresses, homes and passports, where nothing says that they are an office's."""
    written = hinted(book, bounds)
    # told as such
    mobile = {(passage, _digits(match[0])) for passage, match in written.search(MOBILE)}
    for pattern, what in WAYS:
        for passage, match in written.search(pattern):
            told = any(
                where == passage and _digits(match[0]) and _digits(match[0]) in number
                for where, number in mobile
            )
            # A reason for change and a goal are no places to say where an office is reached.
            public = _is_office(match, bounds) and not passage.field.endswith(NO_PLACES)
            if not public and not told:
                said = f"{match[0][:4]}…{match[0][-2:]}"
                yield Breach(passage.cells, {"said": brief(said), "what": what})
