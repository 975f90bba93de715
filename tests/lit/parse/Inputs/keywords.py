"""Compares the keywords of the editors' files with those of compiler/parse/words.cpp and of the grammar's
token list. `keywords.py ROOT`: exit 1 where they differ."""

import json
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
words = (root / "compiler/parse/words.cpp").read_text()
keywords = set(re.findall(r'\{"(\w+)", K::', words)) | set(re.findall(r'text == "(\w+)"', words))

grammar = (root / "grammar/PipeLexer.g4").read_text()
block = re.search(r"^tokens \{(.*?)^\}", grammar, re.M | re.S).group(1)
tokens = set(re.findall(r"\b[A-Z]{2,}\b", re.sub(r"//.*", "", block))) - {"SEPARATOR", "SCRIPT", "PROGRAM"}
scripts = {"sh", "bash", "python", "node"}
problems = []
if {token.lower() for token in tokens if token != "FIELD_NAME"} != keywords - scripts:
    problems.append(f"grammar and words.cpp differ: {sorted({t.lower() for t in tokens} ^ (keywords - scripts))}")


def compare(name: str, found: set[str]) -> None:
    if found != keywords:
        problems.append(f"{name}: missing {sorted(keywords - found)}, too many {sorted(found - keywords)}")


vim = (root / "editors/vim/syntax/pipe.vim").read_text()
compare("vim", {word for line in re.findall(r"^syn keyword \w+ (.*)$", vim, re.M) for word in line.split()})
emacs = (root / "editors/emacs/pipe-mode.el").read_text()
compare("emacs", set(re.findall(r'"(\w+)"', emacs.split("defconst pipe-keywords")[1].split("))")[0])))
code = json.loads((root / "editors/vscode/syntaxes/pipe.tmLanguage.json").read_text())
named = {"keyword.control.pipe", "keyword.operator.word.pipe", "constant.language.pipe"}
patterns = [p for p in code["repository"]["all"]["patterns"] if p.get("name") in named]
compare("vscode", {word for p in patterns for word in re.search(r"\((.*)\)", p["match"]).group(1).split("|")})
print("\n".join(problems) or f"{len(keywords)} keywords, the same everywhere")
sys.exit(1 if problems else 0)
