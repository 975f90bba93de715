"""`emitted.py PIPEC PIPERUN PLACES DIR [VALUES]`: values (100,000) stand in holes of every place of PLACES, and of
Python and Node scripts; what arrives, by piperun and by the emitted workflow's own texts and env, is what was put
in. Many values share a script, and many scripts a program: starting processes is what takes time."""

import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import yaml

PAYLOADS = ["$(touch PWNED)", "`touch PWNED`", "'; touch PWNED; '", '"; touch PWNED; "', "\ntouch PWNED\n", "-n", "=x",
            "~root", "*", "a[$(touch PWNED)]", "\nEOF\n", "\\", "${HOME}", "#{x}", "${{ github.token }}", "", " #", ": ",
            "- a", "{}", "null", "1e3", "\u2028", "\u0085", "\ufeff", "\U0001f600", "%s", "!!x", "\r\n", "\t"]
NASTY = " \t\n'\"`$\\(){}[]*?~#&;|<>!^=%@:-/EOFabc"
PER_SCRIPT, SCRIPTS, OTHERS, EXECS = 500, 20, 100, 10
STARTS = re.compile(r"cat |sh -c|env |rm |\| ")
rng = random.Random(7)


def value_for(place):
    if place in ("Arithmetic", "Subscript", "NumberOperand", "NumberArgument"):
        return rng.randint(-1000, 1000)
    text = rng.choice(PAYLOADS) if rng.random() < 0.4 else ""
    for _ in range(rng.randrange(20)):
        code = rng.choice([rng.randint(1, 127), rng.randint(128, 0x2FFF), rng.randint(0x10000, 0x1F9FF)])
        text += rng.choice(NASTY) if rng.random() < 0.6 else chr(code)
    return text.replace("/", "") if place == "Redirection" else text


def literal(value):
    if isinstance(value, int):
        return str(value)
    written = ""
    for character in value:
        plain = character.isascii() and character.isalnum() or character in " .-_"
        written += character if plain else f"\\u{{{ord(character):X}}}"
    return f'"{written}"'


def unescape(text):
    return re.sub(r"\\([nt\\])", lambda match: {"n": "\n", "t": "\t", "\\": "\\"}[match[1]], text)


def rows(places):
    for line in places.read_text().splitlines():
        if not line.startswith("#"):
            place, _, dialect, script, expected = line.split("\t")
            if place != "CommandName":
                yield place, dialect, unescape(script), unescape(expected)


def cases_for(cases, language, first):
    """Cases in turn. After a while most stay in the shell's own process."""
    usable = [case for case in cases if language == "bash" or case[1] == "sh"]
    turn = rng.randrange(len(usable))
    for done in range(PER_SCRIPT):
        turn += 1
        while not (first and done < len(usable)) and STARTS.search(usable[turn % len(usable)][2]) and rng.random() < 0.95:
            turn += 1
        yield usable[turn % len(usable)]


def program(places, output, first):
    """The program, and what its scripts append to `output`."""
    lets, steps, expected, number = [], [], "", 0
    cases = list(rows(places))
    for index in range(SCRIPTS):
        language = ("sh", "bash")[index % 2]
        script = f"exec >> '{output}'\n"
        for place, _, text, wanted in cases_for(cases, language, first):
            value = value_for(place)
            lets.append(f"let v{number} = {literal(value)}")
            script += text.replace("§", f"#{{v{number}}}") + "\nprintf '\\000'\n"
            expected += wanted.replace("§", str(value)) + "\0"
            number += 1
        steps.append(f'    {language} """\n{script}"""')
    languages = {"python": "open('{0}', 'ab').write(({1} + '\\0').encode())",
                 "node": "require('fs').appendFileSync('{0}', {1} + '\\0')"}
    for language, text in languages.items():
        if language == "node" and not shutil.which("node"):
            continue
        script = ""
        for _ in range(OTHERS):
            value = value_for("Argument")
            lets.append(f"let v{number} = {literal(value)}")
            script += text.format(output, f"#{{v{number}}}") + "\n"
            expected += value + "\0"
            number += 1
        steps.append(f'    {language} """\n{script}"""')
    append = "import os, sys; open(sys.argv[1], 'ab').write(os.fsencode(sys.argv[2]) + b'\\\\0')"
    for _ in range(EXECS):
        value = value_for("Argument")
        lets.append(f"let v{number} = {literal(value)}")
        steps.append(f'    exec ["python3", "-c", "{append}", "{output}", v{number}]')
        expected += value + "\0"
        number += 1
    job = "\n".join(["pipeline p {", '  on push { branches = ["main"] }', "", "  job a {", *steps, "  }", "}", "", "emit github p"])
    return "\n".join(lets) + "\n\n" + job + "\n", expected, number


def differs(name, got, wanted):
    if got == wanted:
        return False
    for a, b in zip(got.split(b"\0"), wanted.split(b"\0")):
        if a != b:
            print(f"{name}: {a!r} instead of {b!r}")
            return True
    print(f"{name}: {got.count(0)} values instead of {wanted.count(0)}")
    return True


def run_workflow(path, folder):
    """What GitHub does: each `run` in a file, by the command that its documentation gives for the shell."""
    commands = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "sh": ["sh", "-e"]}
    for step in yaml.safe_load(path.read_text())["jobs"]["a"]["steps"]:
        file = folder / "step"
        file.write_text(step["run"], newline="")
        shell = commands.get(step["shell"]) or step["shell"].replace("{0}", "").split()
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}
        for name, value in step.get("env", {}).items():
            env[name] = re.sub(r"\$\{\{ '((?:[^']|'')*)' \}\}", lambda match: match[1].replace("''", "'"), value)
        assert "${{" not in step["run"], step["run"]
        subprocess.run([*shell, str(file)], cwd=folder, env=env, check=True)


def round_of(pipec, piperun, places, folder, first):
    """One program: whether anything differs, and how many values it had."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "work"
    work.mkdir(parents=True)
    output = folder / "output"
    text, expected, number = program(places, output, first)
    (folder / "p.pipe").write_text(text)
    wanted = expected.encode()
    subprocess.run([piperun, "p.pipe", "p"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    failed = differs("piperun", output.read_bytes(), wanted)
    output.unlink()
    subprocess.run([pipec, "build", "p.pipe", "--quiet"], cwd=folder, check=True)
    run_workflow(folder / ".github" / "workflows" / "p.yml", work)
    failed |= differs("the workflow", output.read_bytes(), wanted)
    if list(folder.rglob("PWNED")):
        failed = not print("a value was executed")
    return failed, number


def main():
    pipec, piperun, places, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    wanted, number, failed = int((sys.argv[5:] or [100_000])[0]), 0, False
    while number < wanted and not failed:
        failed, more = round_of(pipec, piperun, places, folder, number == 0)
        number += more
    print(f"{number} values, each by piperun and by the workflow")
    sys.exit(failed)


if __name__ == "__main__":
    main()
