"""Prints docs/stdlib.md: the declarations of stdlib/*.pipe with their comments, bodies left out.
`make_stdlib.py FILE…`; `./dev update-goldens` writes it, a test compares."""

import pathlib
import re
import sys

START = re.compile(r"^(native |private )*(let|fn|record|enum|type|task|service|reader)\b")


def header(lines: list[str], at: int) -> str:
    """A declaration without its body: records and enums whole, without the comments of their fields."""
    first = lines[at]
    if first.startswith(("record ", "enum ")) and first.endswith("{"):
        end = lines.index("}", at)
        return "\n".join(line for line in lines[at : end + 1] if not line.lstrip().startswith("///"))
    return signature("\n".join(lines[at:]))


def signature(text: str) -> str:
    """What stands before the body. Defaults of parameters are part of it, as are lines within parentheses."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0 and char in "={\n":
            return text[:index].rstrip()
    return text


def pages(path: pathlib.Path) -> list[str]:
    lines = path.read_text().splitlines()
    name = path.stem
    title = "`std.prelude`: needs no import" if name == "prelude" else f"`std.{name}`"
    out, doc = [f"## {title}", ""], []
    opening = True  # the comment at the top is the file's
    for at, line in enumerate(lines):
        if line.startswith("///"):
            doc.append(line[3:].strip())
        elif START.match(line):
            if not line.startswith("private "):
                out += ["```", header(lines, at).strip(), "```", *doc, ""]
            doc = []
        elif not line and doc:
            if opening:
                out += [*doc, ""]
            doc, opening = [], False
    return out


def main() -> None:
    out = [
        "# The standard library",
        "",
        "Written in the language: [`stdlib/`](../stdlib). This page is made of its comments by `./dev update-goldens`.",
        "",
    ]
    paths = sorted(map(pathlib.Path, sys.argv[1:]), key=lambda path: (path.stem != "prelude", path.stem))
    for path in paths:
        out += pages(path)
    print("\n".join(out).rstrip())


main()
