"""run_cases.py PIPEC FILE.cases…: wrong programs, each refused with one diagnostic, each with a right twin.

A case is a title, a program and what must be said about it:

    ## actionlint "script injection": a title in a script
      import std.git
      pipeline ci {
        on pull_request
    -   job greet { sh "echo #{git.pull_request.title}" }
    +   job greet { sh "echo #{git.pull_request.number}" }
      }
    => 4:27 P0502 untrusted text would get into a shell script; `validate` it first

The first two columns are not part of the program: a line with `-` is in the wrong one only, with `+` in the
right one only. `@ NAME` begins another file beside `ci.pipe`; `pipe.lock` is there unless a case has its own.
A diagnostic in another file has its name before the line; one that ends in `…` is given as far as it goes. The wrong program must give exactly this diagnostic,
the right one nothing at all. Exit 1 where that is not so, or where there are fewer cases than `--least N`.

`--show` prints the cases with what is really said, to be read and compared.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile

LOCK = pathlib.Path(__file__).parent.parent / "lit" / "refused" / "Inputs" / "pipe.lock"


@dataclasses.dataclass
class Case:
    place: str
    title: str
    lines: list[str] = dataclasses.field(default_factory=list)
    expected: str = ""

    def files(self, gutter):
        """The project's files by name, with the lines that are in all or have this sign."""
        name, files = "ci.pipe", {}
        for line in self.lines:
            if line.startswith("@ "):
                name = line[2:].strip()
            elif line[:1] in (" ", gutter) or not line:
                files.setdefault(name, []).append(line[2:])
        return files


def read_cases(path):
    cases = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("## "):
            cases.append(Case(f"{path.name}:{number}", line[3:]))
        elif line.startswith("=> ") and cases and not cases[-1].expected:
            cases[-1].expected = line[3:]
        elif cases and not cases[-1].expected and (line[:2] in ("  ", "- ", "+ ", "@ ") or line in ("", "-", "+")):
            cases[-1].lines.append(line)
        elif line and not line.startswith("# "):
            sys.exit(f"{path.name}:{number}: this line belongs to no case: {line}")
    return cases


def diagnostics(pipec, files):
    """What `pipec check` says about the project, one text a diagnostic; its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "pipe.lock").write_text(LOCK.read_text())
        for name, lines in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("\n".join(lines) + "\n")
        done = subprocess.run([pipec, "check", "--format", "json", "ci.pipe"], cwd=root, capture_output=True, text=True, timeout=60)
    if not done.stdout.strip():
        return [done.stderr.strip()] if done.stderr.strip() else [], done.returncode
    said = []
    for one in json.loads(done.stdout)["diagnostics"]:
        place = one["range"]
        where = f"{place['start']['line']}:{place['start']['column']}" if place else "nowhere"
        if place and place["file"] != "ci.pipe":
            where = f"{place['file']}:{where}"
        said.append(f"{where} {one['code']} {one['message']}")
    return said, done.returncode


def agrees(said, expected):
    return said.startswith(expected[:-1]) if expected.endswith("…") else said == expected


def judge(pipec, case):
    """What is wrong with the case, one line each; and what was said about the wrong program."""
    said, status = diagnostics(pipec, case.files("-"))
    twin, twin_status = diagnostics(pipec, case.files("+"))
    faults = []
    if case.files("-") == case.files("+"):
        faults.append("the two programs are the same")
    if status != 1 or not said:
        faults.append(f"the wrong program is accepted (exit {status})")
    elif len(said) != 1 or not agrees(said[0], case.expected):
        faults.append("said instead:\n    " + "\n    ".join(said))
    if twin_status != 0 or twin:
        faults.append(f"the right twin is refused (exit {twin_status}):\n    " + "\n    ".join(twin))
    return faults, said


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("pipec")
    arguments.add_argument("files", nargs="+", type=pathlib.Path)
    arguments.add_argument("--least", type=int, default=1)
    arguments.add_argument("--show", action="store_true")
    options = arguments.parse_args()
    cases = [case for path in options.files for case in read_cases(path)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        judged = list(pool.map(lambda case: judge(options.pipec, case), cases))
    bad = 0
    for case, (faults, said) in zip(cases, judged):
        if options.show:
            print(f"{case.place}: {case.title}\n  => " + "\n  => ".join(said))
        if faults:
            bad += 1
            print(f"{case.place}: {case.title}\n  expected {case.expected}")
            for fault in faults:
                print(f"  {fault}")
    print(f"{len(cases)} wrong programs and their twins, {bad} not as expected")
    return 1 if bad or len(cases) < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
