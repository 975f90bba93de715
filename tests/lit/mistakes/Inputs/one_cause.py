#!/usr/bin/env python3
"""One mistake, one message. `one_cause.py PIPEC REPOSITORY FOLDER COUNT SEED`: puts one mistake each into COUNT
programs of the documentation, checks them in FOLDER, and prints those that have more than one error. Exit 1: there
are more than two in a hundred, or one ended otherwise than by a diagnostic.
"""

import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

RIGHT = re.compile(r"## Right\s*```pipe\n(.*?)```", re.S)
BLOCK = re.compile(r"```pipe\n(.*?)```", re.S)
TOKEN = re.compile(
    r'//[^\n]*|"""[\s\S]*?"""|r?"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|\d[\w.%/]*|[-=<>!]=|=>|\?\?|\?\.|\S'
)
OPERATORS = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "and", "or", "??", "*", "=", "=>"]
AT_MOST = 0.02


def programs(root: pathlib.Path) -> list[tuple[str, str]]:
    """Programs without a mistake, and where they stand."""
    found = []
    for page in sorted((root / "docs/errors").glob("*.md")):
        found += [(page.name, text) for text in RIGHT.findall(page.read_text())]
    for page in sorted((root / "docs").glob("*.md")):
        found += [(page.name, text) for text in BLOCK.findall(page.read_text())]
    return found


def mutated(text: str, chance: random.Random) -> tuple[str, str]:
    """`text` with one mistake, and what that is."""
    tokens = [match for match in TOKEN.finditer(text) if not match.group().startswith("//")]

    def replaced(token: re.Match, by: str) -> str:
        return text[: token.start()] + by + text[token.end() :]

    for _ in range(50):
        token = chance.choice(tokens)
        word = token.group()
        if re.match(r'[A-Za-z_]\w*(?!")$', word):
            name = chance.choice([word + "x", ""])
            return replaced(token, name), f"`{word}` became `{name}`"
        if word[0].isdigit():
            other = chance.choice(["5min", "3", "10MiB", "90%", '"x"', "3.11"])
            return replaced(token, other), f"`{word}` became `{other}`"
        if word in OPERATORS:
            other = chance.choice(["==", "+", "and", "??", "<", "=", "=>", "-", "."])
            return replaced(token, other), f"`{word}` became `{other}`"
        if word in "{}()[]":
            return replaced(token, ""), f"`{word}` is gone"
        if word[0] == '"':
            other = chance.choice(["5", "true", '""', '"#{nope}"', "[]"])
            return replaced(token, other), f"a text became `{other}`"
    return text, "nothing"


def main() -> int:
    pipec, root, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    chance = random.Random(int(sys.argv[5]))
    sources = programs(root)
    shutil.copy(root / "examples/sprint-reports/pipe.lock", folder)
    several, wrong = 0, 0
    count = int(sys.argv[4])
    for _ in range(count):
        name, text = chance.choice(sources)
        text, what = mutated(text, chance)
        (folder / "main.pipe").write_text(text)
        run = subprocess.run(
            [pipec, "check", "--format", "json", "main.pipe"],
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )
        if run.returncode not in (0, 1):
            print(f"{name}: {what}: exit {run.returncode}: {run.stderr}")
            wrong += 1
            continue
        found = json.loads(run.stdout)["diagnostics"]
        errors = [one for one in found if one["severity"] == "error"]
        if len(errors) > 1:
            several += 1
            print(f"{name}: {what}")
            for one in errors:
                print(f"    {one['code']} {one['message']}")
    print(f"{several} of {count} have more than one error")
    return 1 if wrong or several > AT_MOST * count else 0


sys.exit(main())
