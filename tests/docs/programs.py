"""Compiles the programs that the documentation shows.

`programs.py errors PIPEC FOLDER [CODE…]`: each page's `## Wrong` gives its own diagnostic and no other, its
`## Right` none. `programs.py pages PIPEC PAGE…`: every block marked `pipe` compiles. `programs.py canonical PIPEC
PAGE…`: every block is in its canonical form; with `rewrite` instead of `canonical` it gets it. Exit 1: one did
not."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```pipe\n(.*?)^```", re.M | re.S)
LOCK = pathlib.Path(__file__).parents[2] / "examples/sprint-reports/pipe.lock"
CODE = re.compile(r"\[(P\d{4})\]")


def check(pipec: str, program: str) -> tuple[int, str]:
    """What `pipec check` says about `program`, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "main.pipe")
        path.write_text(program)
        shutil.copy(LOCK, folder)  # so that actions of the library are pinned
        run = subprocess.run(
            [pipec, "check", "main.pipe"], cwd=folder, text=True, capture_output=True, env={**os.environ, "NO_COLOR": "1"}
        )
        return run.returncode, run.stdout + run.stderr


def section(text: str, title: str) -> str | None:
    """The program under `## title`, if there is one."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    block = BLOCK.search(found.group(1)) if found else None
    return block.group(1) if block else None


def page_problems(pipec: str, page: pathlib.Path) -> list[str]:
    text, code = page.read_text(), page.stem
    if not text.startswith(f"# {code}: "):
        return [f"{page}: the first line is not `# {code}: …`"]
    if "Cannot be shown by a program." in text:
        return []
    wrong, right = section(text, "Wrong"), section(text, "Right")
    if wrong is None or right is None:
        return [f"{page}: needs a program under `## Wrong` and one under `## Right`"]
    problems = []
    status, output = check(pipec, wrong)
    if set(CODE.findall(output)) != {code}:
        problems.append(f"{page}: `Wrong` should give {code} alone, but (exit {status}):\n{output}")
    status, output = check(pipec, right)
    if status != 0 or output.strip():
        problems.append(f"{page}: `Right` should give nothing, but (exit {status}):\n{output}")
    return problems


def block_problems(pipec: str, page: pathlib.Path) -> list[str]:
    problems, text = [], page.read_text()
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 1
        status, output = check(pipec, block.group(1))
        if status != 0:
            problems.append(f"{page}:{line}: this program does not compile:\n{output}")
    return problems


def formatted(pipec: str, program: str) -> str:
    run = subprocess.run([pipec, "fmt", "-"], input=program, text=True, capture_output=True)
    return run.stdout if run.returncode == 0 else program


def canonical_problems(pipec: str, page: pathlib.Path) -> list[str]:
    text = page.read_text()
    return [
        f"{page}:{text[: block.start()].count(chr(10)) + 1}: this program is not in its canonical form; "
        f"tests/docs/programs.py rewrite build/bin/pipec {page.name} writes it"
        for block in BLOCK.finditer(text)
        if formatted(pipec, block.group(1)) != block.group(1)
    ]


def rewrite(pipec: str, page: pathlib.Path) -> list[str]:
    text = page.read_text()
    page.write_text(BLOCK.sub(lambda block: f"```pipe\n{formatted(pipec, block.group(1))}```", text))
    return []


MODES = {"errors": page_problems, "pages": block_problems, "canonical": canonical_problems, "rewrite": rewrite}


def main() -> int:
    mode, pipec, *rest = sys.argv[1], os.path.abspath(sys.argv[2]), *sys.argv[3:]
    pages = [pathlib.Path(path) for path in rest]
    if mode == "errors":
        pages = sorted(pages[0].glob("P*.md"))
    problems = [problem for page in pages for problem in MODES[mode](pipec, page)]
    print("\n".join(problems) or f"{len(pages)} pages are as they should be")
    return 1 if problems or not pages else 0


sys.exit(main())
