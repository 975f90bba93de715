"""Runs the first script of a job of an emitted workflow as GitHub would. `run_step.py WORKFLOW JOB`."""

import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

step = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())["jobs"][sys.argv[2]]["steps"][0]
with tempfile.TemporaryDirectory() as folder:
    script = pathlib.Path(folder, "script.sh")
    script.write_text(step["run"])
    environ = {**os.environ, **{name: str(value) for name, value in step.get("env", {}).items()}}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    ended = subprocess.run(command, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE)
print(ended.stdout, end="")
print("exit", ended.returncode)
