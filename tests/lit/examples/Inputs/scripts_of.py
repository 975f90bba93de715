"""Prints the text of every `run:` of the given workflows."""

import sys

import yaml

for path in sys.argv[1:]:
    with open(path) as file:
        workflow = yaml.safe_load(file)
    for job in workflow["jobs"].values():
        for step in job.get("steps", []):
            if "run" in step:
                print(step["run"])
