"""Everything the standard library declares has a `///` line before it, and every file starts with one.
`documented.py FILE…`: exit 1 where one is missing."""

import pathlib
import re
import sys

DECLARATION = re.compile(r"^(private |native )*(let|fn|record|enum|type|task|service|reader)\b\s+(\w+)")
FIELD = re.compile(r"^  (open )?(\w+)(: .*)?$")

problems = []
for path in map(pathlib.Path, sys.argv[1:]):
    lines = path.read_text().splitlines()
    if not lines or not lines[0].startswith("///"):
        problems.append(f"{path}:1: says not what the file is for")
    inside = False  # of a record or an enum: its fields need a line too
    for number, line in enumerate(lines, 1):
        documented = number > 1 and lines[number - 2].lstrip().startswith("///")
        if found := DECLARATION.match(line):
            inside = found.group(2) in ("record", "enum")
            if not documented:
                problems.append(f"{path}:{number}: `{found.group(3)}` is not documented")
        elif line == "}":
            inside = False
        elif inside and FIELD.match(line) and not documented:
            problems.append(f"{path}:{number}: `{line.strip()}` is not documented")
print("\n".join(problems) or "everything is documented")
sys.exit(1 if problems else 0)
