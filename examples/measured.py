"""What the last deployment measured, as one line. `measured.py PIPERUN`, in the project's folder. Exit 1, with the
reason, where that is not a switch under load without a failed request and under a second."""

import json
import subprocess
import sys

LEAST_REQUESTS = 10_000
MOST_MILLISECONDS = 1000


def main() -> int:
    report = subprocess.run([sys.argv[1], "report", "--format", "json"], text=True, capture_output=True)
    if report.returncode != 0:
        sys.exit(f"piperun report: {report.stderr.strip()}")
    events = [json.loads(line) for line in report.stdout.splitlines() if line.strip()]
    found = [event["values"] for event in events if event["type"] == "measured"]
    if not found:
        sys.exit("the last run measured no switch")
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
