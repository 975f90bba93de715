"""Fuzzes every part of the front end for a while, with ASan and UBSan.

`run.py BUILD SECONDS`: the seeds are the programs of the tree, found now, and tests/fuzz/seeds; what the fuzzers
learn stays in BUILD/corpus. Exit 1 where one crashed, hung or took too much memory; its input is then in
BUILD/findings, and belongs into tests/fuzz/seeds once the mistake is mended."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ["parse", "format", "check", "compile", "shell"]
SCRIPT = re.compile(r'\b(?:sh|bash) "(?:""\n)?(.*?)"', re.S)


def programs():
    for folder in ("stdlib", "examples", "tests", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            if "node_modules" in path.parts or path.suffix not in (".pipe", ".test", ".md") or not path.is_file():
                continue
            text = path.read_text(errors="replace")
            if path.suffix == ".pipe":
                yield text
            elif path.suffix == ".md":
                yield from re.findall(r"^```pipe\n(.*?)^```", text, re.M | re.S)
            else:
                parts = re.split(r"^(?://|#)--- (.*)\n", text, flags=re.M)[1:]
                yield from (part for name, part in zip(parts[::2], parts[1::2]) if name.strip().endswith(".pipe"))


def write_seeds(build: pathlib.Path) -> None:
    for target in TARGETS:
        folder = build / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        texts = [program.encode() for program in programs()]
        if target == "shell":
            texts = [script.encode() for program in programs() for script in SCRIPT.findall(program)]
        texts += [path.read_bytes() for path in sorted((ROOT / "tests/fuzz/seeds").iterdir())]
        for number, text in enumerate(sorted(set(texts))):
            (folder / f"seed-{number:04}").write_bytes(text)


def main() -> int:
    build, seconds = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    (build / "findings").mkdir(parents=True, exist_ok=True)
    write_seeds(build)
    bad = []
    for target in TARGETS:
        command = [
            "nice", "-n", "19", str(build / "bin" / f"fuzz_{target}"), str(build / "corpus" / target),
            f"-max_total_time={max(1, seconds // len(TARGETS))}", f"-artifact_prefix={build}/findings/{target}-",
            "-timeout=20", "-rss_limit_mb=1500", "-max_len=20000", "-print_final_stats=1", "-use_value_profile=0",
            f"-dict={ROOT}/tests/fuzz/pipe.dict", "-detect_leaks=0", "-verbosity=1",
        ]
        result = subprocess.run(command, capture_output=True, text=True, errors="replace")
        (build / f"{target}.log").write_text(result.stderr)
        last = [line for line in result.stderr.splitlines() if line.startswith(("#", "Done"))][-1:]
        print(f"{target}: {'fine' if result.returncode == 0 else 'FAILED'}: {' '.join(last)}", flush=True)
        if result.returncode != 0:
            bad.append(target)
            print("\n".join(result.stderr.splitlines()[-40:]), flush=True)
    return 1 if bad else 0


sys.exit(main())
