"""Every report format the runtime reads is declared in stdlib/report.pipe with the same record, and no other is.
`readers.py ROOT`: exit 1 where the two differ."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
known = re.findall(r"^READER\((\w+), \w+, (\w+)\)", (root / "runtime/gates/readers.def").read_text(), re.M)
declared = re.findall(r"^reader (\w+)\(.*\) -> (\w+)", (root / "stdlib/report.pipe").read_text(), re.M)
problems = [f"{name} -> {record}: not in stdlib/report.pipe" for name, record in sorted(set(known) - set(declared))]
problems += [f"{name} -> {record}: not in readers.def" for name, record in sorted(set(declared) - set(known))]
print("\n".join(problems) or f"{len(known)} readers")
sys.exit(1 if problems or not known else 0)
