"""Every row of `What differs from GitHub` in docs/local-runs.md has a test in tests/lit/differences whose first
lines quote it, and every such test a row. `differences.py ROOT`: exit 1 where one is missing."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = (root / "docs/local-runs.md").read_text()
table = page.partition("## What differs from GitHub")[2].partition("\n## ")[0]
rows = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("|")][2:]
tests = {path.name: path.read_text().partition("\nRUN:")[0] for path in (root / "tests/lit/differences").glob("*.test")}

problems = [f"no test quotes the difference: {row}" for row in rows if not any(row in head for head in tests.values())]
problems += [f"{name}: quotes no row" for name, head in sorted(tests.items()) if not any(row in head for row in rows)]
print("\n".join(problems) or f"{len(rows)} differences, each with its test")
sys.exit(1 if problems or not rows else 0)
