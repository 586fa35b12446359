"""Commands, the composition root and the one error boundary."""

import sys
from types import TracebackType


def _say_nothing_of_ctrl_c(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print no traceback for a Ctrl-C before `main` has begun; the program ends as usual."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_nothing_of_ctrl_c
