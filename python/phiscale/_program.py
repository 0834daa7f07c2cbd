"""The program ``phiscale``, as ``pip install`` puts it on the path."""

import signal
import sys

from . import _phiscale


def main() -> int:
    # Python only notes an interrupt until its own code runs again; the program should end at once. Who started it may
    # have it ignore interrupts, as nohup does.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _phiscale.run(sys.argv)
