"""What the fault tests share: runs of the real piperun in the working directory, and who survives them.

The pipeline is `main.pipe` beside the script; the program comes by the variable PIPERUN. A test is a script
that ends with 0; `check` says what was wrong otherwise.
"""

import glob
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

PIPERUN = os.environ["PIPERUN"]
# How many times as long everything may take: a program with sanitizers is slow to start and to end.
PATIENCE = 5 if os.environ.get("PIPELANG_SANITIZED") else 1
SCRATCH = hashlib.sha1(os.path.realpath(".").encode()).hexdigest()[:8]


def obey_modes():
    """Root reads whatever its mode says; a test of that begins anew without that right."""
    if os.geteuid() == 0 and "OBEYS_MODES" not in os.environ:
        os.environ["OBEYS_MODES"] = "1"
        without = "-dac_override,-dac_read_search"
        os.execvp("setpriv", ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", sys.executable, *sys.argv])


def check(fact, what):
    if not fact:
        sys.exit(f"{what}\n--- out.txt\n{output()[-3000:]}")


def until(condition, what, seconds=20):
    """Waits; fails the test where it takes too long."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    check(False, f"in {seconds} s not: {what}")


def start(*words, stdout=None, **options):
    """A run, leader of a process group; its words go to out.txt. Signals are as a terminal would leave them."""
    options.setdefault("process_group", 0)
    options.setdefault("preexec_fn", lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    with open("out.txt", "ab") as out:
        return subprocess.Popen(
            [PIPERUN, *(words or ["main.pipe"]), "--color", "never"],
            stdin=subprocess.DEVNULL,
            stdout=stdout or out,
            stderr=out,
            **options,
        )


def run(*words, seconds=60, **options):
    """A run to its end: its exit status."""
    process = start(*words, **options)
    seconds *= PATIENCE
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        check(False, f"not ended in {seconds} s")


def output():
    try:
        return pathlib.Path("out.txt").read_text(errors="replace")
    except FileNotFoundError:
        return ""


def folders_of_runs():
    """Oldest first: the tenth run of a second comes after its ninth."""
    return sorted(glob.glob(".piperun/runs/*"), key=lambda run: [int(each) for each in re.findall(r"\d+", run)])


def logs(job, step="0"):
    """Everything that this step logged in the last run."""
    runs = folders_of_runs()
    try:
        return pathlib.Path(runs[-1], "logs", job, f"{step}.log").read_bytes()
    except (IndexError, OSError):
        return b""


def runner_of(guardian):
    """The process that does the work."""
    children = pathlib.Path(f"/proc/{guardian}/task/{guardian}/children").read_text().split()
    return int(children[0])


def gone(pid):
    """Whether a process has ended, reaped or not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def survivors():
    """Processes of steps and services of runs in this directory: pid, state and what it is."""
    found = []
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            environ = pathlib.Path(folder, "environ").read_bytes()
            state = pathlib.Path(folder, "stat").read_text().rsplit(")", 1)[1].split()[0]
            words = pathlib.Path(folder, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if state != "Z" and re.search(rb"HOME=[^\0]*-%s/" % SCRATCH.encode(), environ):
            found.append(f"{folder[6:]} {state} {words}")
    return found


def nobody_left(seconds=1):
    """No process of a step is left, at the latest after `seconds`; many looks, for the machine may stand still."""
    end, looks = time.monotonic() + seconds * PATIENCE, 0
    while left := survivors():
        looks += 1
        check(looks < 50 or time.monotonic() < end, f"survivors: {left}")
        time.sleep(0.01)


def send(pid, *signals, pause=0.3):
    for each in signals:
        os.kill(pid, each)
        time.sleep(pause)
