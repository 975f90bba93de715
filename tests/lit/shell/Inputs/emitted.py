"""`emitted.py PIPEC PIPERUN PLACES DIR [VALUES]`: values (100,000) stand in holes of every place of PLACES, and of
Python and Node scripts; what arrives, by piperun and by the emitted workflow's own texts and env, is what was put
in. Many values share a script, and many scripts a program: starting processes is what takes time. What a program
says is Unicode; of the first workflow each shell script is run again with every byte but NUL in its env."""

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
PER_SCRIPT, SCRIPTS, OTHERS, EXECS, AGAIN = 500, 20, 100, 10, 5
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


def bytes_for(place):
    value = value_for(place)
    if isinstance(value, int):
        return str(value).encode()
    data = value.encode() + bytes(rng.randint(1, 255) for _ in range(rng.randrange(8)))
    return data.replace(b"/", b"") if place == "Redirection" else data


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
    """The program, what its scripts append to `output`, how many values it has, and of each shell script the cases."""
    lets, steps, scripts, expected, number = [], [], [], "", 0
    cases = list(rows(places))
    for index in range(SCRIPTS):
        language = ("sh", "bash")[index % 2]
        script = f"exec >> '{output}'\n"
        scripts.append([])
        for place, _, text, wanted in cases_for(cases, language, first):
            value = value_for(place)
            scripts[-1].append((f"PIPE_V{number}", place, value, wanted))
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
    return "\n".join(lets) + "\n\n" + job + "\n", expected, number, scripts


def differs(name, got, wanted):
    if got == wanted:
        return False
    for a, b in zip(got.split(b"\0"), wanted.split(b"\0")):
        if a != b:
            print(f"{name}: {a!r} instead of {b!r}")
            return True
    print(f"{name}: {got.count(0)} values instead of {wanted.count(0)}")
    return True


def run_step(step, folder, env):
    """What GitHub does: `run` in a file, by the command that its documentation gives for the shell."""
    commands = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "sh": ["sh", "-e"]}
    file = folder / "step"
    file.write_text(step["run"], newline="")
    shell = commands.get(step["shell"]) or step["shell"].replace("{0}", "").split()
    assert "${{" not in step["run"], step["run"]
    given = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}
    subprocess.run([*shell, str(file)], cwd=folder, env=given | env, check=True)


def run_workflow(steps, folder):
    for step in steps:
        env = {}
        for name, value in step.get("env", {}).items():
            env[name] = re.sub(r"\$\{\{ '((?:[^']|'')*)' \}\}", lambda match: match[1].replace("''", "'"), value)
        run_step(step, folder, env)


def run_with_bytes(steps, scripts, folder, output):
    """The workflow's shell scripts, with other values in the variables they read. Whether anything differs, and how
    many values it were."""
    count = 0
    for _ in range(AGAIN):
        for step, cases in zip(steps, scripts):
            output.unlink()
            env, wanted = {}, b""
            variables = {value: name for name, _, value, _ in cases if name in step["env"]}  # equal values share one
            files = {value for _, place, value, _ in cases if place == "Redirection"}
            for _, place, value, text in cases:
                name, data = variables.get(value), str(value).encode()  # some numbers stand in the script itself
                if name:
                    data = env.setdefault(name, bytes_for("Redirection" if value in files else place))
                wanted += text.encode().replace("§".encode(), data) + b"\0"
            assert set(step["env"]) == set(env) and len(env) > len(cases) / 2
            run_step(step, folder, env)
            count += len(env)
            if differs("the workflow with bytes", output.read_bytes(), wanted):
                return True, count
    return False, count


def round_of(pipec, piperun, places, folder, first):
    """One program: whether anything differs, and how many values it had."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "work"
    work.mkdir(parents=True)
    output = folder / "output"
    text, expected, number, scripts = program(places, output, first)
    (folder / "p.pipe").write_text(text)
    wanted = expected.encode()
    subprocess.run([piperun, "p.pipe", "p"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    failed = differs("piperun", output.read_bytes(), wanted)
    output.unlink()
    subprocess.run([pipec, "build", "p.pipe", "--quiet"], cwd=folder, check=True)
    steps = yaml.load((folder / ".github" / "workflows" / "p.yml").read_text(), yaml.CSafeLoader)["jobs"]["a"]["steps"]
    run_workflow(steps, work)
    failed |= differs("the workflow", output.read_bytes(), wanted)
    if first and not failed:
        failed, more = run_with_bytes(steps, scripts, work, output)
        print(f"{more} values of bytes by the workflow")
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
