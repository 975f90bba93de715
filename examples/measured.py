"""What the last deployment measured, as one line. `measured.py EVENTS`: what `piperun --format json`
printed. Exit 1, with the reason, where that is not a switch under load without a failed request and under a second."""

import json
import pathlib
import sys

LEAST_REQUESTS = 10_000
MOST_MILLISECONDS = 1000


def main() -> int:
    events = [json.loads(line) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
    found = [event["values"] for event in events if event["type"] == "measured"]
    if not found:
        sys.exit("the run measured no switch")
    values = found[-1]
    line = (
        f"{values['requests']:.0f} requests, {values['failures']:.0f} failed, "
        f"switchover {values['switchover']:.0f} ms, 95 of 100 answers within {values['p95']:.1f} ms"
    )
    if values["requests"] < LEAST_REQUESTS:
        sys.exit(f"{line}: wanted at least {LEAST_REQUESTS} requests")
    if values["failures"] > 0:
        sys.exit(f"{line}: wanted none to fail")
    if values["switchover"] >= MOST_MILLISECONDS:
        sys.exit(f"{line}: wanted a switchover under {MOST_MILLISECONDS} ms")
    print(line)
    return 0


sys.exit(main())
