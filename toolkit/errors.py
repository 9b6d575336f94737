"""What stops a verb: one family of errors, each a sentence for people with its remedy, and the exit code it ends with."""

from __future__ import annotations


class ToolkitError(Exception):
    """A thing that could not be read or done. The message is a Chinese sentence that says what, where, and how to go on."""

    code = 2
