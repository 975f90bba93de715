"""validated.py WORKFLOW PATTERN: runs the step that validates, as GitHub would, over texts of all kinds, and compares
with what the pattern means: the whole text matches it, as bytes, in one line. Exit 1 where the two differ."""

import itertools
import json
import pathlib
import re
import subprocess
import sys

import yaml

jobs = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())["jobs"]
pattern = sys.argv[2]
script = next(step["run"] for job in jobs.values() for step in job["steps"] if step["name"].startswith("Validate "))

pieces = ["", "a", "A", " ", "-", "\n", "'", "$(id)", "\\", "é", "a\nb", "abc" * 50]
texts = [first + second for first, second in itertools.product(pieces, pieces)]
bad = 0
for text in texts:
    environment = {"PATH": "/usr/bin:/bin", "VALUE": text, "PATTERN": pattern}
    done = subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script], env=environment, capture_output=True)
    wanted = re.fullmatch(pattern, text) is not None and "\n" not in text
    if (done.returncode == 0) != wanted:
        bad += 1
        print(f"{json.dumps(text)}: exit {done.returncode}, but the pattern says {wanted}: {done.stderr.decode()}")
print(f"{len(texts)} texts, {bad} differ")
sys.exit(1 if bad else 0)
