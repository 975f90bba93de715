"""hostile.py PIPEC: scripts and patterns made to be slow are judged in time that grows with their length.

Each program is checked at a size and at four times that size; the larger may take ten times as long (and the
start of the program), no more. Exit 1 where one takes longer, or where the compiler ends by a signal.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

SCRIPTS = ["(", ")", "{ ", "x=$(", "`a`", "a;", "x=$x$T;", "cat <<A\n", "$T ", "$(( ", "'", '"', "echo $T | ", "set -x;", "a() { "]
PATTERNS = ["(", "[a", "a{1,9}", "a|", "(a|", "[a-", "a*", "\\\\"]


def script(text):
    body = text.replace("\n", "\n      ")
    return f'secret token\npipeline ci {{\n  on push\n  job a {{\n    sh """\n      {body}\n      """ {{ env T = token }}\n  }}\n}}\n'


def pattern(text):
    return f'let a = validate("a", r"{text}")\n'


def repeated(unit, size):
    """`size` bytes of `unit`, in lines that are not too long."""
    line = unit * (8000 // len(unit))
    return "\n".join([line] * (size // len(line)))


def seconds(pipec, path):
    begin = time.monotonic()
    done = subprocess.run([pipec, "check", path], capture_output=True, timeout=120)
    if done.returncode not in (0, 1):
        sys.exit(f"{path}: exit {done.returncode}: {done.stderr[:200]}")
    return time.monotonic() - begin


def main():
    pipec = sys.argv[1]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "ci.pipe"
        cases = [(script, unit, 100_000) for unit in SCRIPTS] + [(pattern, unit, 8_000) for unit in PATTERNS]
        for make, unit, size in cases:
            times = []
            for length in (size, 4 * size):
                text = repeated(unit, length)
                path.write_text(make(text.replace("\n", "") if make is pattern else text))
                times.append(seconds(pipec, path))
            if times[1] > 1 + 10 * times[0]:
                bad += 1
                print(f"{unit!r}: {times[0]:.2f} s for {size} bytes, {times[1]:.2f} s for four times as many")
    print(f"{len(cases)} shapes, {bad} slow")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
