"""Adds up the results of the unit tests and of lit: names what failed or was skipped, and why, then
prints a table and, alone on the last line, `N passed, N failed, N skipped`. Exit 1: something failed,
or one of the two ran no test. `summary.py UNIT LIT FINDINGS`: what sanitizers wrote into that folder is
printed, and fails too."""

import collections
import json
import pathlib
import re
import sys

Count = collections.Counter
LONGEST = 5_000  # characters shown of what a sanitizer says


def unit_results(path: str) -> tuple[Count, list[str], list[str]]:
    count, failed, skipped = Count(), [], []
    for suite in json.loads(pathlib.Path(path).read_text())["testsuites"]:
        for test in suite["testsuite"]:
            name = f"{test['classname']}.{test['name']}"
            if test.get("failures"):
                count["failed"] += 1
                failed.append(name)
            elif test["result"] == "COMPLETED":
                count["passed"] += 1
            else:
                count["skipped"] += 1
                skipped.append(f"{name}: {test['result'].lower()}")
    return count, failed, skipped


def lit_results(path: str) -> tuple[Count, list[str], list[str]]:
    kinds = {"PASS": "passed", "XFAIL": "passed", "FLAKYPASS": "passed", "UNSUPPORTED": "skipped", "SKIPPED": "skipped"}
    count, failed, skipped = Count(), [], []
    for test in json.loads(pathlib.Path(path).read_text())["tests"]:
        kind = kinds.get(test["code"], "failed")
        count[kind] += 1
        if kind == "failed":
            failed.append(f"{test['name']}: {test['code']}")
        elif kind == "skipped":
            skipped.append(f"{test['name']}: {reason(test['output'])}")
    return count, failed, skipped


def reason(output: str) -> str:
    found = re.search(r"features?[^:]*: (.*)", output)
    if found and found.group(1) == "sanitized":
        return "means nothing in a build with sanitizers"
    return f"this machine lacks {found.group(1)}" if found else output.strip() or "not supported here"


def main() -> int:
    total, broken = Count(), False
    for kind, path, read in [("GoogleTest", sys.argv[1], unit_results), ("lit", sys.argv[2], lit_results)]:
        try:
            count, failed, skipped = read(path)
        except OSError as error:
            count, failed, skipped = Count(failed=1), [f"{kind} left no results: {error.strerror}"], []
        for line in skipped:
            print(f"skipped: {line}")
        for line in failed:
            print(f"failed: {line}")
        print(f"{kind}: {count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
        broken = broken or count["failed"] > 0 or count["passed"] == 0
        total += count
    for path in sorted(pathlib.Path(sys.argv[3]).iterdir()) if len(sys.argv) > 3 else []:
        print(f"found by a sanitizer: {path}\n{path.read_text(errors='replace')[:LONGEST]}")
        total["failed"] += 1
        broken = True
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if broken else 0


sys.exit(main())
