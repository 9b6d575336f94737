"""What stops a verb: one family of errors, each a sentence for people with its remedy; and the exit codes of all doors."""

from __future__ import annotations

import errno

# What a command ends with. Of several that hold, the worst is told: what could not be done, then errors, then what is open.
DONE = 0  # complete and right
ERRORS = 1  # there are errors to mend
COULD_NOT = 2  # something could not be read or done
UNFINISHED = 3  # no error, but a form is not filled or a check could not be made

_FROM_BEST_TO_WORST = (DONE, UNFINISHED, ERRORS, COULD_NOT)


def worst(*codes: int) -> int:
    """The exit code of several things done together."""
    return max(codes, key=_FROM_BEST_TO_WORST.index, default=DONE)


class ToolkitError(Exception):
    """A thing that could not be read or done. The message is a Chinese sentence that says what, where, and how to go on."""

    code = COULD_NOT


_FULL = "磁盘空间不够，请腾出空间后再运行"
_READING = {
    errno.ENOENT: "没有这个文件，请检查路径",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹，请检查路径",
    errno.EISDIR: "它是一个文件夹，请给出里面的文件",
    errno.EACCES: "没有读取的权限，或者正被其他程序打开。请关闭它再试，或请管理员放开权限",
    errno.EPERM: "没有读取的权限，请管理员放开权限",
    errno.ENAMETOOLONG: "文件夹或文件的名字太长，请换一个短一些的名字",
    errno.ELOOP: "它是绕圈的链接，请给出真正的文件",
    errno.EIO: "磁盘或网络出了故障，请复制到本机的硬盘再试",
    errno.ENODEV: "它不是文件，是管道或设备，请给出真正的文件",
    errno.EFBIG: "它过大，不像要用的文件，请检查路径",
}
_WRITING = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: "没有写入的权限，请换一个文件夹，或请管理员放开权限",
    errno.EPERM: "没有写入的权限，请换一个文件夹，或请管理员放开权限",
    errno.EROFS: "所在的磁盘是只读的，请换一个文件夹",
    errno.ENAMETOOLONG: "文件夹或文件的名字太长，请换一个短一些的名字",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹，请换一个文件夹",
    errno.ENOENT: "放它的文件夹不在了，请换一个文件夹",
    errno.EISDIR: "那里已经有一个同名的文件夹，请换一个名字",
    errno.EEXIST: "同名的文件已经占了文件夹的位置，请换一个文件夹",
    errno.EIO: "磁盘或网络出了故障，请换到本机的硬盘再试",
    errno.ENODEV: "那里是管道或设备，不能放结果，请换一个名字",
}


def why_not_read(error: OSError) -> str:
    """Why the system does not let us read, and what to do; Windows' and Linux' own words are English, or nobody's."""
    return _READING.get(error.errno or 0, _unnamed(error))


def why_not_written(error: OSError) -> str:
    """Why the system does not let us write, and what to do."""
    return _WRITING.get(error.errno or 0, _unnamed(error))


def _unnamed(error: OSError) -> str:
    return f"系统不允许（代码 {error.errno or 0}），请换一个位置再试；还不行的，把这句话发给维护的人"
