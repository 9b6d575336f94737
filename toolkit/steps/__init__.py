"""The verbs on paths: draw a template, check workbooks, merge a department. The doors call these and decide nothing."""

from toolkit.steps.checking import Checked, Heard, check, passed_data
from toolkit.steps.drawing import draw_return, paper, return_of, template
from toolkit.steps.merging import REPORT, SIGN_SHEET, STATEMENT, TABLES, WORKINGS, Merged, merge_folder
from toolkit.steps.paths import Placed, StepError, collected, names_in, place, workbooks
from toolkit.steps.rulebook import catalogue, everything, office_settings, settings_data
from toolkit.steps.sending import SentBack, send_back
from toolkit.steps.telling import Before, annotate, before, book, clean, closing, left, page, receipts, since
from toolkit.steps.units import Opener, Unfinished
from toolkit.steps.verifying import Verified, verify

__all__ = [
    "REPORT",
    "SIGN_SHEET",
    "STATEMENT",
    "TABLES",
    "WORKINGS",
    "Before",
    "Checked",
    "Heard",
    "Merged",
    "Opener",
    "Placed",
    "SentBack",
    "StepError",
    "Unfinished",
    "Verified",
    "annotate",
    "before",
    "book",
    "catalogue",
    "check",
    "clean",
    "closing",
    "collected",
    "draw_return",
    "everything",
    "left",
    "merge_folder",
    "names_in",
    "office_settings",
    "page",
    "paper",
    "passed_data",
    "place",
    "receipts",
    "return_of",
    "send_back",
    "settings_data",
    "since",
    "template",
    "verify",
    "workbooks",
]
