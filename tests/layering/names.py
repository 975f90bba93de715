#!/usr/bin/env python3
"""The names of STYLE.md, over every declaration that ctags sees: types, enumerators UpperCamel; functions,
variables, fields lowerCamel, private fields with a `_` at the end; namespaces one lower-case word.
Usage: names.py ROOT [FILE...]; without files, all C++ files of the repository."""
import json
import re
import subprocess
import sys

UPPER = re.compile(r"[A-Z][A-Za-z0-9]*$")
LOWER = re.compile(r"[a-z][A-Za-z0-9]*$")
PRIVATE = re.compile(r"[a-z][A-Za-z0-9]*_$")
FIELD = re.compile(r"[a-z][A-Za-z0-9]*_?$")
WORD = re.compile(r"[a-z][a-z0-9]*$")

TYPES = {"class", "struct", "enum", "enumerator", "union", "typedef"}
VALUES = {"function", "prototype", "variable", "externvar", "member", "local", "parameter"}
# Macros that ctags takes for functions, and names that a library chose: gtest's hooks, ANTLR's stream, LLVM's error
# ids and fuzzer, what yaml-cpp calls as it reads, the visitor idiom.
GIVEN = {"FIELDS", "KIND", "TEST", "TEST_F", "TEST_P", "INSTANTIATE_TEST_SUITE_P", "SetUp", "TearDown", "LA", "LT",
         "ID", "Overloaded", "LLVMFuzzerInitialize", "LLVMFuzzerTestOneInput",
         "OnDocumentStart", "OnDocumentEnd", "OnNull", "OnAlias", "OnScalar", "OnSequenceStart", "OnSequenceEnd",
         "OnMapStart", "OnMapEnd"}
# Types of libraries that ctags takes for the name of a parameter without one; ours it has seen.
FOREIGN = {"int64_t", "size_t", "exception_ptr", "StringRef", "anchor_t"}


def rule(tag):
    """The pattern `tag` must match, or None where the style says nothing."""
    kind = tag["kind"]
    if kind in TYPES:
        in_function = tag.get("scopeKind") == "function"  # `struct sigaction action`, a variable to C++
        return None if in_function else UPPER
    if kind == "member" and tag.get("scopeKind") == "class" and tag.get("access") == "private":
        loose = "static " in tag["pattern"] or tag["path"].startswith("tests/")
        return FIELD if loose else PRIVATE
    if kind == "member":
        return FIELD
    if kind in VALUES:
        return LOWER
    return WORD if kind == "namespace" else None


def main(root, files):
    listed = files or subprocess.run(
        ["git", "-C", root, "ls-files", "*.h", "*.cpp"], check=True, capture_output=True, text=True
    ).stdout.split()
    tags = subprocess.run(
        ["ctags", "-L", "-", "--languages=C++", "--langmap=C++:.h.cpp", "--c++-kinds=+lzpx",
         "--output-format=json", "--fields=+KznSas", "-f", "-"],
        cwd=root, input="\n".join(listed), check=True, capture_output=True, text=True,
    ).stdout
    seen, wrong = 0, []
    found = [json.loads(line) for line in tags.splitlines()]
    types = FOREIGN | {tag["name"] for tag in found if tag["kind"] in TYPES}
    for tag in found:
        name, scope = tag["name"].lstrip("~"), tag.get("scope", "").split("::")[-1]
        if name.startswith(("__anon", "operator")) or name == scope or not re.match(r"\w+$", name):
            continue
        if name in GIVEN or (tag["kind"] == "parameter" and name in types):
            continue
        pattern = rule(tag)
        seen += 1
        if pattern and not pattern.match(name):
            wrong.append(f"{tag['path']}:{tag['line']}: {tag['kind']} `{name}` is not named as STYLE.md says")
    print("\n".join(sorted(wrong)) or f"{seen} names, all as STYLE.md says")
    return 1 if wrong or not seen else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
