"""Runs jobs of an emitted workflow as GitHub would: each step's own `run:` text in the shell it names, with
its `env:` alone beside GitHub's variables; checkout copies the project, and artifacts come from a folder.

    run_job.py WORKFLOW JOB PROJECT WORKSPACE ARTIFACTS NEEDS.json

PROJECT is what a checkout gives; ARTIFACTS/NAME/ is what `actions/download-artifact` finds under NAME; NEEDS
holds the outputs of other jobs: {"job": {"name": "value"}}. Prints what the steps print; ends with the exit
status of the first that fails.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "sh": ["sh", "-e"]}


def filled(text, needs):
    """`text` with the one kind of expression that these steps have: an output of another job."""

    def value(match):
        return needs[match[1]][match[2]]

    text = re.sub(r"\$\{\{ needs\.([\w-]+)\.outputs\.([\w-]+) \}\}", value, str(text))
    if "${{" in text:
        sys.exit(f"run_job.py: cannot fill {text}")
    return text


def use(step, project, artifacts, workspace):
    action = step["uses"].split("@")[0]
    if action == "actions/checkout":
        shutil.copytree(project, workspace, dirs_exist_ok=True)
    elif action == "actions/download-artifact":
        source = artifacts / step["with"]["name"]
        if not source.is_dir():
            sys.exit(f"run_job.py: there is no artifact {step['with']['name']}")
        shutil.copytree(source, workspace / step["with"]["path"], dirs_exist_ok=True)
    else:
        sys.exit(f"run_job.py: unknown action {action}")


def main(workflow, job, project, workspace, artifacts, needs):
    workspace = pathlib.Path(workspace).absolute()
    shutil.rmtree(workspace, ignore_errors=True)
    (workspace / "temp").mkdir(parents=True)
    work = workspace / "work"
    work.mkdir()
    base = {
        "PATH": os.environ["PATH"],
        "HOME": str(workspace / "temp"),
        "CURL_CA_BUNDLE": os.environ.get("CURL_CA_BUNDLE", ""),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_NUMBER": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_STEP_SUMMARY": str(workspace / "summary.md"),
        "RUNNER_TEMP": str(workspace / "temp"),
    }
    for step in yaml.safe_load(pathlib.Path(workflow).read_text())["jobs"][job]["steps"]:
        print(f"## {step['name']}", flush=True)
        if "uses" in step:
            use(step, project, pathlib.Path(artifacts), work)
            continue
        script = workspace / "temp" / "script"
        script.write_text(step["run"])
        env = {name: filled(value, json.loads(needs)) for name, value in step.get("env", {}).items()}
        status = subprocess.run([*SHELLS[step["shell"]], str(script)], cwd=work, env={**base, **env}).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:6], pathlib.Path(sys.argv[6]).read_text()))
