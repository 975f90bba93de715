"""Programs made to exhaust a compiler: each must end in a diagnostic, soon, in little memory.

`limits.py PIPEC [NAME…]`: prints CPU time, peak memory and diagnostics of each; exit 1 where one of them is not
as it should be. Bounds are generous, because a machine does other things too; more so in a build with sanitizers.
`limits.py PIPEC --medians` runs each of those that docs/limits.md lists 15 times and prints that table."""

import os
import re
import resource
import statistics
import sys
import tempfile

SANITIZED = os.environ.get("PIPELANG_SANITIZED", "")
# The thread sanitizer keeps a trace of every access.
SLOWER, LARGER = (20, 40 if "thread" in SANITIZED else 10) if SANITIZED else (1, 1)
MILLISECONDS = 1500
MEBIBYTES = 120
SOON = 150  # Milliseconds, for what must take less than 50 on a quiet machine.
CODE = re.compile(r"(?:error|warning)\[(P\d{4})\]")

CASES = {}


def case(codes: str, name: str, text, milliseconds: float = MILLISECONDS) -> None:
    """A program (made when called) of which at least one diagnostic has one of `codes`; `-`: it may be fine."""
    CASES[name] = (set(codes.split()), text, milliseconds * SLOWER)


def soon(codes: str, name: str, text) -> None:
    """One that the compiler must refuse in 50 ms."""
    case(codes, name, text, SOON)


def nested(opener: str, inner: str, closer: str, times: int) -> str:
    return opener * times + inner + closer * times


def doublings(count: int) -> str:
    lines = ['let s0 = "x"'] + [f'let s{i} = "#{{s{i - 1}}}#{{s{i - 1}}}"' for i in range(1, count + 1)]
    return "\n".join(lines) + f'\nemit file "x.txt" = text(s{count})\n'


def job(body: str) -> str:
    return "pipeline ci {\n  on push\n  job a {\n" + body + "\n  }\n}\n"


thousand = "[" + ", ".join(map(str, range(1000))) + "]"

# --- what the issue names
soon("P1001 P1002 P1003 P1010", "34 doublings of a string", lambda: doublings(34))
soon(
    "P1001 P1002 P1003 P1010",
    "a comprehension of a billion",
    lambda: f'let n = {thousand}\nlet all = [a for a in n for b in n for c in n]\nemit file "x.json" = json(all)\n',
)
soon("P1001", "a billion by range",
     lambda: 'emit file "x.json" = json([a for a in range(1000) for b in range(1000) for c in range(1000)])\n')
soon("P1001", "a range of a billion", lambda: 'emit file "x.json" = json(range(1000000000))\n')
case("P0846", "a range of less than nothing", lambda: 'emit file "x.json" = json(range(0 - 1))\n')
case("P1150", "YAML that begins with a comma", lambda: job('sh "true"\nraw github """\n, a\n"""'))
soon("P0025", "a line of 10 MB", lambda: 'let a = "' + "x" * 10_000_000 + '"\n')
soon("P0023", "10,000 nested parentheses", lambda: "let a = " + nested("(", "1", ")", 10_000) + "\n")
soon("P0023", "10,000 nested lists", lambda: "let a = " + nested("[", "1", "]", 10_000) + "\n")

# --- everything that nests
case("P0023", "nested braces", lambda: "let a = " + nested("{ b = ", "1", " }", 5_000) + "\n")
case("P0023", "nested blocks", lambda: job(nested("if true {\n", 'sh "true"', "\n}", 5_000)))
case("P0023", "nested maps", lambda: "let a = " + nested('{ ["b"] = ', "1", " }", 5_000) + "\n")
case("P0023", "nested calls", lambda: "let a = " + nested("f(", "1", ")", 10_000) + "\n")
case("P0023", "nested indexes", lambda: "let a = " + nested("b[", "1", "]", 10_000) + "\n")
case("P0023", "nots", lambda: "let a = " + "not " * 24_000 + "true\n")
case("P0023", "minus signs", lambda: "let a = " + "-" * 90_000 + "1\n")
case("P0023", "holes in strings", lambda: "let a = " + nested('"#{', "1", '}"', 5_000) + "\n")
case("P0023", "nested list types", lambda: "let a: " + nested("list[", "int", "]", 5_000) + " = []\n")
case("P0023", "nested types in parentheses", lambda: "let a: " + nested("(", "int", ")", 10_000) + " = 1\n")
case("P0023", "nested function types", lambda: "let a: " + "fn() -> " * 10_000 + "int = 1\n")
case("P0001 P0023 P0024", "optional types", lambda: "let a: int" + "? " * 40_000 + " = 1\n")
case("P0023", "if-then-else", lambda: "let a = " + "if true then 1 else " * 4_000 + "1\n")
case("P0023", "else-if statements", lambda: job("if true {\n}" + " else if true {\n}" * 20_000))
case("P0023", "match in match", lambda: "let a = " + nested("match true { true => ", "1", " }", 3_000) + "\n")
case("P0023", "comprehensions in comprehensions", lambda: "let a = " + nested("[", "1", " for x in [1]]", 3_000) + "\n")
soon("P0024", "a sum of 100,000", lambda: "let a = 1" + " +\n1" * 100_000 + "\n")
soon("P0024", "100,000 texts joined", lambda: 'let a = ""' + ' +\n""' * 100_000 + "\n")
soon("P0024", "a chain of 100,000 ands", lambda: "let a = true" + " and\ntrue" * 100_000 + "\n")
soon("P0024", "a chain of ??", lambda: "let a = b" + " ??\nb" * 100_000 + "\n")
soon("P0024 P0023", "a chain of members", lambda: "let a = b" + ".c" * 45_000 + "\n")
soon("P0024 P0023", "a chain of optional members", lambda: "let a = b" + "?.c" * 30_000 + "\n")
soon("P0024 P0023", "a chain of calls", lambda: "let a = b" + "()" * 45_000 + "\n")
soon("P0024 P0023", "a chain of amendments", lambda: "let a = b" + " {}" * 30_000 + "\n")
case("P0101", "a module name of many parts", lambda: "import std" + ".a" * 45_000 + "\n")
case("P0336 -", "definitions that lean on each other",
     lambda: "let v0 = 1\n" + "".join(f"let v{i} = v{i - 1} + 1\n" for i in range(1, 20_000)))
case("P0336 -", "records that hold each other",
     lambda: "record R0 { x: int = 1 }\n" + "".join(f"record R{i} {{ x: R{i - 1} = R{i - 1} {{}} }}\n" for i in range(1, 5_000))
     + "let a = R4999 {}\n")
case("P0212 P0336", "a circle of definitions", lambda: "".join(f"let v{i} = v{(i + 1) % 5000}\n" for i in range(5_000)))
case("P0213 P0336", "a circle of calls", lambda: "".join(f"fn f{i}() -> int = f{(i + 1) % 5000}()\n" for i in range(5_000)))

# --- values that grow
case("P1001 P1002 P1003 P1010", "calls that double",
     lambda: "fn f0(x: int) -> int = x + 1\n"
     + "".join(f"fn f{i}(x: int) -> int = f{i - 1}(f{i - 1}(x))\n" for i in range(1, 40))
     + 'emit file "x.txt" = text("#{f39(1)}")\n')
case("P1001 P1002 P1003 P1010", "lists that double",
     lambda: "let l0 = [1]\n" + "".join(f"let l{i} = [x for l in [l{i - 1}, l{i - 1}] for x in l]\n" for i in range(1, 40))
     + 'emit file "x.json" = json(l39)\n')
case("P1001 P1002 P1003 P1010", "lists that share",
     lambda: "let l0 = [1, 1]\n" + "".join(f"let l{i} = [l{i - 1}, l{i - 1}]\n" for i in range(1, 40))
     + 'emit file "x.json" = json(l39)\n')
case("P1001 P1002 P1003 P1010", "text of a list that shares",
     lambda: "let l0 = [1, 1]\n" + "".join(f"let l{i} = [l{i - 1}, l{i - 1}]\n" for i in range(1, 40))
     + 'emit file "x.txt" = text("#{l39 == l39}")\n')
case("P1001 P1002 P1003 P1010", "a text in a comprehension of a million",
     lambda: f'let n = {thousand}\nlet all = ["{"x" * 5000}#{{a}}" for a in n for b in n]\nemit file "x.json" = json(all)\n')
case("P1001 P1002 P1003 P1010", "a matrix of a million jobs",
     lambda: f"let n = {thousand}\nlet cells = [a * 1000 + b for a in n for b in n]\n"
     'pipeline ci {\n  on push\n  job a for x in cells { sh "true" }\n}\nemit github ci\n')
case("P1001 P1002 P1003 P1010", "nested comprehensions without end",
     lambda: f"let n = {thousand}\nlet all = [[[c for c in n] for b in n] for a in n]\nemit file \"x.json\" = json(all)\n")

# --- numerals
case("P0302", "a numeral of 90,000 digits", lambda: "let a: int = " + "9" * 90_000 + "\n")
case("P0302", "a duration of 90,000 digits", lambda: "let a: Duration = " + "9" * 90_000 + "h\n")
case("P0302 -", "a version of many parts", lambda: "let a: Version = 1" + ".1" * 40_000 + "\n")
case("P0803", "a product that overflows", lambda: "let a: int = 9000000000000000000 * 9000000000000000000\nemit file \"x\" = text(\"#{a}\")\n")
case("P0302 P0803", "a duration that overflows", lambda: "let a = 106751991167300d * 1000\nemit file \"x\" = text(\"#{a}\")\n")

# --- very many mistakes, and very much of everything
case("P0202", "20,000 unknown names", lambda: "".join(f"let a{i} = missing_{i}\n" for i in range(20_000)))
case("P0001", "20,000 syntax errors", lambda: "let = \n" * 20_000)
case("P0012", "200,000 strange characters", lambda: "$ @ ~ \n" * 50_000, 400)
case("P0005", "20,000 open strings", lambda: 'let a = "\n' * 20_000)
case("P0004", "90,000 closing brackets", lambda: (")" * 1000 + "\n") * 90)
case("P0003", "open brackets, line by line", lambda: "let a = (\n" * 199)
case("P0203", "20,000 times one name", lambda: "let a = 1\n" * 20_000)
case("P0207", "20,000 unknown fields",
     lambda: "record R { a: int = 1 }\nlet r = R {\n" + "".join(f"  field_{i} = 1\n" for i in range(20_000)) + "}\n")
case("-", "100,000 empty lines and comments", lambda: "// nothing\n\n" * 100_000)
case("P0201 P0202", "a job after 10,000 unknown ones",
     lambda: "pipeline ci {\n  on push\n  job a {\n    after " + ", ".join(f"x{i}" for i in range(8_000)) + '\n    sh "true"\n  }\n}\n')

# --- bytes
case("P0013", "no UTF-8", lambda: b"let a = \"" + b"\xff\xfe\x80" * 30_000 + b"\"\n")
case("P0014", "NULs", lambda: b"\0" * 90_000)
case("P0012 P0013", "random bytes", lambda: bytes((i * 7919 + i * i * 31 + 11) & 0xFF for i in range(90_000)))
case("-", "a byte order mark", lambda: b"\xef\xbb\xbflet a = 1\n")
case("-", "carriage returns alone", lambda: b"let a = 1\rlet b = 2\r" * 1)
case("P0203", "20,000 lines that end in carriage returns", lambda: b"let a = 1\r" * 9_000)
case("P0026", "more than 16 MiB", lambda: "// a comment\n" * 1_400_000)
case("-", "a megabyte of one string", lambda: 'let a = """\n' + ("x" * 99 + "\n") * 10_000 + '"""\n')
case("P0622", "20,000 substitutions in each other", lambda: job('sh """\necho ' + nested("$(echo ", "a", ")", 10_000) + '\n"""'))
case("P0622", "20,000 open substitutions", lambda: job('sh """\n' + "$(" * 20_000 + '\n"""'))
case("P0622", "20,000 open substitutions in quotes", lambda: job('sh """\n' + '"$(' * 20_000 + '\n"""'))
case("-", "shell of a megabyte", lambda: job('sh """\n' + ("echo \"$HOME\" | sed 's/a/b/' # c\n") * 30_000 + '"""'))


def in_child(what) -> tuple[int, resource.struct_rusage]:
    """Runs it in a process of its own, so that this one stays small: a child starts with its parent's memory."""
    pid = os.fork()
    if pid == 0:
        try:
            what()
            os._exit(0)
        except BaseException as error:
            print(error, file=sys.stderr)
        os._exit(99)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage


def run(pipec: str, make, folder: str) -> tuple[int, float, float, str]:
    """Exit status, CPU milliseconds, peak MiB, what was said."""
    path, log = os.path.join(folder, "main.pipe"), os.path.join(folder, "log")

    def write() -> None:
        text = make()
        with open(path, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)

    def check() -> None:
        os.chdir(folder)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (10 * SLOWER, 10 * SLOWER))
        if SANITIZED:  # frames several times as large, and terabytes reserved
            resource.setrlimit(resource.RLIMIT_STACK, (64 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
        else:
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        os.execv(pipec, [pipec, "check", "main.pipe"])

    assert in_child(write)[0] == 0
    status, usage = in_child(check)
    with open(log, errors="replace") as file:
        said = file.read(2_000_000)
    return status, 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024, said


def problem(codes: set[str], bound: float, status: int, milliseconds: float, mebibytes: float, said: str) -> str:
    found = set(CODE.findall(said))
    if status not in (0, 1):
        return f"exit status {status}"
    if not (found & codes or ("-" in codes and status == 0)):
        return f"wanted {' '.join(sorted(codes))}, found {' '.join(sorted(found)[:5]) or said[:80]}"
    if len(said) > 1_000_000:
        return f"{len(said)} bytes of diagnostics"
    if milliseconds > bound:
        return "too slow"
    return "too much memory" if mebibytes > MEBIBYTES * LARGER else ""


LISTED = [
    "34 doublings of a string", "a comprehension of a billion", "a billion by range", "a line of 10 MB",
    "10,000 nested parentheses", "10,000 nested lists", "a sum of 100,000", "100,000 texts joined",
    "a chain of 100,000 ands", "nots", "20,000 open substitutions in quotes", "lists that share",
    "nested comprehensions without end", "else-if statements", "200,000 strange characters", "more than 16 MiB",
]


def medians(pipec: str, folder: str) -> int:
    """The table of docs/limits.md."""
    print("| program | ms | MiB |\n|---|---:|---:|")
    for name in LISTED:
        runs = [run(pipec, CASES[name][1], folder) for _ in range(15)]
        milliseconds = statistics.median(milliseconds for _, milliseconds, _, _ in runs)
        print(f"| {name} | {milliseconds:.0f} | {max(mebibytes for _, _, mebibytes, _ in runs):.0f} |")
    return 0


def main() -> int:
    sys.stdout.reconfigure(line_buffering=True)
    pipec, names, bad = os.path.abspath(sys.argv[1]), sys.argv[2:], 0
    with tempfile.TemporaryDirectory() as folder:
        if names == ["--medians"]:
            return medians(pipec, folder)
        for name, (codes, make, bound) in CASES.items():
            if names and not any(part in name for part in names):
                continue
            for _ in range(3):  # a busy machine's second try
                status, milliseconds, mebibytes, said = run(pipec, make, folder)
                if milliseconds <= bound:
                    break
            wrong = problem(codes, bound, status, milliseconds, mebibytes, said)
            bad += bool(wrong)
            found = " ".join(sorted(set(CODE.findall(said)))[:3]) or "fine"
            print(f"{milliseconds:7.0f} ms {mebibytes:6.1f} MiB  {name}: {found}{'  WRONG: ' if wrong else ''}{wrong}")
    return 1 if bad else 0


sys.exit(main())
