"""random_builds.py PIPEC PIPERUN COUNT [SEED]: COUNT programs of random_pipes.py, in this folder. Each is built twice,
with the same bytes; its Plan is accepted by piperun, which shows the same for it as for the program; in its
canonical form it gives the same workflow, and formatting that changes nothing. Prints how many there were."""

import pathlib
import random
import subprocess
import sys

from random_pipes import program


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def workflow(pipec, folder):
    run(pipec, "build", "ci.pipe", "--out", folder, "--force", "--quiet")
    return pathlib.Path(folder, ".github/workflows/ci.yml").read_text()


def main():
    pipec, piperun, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seed = int((sys.argv[4:] or [1])[0])
    source = pathlib.Path("ci.pipe")
    for number in range(seed, seed + count):
        expressions = random.Random(number).randrange(1, 40)
        source.write_text("\n".join(program(expressions, number)) + "\n")
        loose = workflow(pipec, "one")
        plan = run(pipec, "plan", "ci.pipe", "--json")
        same = workflow(pipec, "two") == loose and run(pipec, "plan", "ci.pipe", "--json") == plan
        pathlib.Path("ci.json").write_text(plan)
        shown = [run(piperun, file, "ci", "--dry-run") for file in ("ci.pipe", "ci.json")]
        run(pipec, "fmt", "ci.pipe")
        canonical = source.read_text()
        run(pipec, "fmt", "--check", "ci.pipe")
        if not same or shown[0] != shown[1] or workflow(pipec, "three") != loose:
            sys.exit(f"seed {number}: see ci.pipe")
        if canonical != source.read_text():
            sys.exit(f"seed {number}: formatting twice")
    print(f"{count} programs, built twice and formatted")


if __name__ == "__main__":
    main()
