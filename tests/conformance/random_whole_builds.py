"""random_whole_builds.py PIPEC PIPERUN LOCK COUNT [SEED]: COUNT programs of random_whole.py, in this folder. Each is
accepted; its tests hold; two builds give the same bytes, whose YAML can be read; its canonical form gives the same
files; piperun shows the same for the program and for its Plan."""

import pathlib
import shutil
import subprocess
import sys

import yaml

from random_whole import Whole


def run(seed, *command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"seed {seed}: {' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def built(seed, pipec, folder):
    """Every file that is written, by its path; the lines that name the plan's file and digest left out."""
    shutil.rmtree(folder, ignore_errors=True)
    run(seed, pipec, "build", "main.pipe", "--out", folder, "--force", "--quiet")
    files = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and not path.name.endswith((".map", ".plan.json")):
            text = path.read_text()
            if path.suffix in (".yml", ".yaml"):
                list(yaml.safe_load_all(text))
            files[str(path.relative_to(folder))] = text
    return files


def main():
    pipec, piperun, lock, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    first = int((sys.argv[5:] or [1])[0])
    shutil.copy(lock, "pipe.lock")
    source = pathlib.Path("main.pipe")
    for seed in range(first, first + count):
        source.write_text("\n".join(Whole(seed).program()) + "\n")
        run(seed, pipec, "test", "-q", "main.pipe")
        loose = built(seed, pipec, "one")
        if built(seed, pipec, "two") != loose:
            sys.exit(f"seed {seed}: two builds differ")
        plan = run(seed, pipec, "plan", "main.pipe", "--json")
        pathlib.Path("main.json").write_text(plan)
        shown = [run(seed, piperun, file, "ci", "--dry-run") for file in ("main.pipe", "main.json")]
        if shown[0] != shown[1]:
            sys.exit(f"seed {seed}: piperun shows something else for the Plan")
        run(seed, pipec, "fmt", "main.pipe")
        run(seed, pipec, "fmt", "--check", "main.pipe")
        if built(seed, pipec, "three") != loose:
            sys.exit(f"seed {seed}: the canonical form means something else")
    print(f"{count} programs: accepted, tested, built alike")


if __name__ == "__main__":
    main()
