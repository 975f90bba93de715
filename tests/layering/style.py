"""What STYLE.md says that a text search can check: names of files, who may throw and catch, which file may
call which library. `style.py ROOT`: prints file:line for each breach, exit 1 where there is one."""

import pathlib
import re
import sys

NAME = re.compile(r"^[a-z][a-z0-9_]*\.(h|cpp|def)$")
# A library's exceptions stop in the file that calls it.
FENCED = {
    "antlr4-runtime.h": re.compile(r"^compiler/parse/"),
    "yaml-cpp/": re.compile(r"^compiler/support/yaml_\w+\.cpp$"),
    "expat.h": re.compile(r"^runtime/gates/xml\.cpp$"),
    "curl/": re.compile(r"^runtime/((host|deploy)/\w+\.cpp|host/curl_library\.h)$"),
}
MAINS = re.compile(r"(^|/)main\.cpp$")


def without_texts(line: str) -> str:
    """The line without its comment and the content of its strings."""
    return re.sub(r"//.*", "", re.sub(r'"(\\.|[^"\\])*"', '""', line))


def breaches(name: str, text: str):
    if not NAME.match(name.rsplit("/", 1)[1]):
        yield 1, "file names are snake_case"
    for number, line in enumerate(text.splitlines(), 1):
        code = without_texts(line)
        if re.search(r"\bcatch\s*\(\s*\.\.\.\s*\)", code) and not MAINS.search(name):
            yield number, "catch the library's type, not everything"
        if re.search(r"\bthrow\b", code) and not name.startswith("compiler/parse/"):
            yield number, "we throw nothing"
        if re.search(r"\bstd::(unordered_(map|set)|expected)\b", code):
            yield number, "ordered containers only; `llvm::Expected` for the world"
        include = re.match(r'\s*#\s*include\s+[<"]([^>"]+)', line)
        for library, allowed in FENCED.items():
            if include and include[1].startswith(library) and not allowed.match(name):
                yield number, f"`{library}` is not called from here"


def main(root: pathlib.Path) -> int:
    found = [
        f"{name}:{number}: {what}"
        for side in ("compiler", "runtime")
        for path in sorted((root / side).rglob("*"))
        if path.suffix in (".h", ".cpp", ".def")
        for name in [path.relative_to(root).as_posix()]
        for number, what in breaches(name, path.read_text())
    ]
    print("\n".join(found) or "the code keeps to STYLE.md")
    return 1 if found else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
