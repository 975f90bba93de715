"""Every diagnostic has a page in docs/errors, every page a diagnostic, and every code a test that shows it: the
program of its page, which errors.test compiles, or a test that names it. `codes.py ROOT`: exit 1 where one is
missing."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
definitions = (root / "compiler/support/diagnostics.def").read_text()
codes = re.findall(r'^DIAG\(\w+, "(P\d{4})"', definitions, re.M)
pages = {page.stem for page in (root / "docs/errors").glob("P*.md")}
named = [*(root / "tests/lit").rglob("*.test"), *(root / "tests/unit").rglob("*.cpp")]
tests = "\n".join(test.read_text() for test in named)
compiled = {page.stem for page in (root / "docs/errors").glob("P*.md") if "\n## Wrong\n" in page.read_text()}

problems = [f"{code} is defined twice" for code in sorted({code for code in codes if codes.count(code) > 1})]
problems += [f"{code} has no page docs/errors/{code}.md" for code in codes if code not in pages]
problems += [f"docs/errors/{page}.md explains a code that is not defined" for page in sorted(pages - set(codes))]
problems += [f"{code} is shown by no test" for code in codes if code not in compiled and code not in tests]
print("\n".join(problems) or f"{len(codes)} codes, each with a page and a test")
sys.exit(1 if problems else 0)
