"""What runs cost, beside ninja, make and the spawn floor (floor.c), in one go: processor time of all processes
together and the largest memory of one, medians of several runs.

    bench.py PIPERUN [STEPS…]        steps of the larger graphs, 1000 unless given
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
AT_ONCE = 4


def measure(command, folder, times=3):
    """Median processor seconds and largest resident megabytes."""
    seconds, megabytes = [], []
    for _ in range(times):
        for left in [".piperun", "made", ".ninja_log", ".ninja_deps"]:
            shutil.rmtree(folder / left, ignore_errors=True)
        child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            sys.exit(f"{command[0]} failed: {said.decode()[-2000:]}")
        seconds.append(usage.ru_utime + usage.ru_stime)
        megabytes.append(usage.ru_maxrss / 1024)
    return statistics.median(seconds), max(megabytes)


def jobs(count, steps):
    """`count` jobs of `steps` steps each that do nothing."""
    text = "pipeline ci {\n  on push\n"
    for i in range(count):
        text += f"  job j{i} {{\n" + '    sh "true"\n' * steps + "  }\n"
    return text + "}\n"


def row(name, own, floor, others=()):
    seconds, megabytes = own
    text = f"{name:<28} {seconds * 1000:9.1f} ms {megabytes:7.1f} MB   {seconds / floor[0]:5.2f} x floor"
    for other, (theirs, memory) in others:
        text += f"   {other} {theirs / floor[0]:.2f} x, {memory:.0f} MB"
    print(text, flush=True)


def main(piperun, *sizes):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    floor = str(folder / "floor")
    subprocess.run(["cc", "-O2", "-o", floor, HERE / "floor.c"], check=True)
    (folder / "main.pipe").write_text(jobs(1, 1))
    run = [os.path.abspath(piperun), "--color", "never", "-q", "-j", str(AT_ONCE), "main.pipe"]
    row("one step", measure(run, folder, 9), measure([floor, "1"], folder, 9))
    for size in [int(word) for word in sizes] or [1000]:
        floor_cost = measure([floor, str(size), str(AT_ONCE)], folder)
        others = []
        (folder / "build.ninja").write_text(
            "rule r\n command = true\n" + "".join(f"build o{i}: r\n" for i in range(size))
        )
        (folder / "Makefile").write_text(
            "all: " + " ".join(f"o{i}" for i in range(size)) + "\n" + "".join(f"o{i}:;@true;\n" for i in range(size))
        )
        for tool, command in [("ninja", ["/usr/bin/ninja", f"-j{AT_ONCE}"]), ("make", ["make", f"-j{AT_ONCE}", "-s"])]:
            if shutil.which(tool):
                others.append((tool, measure(command, folder)))
        (folder / "main.pipe").write_text(jobs(size, 1))
        row(f"{size} jobs of one step", measure(run, folder), floor_cost, others)
        (folder / "main.pipe").write_text(jobs(1, size))
        row(f"one job of {size} steps", measure(run, folder), floor_cost)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
