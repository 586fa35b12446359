"""Commands, the composition root and the one error boundary."""

import sys
from types import TracebackType


def _say_nothing_of_ctrl_c(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Ctrl-C before `main` has begun ends the program as it should, but without a traceback."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_nothing_of_ctrl_c
