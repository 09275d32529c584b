"""Become another program that ends when its parent does: ``child.py PARENT_PID SIGNAL COMMAND …``.

Run as a script before the real program, so that nothing but an exec happens
between fork and program: code in a forked child of a threaded parent may hang.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask Linux for SIGNAL at the parent's death, then become the command."""
    parent, number, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != int(parent):  # it died before we asked
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
