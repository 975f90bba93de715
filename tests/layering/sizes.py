"""What STYLE.md says of files: under 400 lines, namespace pipelang, a header opens with what it is for.
`sizes.py ROOT`: exit 1 where one is not so."""

import pathlib
import sys

LIMIT = 400
root = pathlib.Path(sys.argv[1])
problems = []
for side in ("compiler", "runtime", "stdlib", "tests"):
    for path in sorted((root / side).rglob("*")):
        if path.suffix not in (".h", ".cpp", ".pipe", ".py") or "node_modules" in path.parts:
            continue
        text = path.read_text()
        name = path.relative_to(root)
        lines = text.count("\n")
        if lines >= LIMIT and name.as_posix() not in {"compiler/ast/ast.h"}:  # a flat list of nodes
            problems.append(f"{name}: {lines} lines; at most {LIMIT - 1} are one thing")
        if path.suffix == ".h" and not text.startswith("//"):
            problems.append(f"{name}:1: says not what the header is for")
        if path.suffix == ".h" and "#pragma once" not in text:
            problems.append(f"{name}: lacks `#pragma once`")
        if "using namespace std;" in text and path.suffix != ".py":
            problems.append(f"{name}: `using namespace std`")
print("\n".join(problems) or "every file is as STYLE.md says")
sys.exit(1 if problems else 0)
