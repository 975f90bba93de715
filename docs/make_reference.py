"""Prints docs/reference.md from the tables the compiler is built with, so that neither can be right alone.
`make_reference.py ROOT`; `./dev update-goldens` writes it, a test compares."""

import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])


def rows(path: str, macro: str) -> list[list[str]]:
    """The arguments of every `MACRO(…)` line of a table, texts without their quotes."""
    found = []
    for line in (ROOT / path).read_text().splitlines():
        if line.startswith(macro + "("):
            arguments = line[len(macro) + 1 : line.rindex(")")]
            texts = re.findall(r'"((?:[^"\\]|\\.)*)"|([^",\s][^",]*)', arguments)
            found.append([re.sub(r"\\(.)", r"\1", quoted) or plain.strip() for quoted, plain in texts])
    assert found, f"{path} has no line {macro}(…)"
    return found


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def codes(text: str, separator: str | None = None) -> str:
    return ", ".join(code(word) for word in text.split(separator)) if text else ""


def table(heads: str, lines: list[list[str]]) -> list[str]:
    """A Markdown table; `|` within a cell would end it."""
    columns = heads.split("|")
    out = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return out + ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines] + [""]


def settings() -> list[str]:
    groups: dict[str, list[list[str]]] = {}
    for group, name, kind, required, doc in rows("compiler/sema/settings.def", "SETTING"):
        groups.setdefault(group, []).append([code(name), code(kind), "yes" if required == "true" else "", doc])
    out = ["## Settings", "", "`name = value` in a body. What has a default may be left out.", ""]
    for group, lines in groups.items():
        out += [f"### {group}", ""]
        known = [line for line in lines if line[0]]
        out += table("setting|type|required|meaning", known) if known else ["No settings.", ""]
    return out


def functions() -> list[str]:
    lines = [[f"`{name}{signature}`", doc] for name, signature, doc in rows("compiler/sema/builtins.def", "BUILTIN")]
    return [
        "## Functions of the language",
        "",
        "`=`: may be left out. `...`: any number of them. `T`, `K`, `V` stand for any type, `Text` for everything that"
        " has a text, `Sized` for texts, lists and maps, `Output` for an output of a job that keeps files.",
        "",
        *table("function|meaning", lines),
    ]


def facts() -> list[str]:
    lines = []
    for key, kind, untrusted, there, github, _ in rows("compiler/plan/context.def", "CONTEXT"):
        source = "every event" if untrusted == "*" else codes(untrusted, ",")
        lines.append([code(key), code(kind.lower()), source, codes(there, ",") or "every event", code(github)])
    return [
        "## Facts of a run",
        "",
        "Late values of the standard library. Where a run does not have one it is an empty text, or 0.",
        "",
        *table("fact|type|untrusted on|there on|on GitHub", lines),
    ]


def events() -> list[str]:
    lines = []
    for name, filters, types in rows("compiler/backends/github/events.def", "GITHUB_EVENT"):
        lines.append([code(name), codes(filters), "any" if types == "*" else codes(types)])
    return [
        "## Events of GitHub",
        "",
        "With GitHub's names: `dispatch` is its `workflow_dispatch`, `call` its `workflow_call`.",
        "",
        *table("event|filters|activity types", lines),
    ]


def readers() -> list[str]:
    lines = [[code(f"report.{name}"), code(record)] for name, _, record in rows("runtime/gates/readers.def", "READER")]
    return ["## Report formats", "", "Of `std.report`.", "", *table("reader|what it gives", lines)]


def places() -> list[str]:
    spelled = {"W": "bare", "D": '`"…"`', "S": "`'…'`", "B": "`$'…'`", "H": "here-document", "N": "a number, bare"}
    lines = []
    for name, dialect, quotings in rows("compiler/lower/shell_places.def", "SHELL_PLACE"):
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
        shells = "bash" if dialect == "Bash" else "sh, bash"
        lines.append([words, shells, ", ".join(spelled[quoting] for quoting in quotings.split(" | "))])
    return [
        "## Where a hole may stand in a script",
        "",
        "[Scripts](scripts.md) says how it gets there.",
        "",
        *table("place|shell|quoting", lines),
    ]


def targets() -> list[str]:
    names = [name for name, *_ in rows("compiler/backends/backends.def", "BACKEND")]
    return ["## Targets", "", f"Of `emit` and `--target`: {', '.join(map(code, names))}.", ""]


def errors() -> list[str]:
    lines = []
    for page in sorted((ROOT / "docs/errors").glob("P*.md")):
        number, title = page.read_text().splitlines()[0].removeprefix("# ").split(": ", 1)
        lines.append([f"[{number}](errors/{page.name})", title])
    return ["## Messages", "", "`pipec explain CODE` prints the page.", "", *table("code|what is wrong", lines)]


def main() -> None:
    out = [
        "# Reference",
        "",
        "Made of the compiler's own tables by `./dev update-goldens`. [The tour](tour.md) is the way in,"
        " [the grammar](grammar.md) has the syntax, [types](types.md) the types and units,"
        " [the standard library](stdlib.md) what `std.…` holds.",
        "",
    ]
    for part in (settings, functions, facts, events, readers, places, targets, errors):
        out += part()
    print("\n".join(out).rstrip())


main()
