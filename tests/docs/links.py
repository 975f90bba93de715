"""What the documentation names exists: the targets of its relative links, and every path of ours in backticks.
`links.py ROOT PAGE…`: exit 1 where one does not."""

import pathlib
import re
import sys

OURS = ("compiler/", "runtime/", "stdlib/", "tests/", "examples/", "docs/", "editors/", "grammar/")
root = pathlib.Path(sys.argv[1])
problems = []
for page in map(pathlib.Path, sys.argv[2:]):
    program = False  # `first[T](xs: …)` in a program is no link
    for number, line in enumerate(page.read_text().splitlines(), 1):
        program ^= line.startswith("```")
        if program:
            continue
        links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", line) if "://" not in link]
        paths = [path for path in re.findall(r"`([\w./-]+)`", line) if path.startswith(OURS)]
        for target in [page.parent / link for link in links] + [root / path for path in paths]:
            if not target.exists():
                problems.append(f"{page}:{number}: {target} does not exist")
print("\n".join(problems) or "everything named exists")
sys.exit(1 if problems else 0)
