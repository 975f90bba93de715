"""`cpu.py LIMIT COMMAND…`: fails unless the command's best processor time of 20 runs is at most LIMIT ms
(twenty times that in a build with sanitizers)."""

import os
import resource
import subprocess
import sys


def used() -> float:
    """Milliseconds of processor time of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (usage.ru_utime + usage.ru_stime)


SLOWER = 20 if os.environ.get("PIPELANG_SANITIZED") else 1
limit = float(sys.argv[1]) * SLOWER
times = []
for _ in range(20):
    before = used()
    subprocess.run(sys.argv[2:], check=True)
    times.append(used() - before)
print(f"best {min(times):.1f} ms, median {sorted(times)[10]:.1f} ms, limit {limit:.0f} ms")
sys.exit(min(times) > limit)
