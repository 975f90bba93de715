"""Runs the sample in the working directory again and again; what ran each time is told by `piperun why`."""

import atexit
import os
import pathlib
import subprocess
import sys

PIPERUN = os.environ["PIPERUN"]
CHECKS = ["quality", "unit[3.11]", "integration", "security"]
CACHED = "was taken from the cache: nothing it depends on has changed since run "


@atexit.register
def down():
    subprocess.run([PIPERUN, "down"], capture_output=True)


def check(fact, what):
    if not fact:
        sys.exit(what)


def why_after(*words):
    """What `why` says about each node of a run that succeeded, and which jobs ran."""
    done = subprocess.run([PIPERUN, *words], capture_output=True, text=True)
    check(done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    told = subprocess.run([PIPERUN, "why"], capture_output=True, text=True, check=True).stdout.splitlines()
    print(" ".join(words), *told, sep="\n  ")
    return {line.split("`")[1]: line for line in told}


def ran(why):
    return {job for job, line in why.items() if f"`{job}` ran: " in line}


def ci(name, expected, because):
    """The jobs that run are those, each for a reason that says so; all others come from the cache."""
    why = why_after("sprint-reports.pipe", "ci")
    check(list(why) == [*CHECKS, "quality_gate"], f"{name}: {why}")
    check(ran(why) == set(expected), f"{name}: {ran(why)} ran, not {expected}")
    for job in CHECKS:
        reason = f"`{job}` ran: {because}" if job in expected else f"`{job}` {CACHED}"
        check(why[job].startswith(reason), f"{name}: {why[job]}")
    check(why["quality_gate"] == "`quality_gate` was judged: a gate is, in every run", f"{name}: {why['quality_gate']}")


def edit(path):
    """Another word at the end of a file of Python, as black likes it."""
    file = pathlib.Path(path)
    file.write_text(file.read_text().rstrip("\n") + "  # so\n")


pipe = pathlib.Path("sprint-reports.pipe")  # whether it bears its load is not asked here
quick = {"rate            = 1000/s": "rate            = 50/s", "after           = 9s": "after           = 1s"}
for long, short in quick.items():
    check(long in pipe.read_text(), f"the sample has no {long}")
    pipe.write_text(pipe.read_text().replace(long, short))

ci("first", CHECKS, "there is no result of it yet")
ci("second", [], "")

for path in ["README.md", "monitoring/prometheus.yml"]:
    with open(path, "a") as file:
        file.write("# for people\n")
ci("files of nobody", [], "")

edit("tests/unit/test_models.py")
ci("a test", ["quality", "unit[3.11]", "integration"], "`tests/unit/test_models.py` changed")

main = pathlib.Path("app/main.py")
before = main.read_text()
main.write_text(before.replace('version="2"', 'version="3"'))
ci("the application", CHECKS, "`app/main.py` changed")
main.write_text(before)
ci("the application as it was", [], "")

why = why_after("sprint-reports.pipe", "cd")
check(why["tests"].startswith(f"`tests` {CACHED}"), f"cd: its tests are those of ci: {why['tests']}")
check(why["image"] == "`image` ran: there is no result of it yet", f"cd: {why['image']}")
check(why["api"] == "`api` was deployed: a deployment is, in every run", f"cd: {why['api']}")
why = why_after("sprint-reports.pipe", "cd")
check(ran(why) == {"on api"}, f"cd again: {ran(why)} ran")
check(why["image"].startswith(f"`image` {CACHED}"), f"cd again: {why['image']}")
check("was deployed" in why["api"] and "was judged" in why["release_gate"], f"cd again: {why}")

pathlib.Path("Dockerfile").write_text(pathlib.Path("Dockerfile").read_text() + "# so\n")
why = why_after("sprint-reports.pipe", "cd", "--job", "image")
check(why["image"] == "`image` ran: `Dockerfile` changed", f"Dockerfile: {why['image']}")
