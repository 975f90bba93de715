"""Runs a graph of 50 steps so many times, killing the runner (or its guardian) in two runs of three at a random moment, and
resumes what was killed: nothing may be lost, done twice or half trusted, and nothing may be left behind.

    soak.py PIPERUN RUNS [SEED]      in an empty directory; prints one line of numbers
"""

import glob
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

JOBS, STEPS = 10, 5


def pipeline():
    """Ten jobs of five steps; each but the first takes what an earlier one gave."""
    lines = ["param here: string", "pipeline ci {", "  on push"]
    for i in range(JOBS):
        before = random.randrange(i) if i else None
        lines.append(f"  job j{i} {{\n    env HERE = here")
        if before is not None:
            lines.append(f'    artifact(j{before}.v, to = "in")\n    sh "test \\"$(cat in/v)\\" = whole-{before}"')
        else:
            lines.append('    sh "true"')
        lines.append('    sh "printf who > v"')
        lines.append('    sh "sleep 0.00$(($$ % 10)) & echo step"')
        lines.append(f'    sh "printf le-{i} >> v; sed -i s/^who/who/ v"')
        lines.append(f'    sh "echo {i} >> $HERE/done"')
        lines.append('    out v = files("v")\n  }')
    return "\n".join([*lines, "}", ""])


def ours(mark):
    """Processes that a run here left."""
    found = []
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            environ = pathlib.Path(folder, "environ").read_bytes()
            state = pathlib.Path(folder, "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z" and mark in environ and b"PIPELANG_JOB=" in environ:
            found.append(folder)
    return found


def finish(piperun, mark, kill, counts):
    """One run to its success, through as many kills as it takes: the moment of each is random."""
    shutil.rmtree(".piperun", ignore_errors=True)
    pathlib.Path("done").write_text("")
    anew = words = ["main.pipe", "--param", "here=" + os.getcwd()]
    while True:
        run = subprocess.Popen([piperun, *words, "-q", "-j", "4"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if kill and random.random() < 0.7:
            time.sleep(random.uniform(0, counts["longest"]))
            victim = run.pid
            if random.random() < 0.5:
                try:
                    children = pathlib.Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
                    victim = int(children[0])
                except (OSError, IndexError):
                    pass
            if run.poll() is None:
                try:
                    os.kill(victim, signal.SIGKILL)
                    counts["kills"] += 1
                except OSError:
                    pass
        said = run.communicate(timeout=300)[1].decode()
        end = time.monotonic() + 5
        while ours(mark) and time.monotonic() < end:
            time.sleep(0.005)
        if ours(mark):
            sys.exit(f"left behind: {ours(mark)}")
        if run.returncode == 0:
            return
        if not kill or run.returncode == 1:
            sys.exit(f"ended with {run.returncode}: {said}")
        # Killed before its journal said what it is: nothing was done, and nothing can be gone on with.
        if any(os.path.getsize(path) > 8 for path in glob.glob(".piperun/runs/*/journal")) and "run anew" not in said:
            words = ["resume"]
        else:
            if pathlib.Path("done").read_text():
                sys.exit("the journal does not tell of what was done")
            shutil.rmtree(".piperun", ignore_errors=True)
            words = anew


def judge(piperun):
    """Each job once as its success tells, each artifact whole, no file that is nobody's."""
    said = subprocess.run([piperun, "report", "--ndjson"], capture_output=True, text=True).stdout
    events = [json.loads(line) for line in said.splitlines()]
    ended = [e["node"] for e in events if e["type"] == "node_ended" and e["outcome"] == "success"]
    if sorted(ended) != sorted(f"j{i}" for i in range(JOBS)):
        sys.exit(f"lost or done twice: {ended}")
    if set(pathlib.Path("done").read_text().split()) != {str(i) for i in range(JOBS)}:
        sys.exit("a job was not done")
    for i in range(JOBS):
        [path] = glob.glob(f".piperun/runs/*/artifacts/j{i}/v/v")
        if pathlib.Path(path).read_text() != f"whole-{i}":
            sys.exit(f"half done: {path}")
    strange = [p for p in glob.glob(".piperun/**/*", recursive=True) if ".tmp" in os.path.basename(p)]
    if strange:
        sys.exit(f"temporary files: {strange}")


def main(piperun, runs, seed="1"):
    random.seed(int(seed))
    # Working directories go where we see what is left of them.
    os.makedirs("scratch", exist_ok=True)
    os.chmod("scratch", 0o755)
    os.environ["TMPDIR"] = os.path.abspath("scratch")
    mark = ("=" + os.path.abspath("scratch")).encode()
    pathlib.Path("main.pipe").write_text(pipeline())
    counts = {"kills": 0, "longest": 1.0}
    began = time.monotonic()
    finish(piperun, mark, False, counts)
    counts["longest"] = time.monotonic() - began
    for i in range(int(runs)):
        start = time.monotonic()
        finish(piperun, mark, i % 3 > 0, counts)
        if i % 3 == 0:  # as long as a run takes now: a later kill would miss it
            counts["longest"] = time.monotonic() - start
        judge(piperun)
        left = [p for p in glob.glob("scratch/*/*") if os.path.basename(p) != "deployments"]
        if left:
            sys.exit(f"working directories are left: {left}")
        if i % 100 == 99:
            print(f"{i + 1} runs, {counts['kills']} kills", file=sys.stderr, flush=True)
    print(f"{runs} runs of {JOBS * STEPS} steps, {counts['kills']} kills: nothing lost, nothing left, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
