"""Fuzzes everything that reads what others wrote, with ASan and UBSan.

`run.py BUILD SECONDS [TARGET…]`: SECONDS of processor time altogether, one target after the other. The seeds are
those of tests/fuzz/corpus.h; what the fuzzer learns stays in BUILD/corpus. Prints a table: executions, processor
seconds, peak memory. Exit 1 where an input crashed, hung or took too much memory: it is then in BUILD/findings, and
belongs into tests/fuzz/seeds once the mistake is mended."""

import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What is slow gets more of the time.
SHARES = {"parse": 3, "format": 4, "check": 4, "compile": 8, "shell": 5, "report": 2, "plan": 2, "journal": 1,
          "lock": 1, "yaml": 2}


def fuzz(build, target, seconds):
    """(status, executions, processor seconds, peak MiB) of one target; its log is in BUILD/TARGET.log."""
    fuzzer, corpus = build / "bin" / "fuzzer", build / "corpus" / target
    environment = {**os.environ, "FUZZ_TARGET": target, "ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=0",
                   "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    subprocess.run([fuzzer], env={**environment, "FUZZ_SEEDS": str(corpus)}, check=True)
    command = [
        "nice", "-n", "19", str(fuzzer), str(corpus), f"-max_total_time={seconds}",
        f"-artifact_prefix={build}/findings/{target}-", "-timeout=10", "-rss_limit_mb=1500", "-max_len=20000",
        "-len_control=10", "-print_final_stats=1", f"-dict={ROOT}/tests/fuzz/pipe.dict", "-detect_leaks=0",
    ]
    log = build / f"{target}.log"
    with open(log, "wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    found = re.search(r"stat::number_of_executed_units: (\d+)", log.read_text(errors="replace"))
    executions = int(found[1]) if found else 0
    return process.returncode, executions, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    build, seconds = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    targets = sys.argv[3:] or list(SHARES)
    (build / "findings").mkdir(parents=True, exist_ok=True)
    bad, began = 0, time.time()
    totals = [0, 0.0]
    print("| target | executions | CPU s | MiB | |\n|---|---:|---:|---:|---|", flush=True)
    for target in targets:
        share = max(1, seconds * SHARES[target] // sum(SHARES[each] for each in targets))
        status, executions, used, mebibytes = fuzz(build, target, share)
        totals = [totals[0] + executions, totals[1] + used]
        print(f"| {target} | {executions:,} | {used:.0f} | {mebibytes:.0f} | {'FAILED' if status else ''} |", flush=True)
        if status:
            bad += 1
            print("".join((build / f"{target}.log").read_text(errors="replace").splitlines(True)[-40:]), file=sys.stderr)
    print(f"| all | {totals[0]:,} | {totals[1]:.0f} | | {time.time() - began:.0f} s altogether |")
    return 1 if bad else 0


sys.exit(main())
