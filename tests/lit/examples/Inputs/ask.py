"""Asks all the while. `ask.py URL FILE`: until it is ended, 50 times a second, each time on a new connection; then
writes `N asked, N failed` to FILE."""

import signal
import sys
import time
import urllib.request

asked = failed = 0
going = True


def end(*_: object) -> None:
    global going
    going = False


signal.signal(signal.SIGTERM, end)
while going:
    asked += 1
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=5) as answer:
            answer.read()
    except OSError as error:
        failed += 1
        print(error, file=sys.stderr)
    time.sleep(0.02)
with open(sys.argv[2], "w") as file:
    file.write(f"{asked} asked, {failed} failed\n")
