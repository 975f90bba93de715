"""What runs cost, beside ninja, make and the spawn floor (floor.c), in one go: processor time of all processes
together and the largest memory of one, medians of several rounds in which everybody takes a turn.

    run.py PIPERUN              the table of docs/benchmarks.md
    run.py PIPERUN --small      every row once over a hundredth of the work: that the table can be made, not what it says
"""

import base64
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
AT_ONCE = 4
SECRETS = 20
LEFT_BY_RUNS = [".piperun", "made", ".ninja_log", ".ninja_deps"]


class Bench:
    def __init__(self, piperun, folder, small):
        self.folder, self.small, self.cleaned = folder, small, 0
        self.floor, self.measure = str(folder / "floor"), str(folder / "measure")
        for program in [self.floor, self.measure]:
            subprocess.run(["cc", "-O2", "-o", program, HERE / (pathlib.Path(program).name + ".c")], check=True)
        self.run = [os.path.abspath(piperun), "--color", "never", "-q", "-j", str(AT_ONCE), "main.pipe"]
        self.others = {}
        if shutil.which("ninja"):
            # Debian's own, whatever else goes by that name.
            self.others["ninja"] = ["/usr/bin/ninja", f"-j{AT_ONCE}", "--quiet"]
        if shutil.which("make"):
            self.others["make"] = ["make", f"-j{AT_ONCE}", "-s"]

    def clean(self):
        """Puts aside what runs left; deleted only in the end, for the file system is slower for a while after that."""
        aside = self.folder / "aside" / str(self.cleaned)
        aside.mkdir(parents=True)
        self.cleaned += 1
        for left in LEFT_BY_RUNS:
            if (self.folder / left).exists():
                (self.folder / left).rename(aside / left)

    def once(self, command, clean=True):
        """Processor seconds and largest resident megabytes of one call."""
        if clean:
            self.clean()
        (self.folder / "made").mkdir(exist_ok=True)
        used = self.folder / "used"
        ended = subprocess.run(
            [self.measure, used, *command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace",
        )
        if ended.returncode:
            sys.exit(f"bench: {command[0]} failed: {ended.stderr[-2000:]}")
        microseconds, kilobytes = map(int, used.read_text().split())
        return microseconds / 1e6, kilobytes / 1024

    def turns(self, commands, rounds, clean=True):
        """Medians by name; each round everybody takes a turn, so that a busy machine is busy for all."""
        taken = {name: [] for name in commands}
        for _ in range(1 if self.small else rounds):
            for name, command in commands.items():
                taken[name].append(self.once(command, clean))
        return {
            name: (statistics.median(seconds for seconds, _ in each), max(memory for _, memory in each))
            for name, each in taken.items()
        }

    def pipe(self, text):
        (self.folder / "main.pipe").write_text(text)


def jobs(count, pure=False, edges=False):
    """`count` jobs of a step that does nothing, written as one would: by a comprehension. With edges each needs two
    of those before it. No two are alike: a pure one would be taken from the cache."""
    lines = ["pipeline ci {", "  on push", f"  job j for i in range({count}) {{"]
    if pure:
        lines.append("    pure = true")
    if edges:
        lines += ["    let earlier = [j[i - back] for back in [10, 7] if i >= 10]", "    after earlier"]
    return "\n".join(lines + ['    sh "true #{i}"', "  }", "}"]) + "\n"


def graph_for_others(folder, count, edges):
    """The same for ninja and make; each step makes its file, or they would know nothing the next time."""
    ninja, make = ["rule r", " command = : > $out"], ["all: " + " ".join(f"made/o{i}" for i in range(count))]
    for i in range(count):
        needs = f"made/o{i - 10} made/o{i - 7}" if edges and i >= 10 else ""
        ninja.append(f"build made/o{i}: r {needs}")
        make.append(f"made/o{i}: {needs}; @: > $@")
    (folder / "build.ninja").write_text("\n".join(ninja) + "\n")
    (folder / "Makefile").write_text("\n".join(make) + "\n")


class Table:
    def __init__(self):
        print("| | piperun | beside the floor | ninja | make | bar |\n|---|---|---|---|---|---|", flush=True)

    def add(self, name, bar, ours, floor, others, holds):
        cells = [name, f"{ours[0] * 1000:.0f} ms, {ours[1]:.1f} MB" if ours[0] >= 0.1 else f"{ours[0] * 1000:.1f} ms, {ours[1]:.1f} MB"]
        cells.append(f"{ours[0] / floor:.2f} × of {floor * 1000:.1f} ms" if floor else "")
        for each in ["ninja", "make"]:
            theirs = others.get(each)
            cells.append("" if not theirs else f"{theirs[0] * 1000:.0f} ms, {theirs[1]:.1f} MB" + (f" ({theirs[0] / floor:.2f} ×)" if floor else ""))
        cells.append(bar + ("" if holds else " **missed**"))
        print("| " + " | ".join(cells) + " |", flush=True)


def one_step(bench, table):
    bench.pipe(jobs(1))
    graph_for_others(bench.folder, 1, False)
    results = bench.turns({"ours": bench.run, "floor": [bench.floor, "1"], **bench.others}, 15)
    ours, floor = results.pop("ours"), results.pop("floor")[0]
    table.add("one step that does nothing", "10 ms, 10 MB", ours, floor, results, ours[0] <= 0.010 and ours[1] <= 10)


def independent(bench, table, count, rounds):
    bench.pipe(jobs(count))
    graph_for_others(bench.folder, count, False)
    results = bench.turns({"ours": bench.run, "floor": [bench.floor, str(count), str(AT_ONCE)], **bench.others}, rounds)
    ours, floor = results.pop("ours"), results.pop("floor")[0]
    own = (ours[0] - floor) / count * 1000
    table.add(
        f"{count:,} independent steps", f"1.15 ×, 40 MB; 0.2 ms of its own each (it is {own:.2f})", ours, floor, results,
        ours[0] <= 1.15 * floor and own <= 0.2 and ours[1] <= 40,
    )


def graph(bench, table, rounds):
    count = 10 if bench.small else 1000
    bench.pipe(jobs(count, pure=True, edges=True))
    graph_for_others(bench.folder, count, True)
    floor = [bench.floor, str(count), str(AT_ONCE)]
    cold = bench.turns({"ours": bench.run, "floor": floor, **bench.others}, rounds)
    ours, floor_cost = cold.pop("ours"), cold.pop("floor")[0]
    table.add(f"a graph of {count:,} steps, with cache, logs and journal", "1.6 ×", ours, floor_cost, cold, ours[0] <= 1.6 * floor_cost)
    bench.clean()
    everybody = {"ours": bench.run, **bench.others}
    bench.turns(everybody, 2, clean=False)  # two: the second has the first one's journal to read
    for path in (bench.folder / "made").iterdir():
        path.touch()
    warm = bench.turns(everybody, rounds, clean=False)
    ours = warm.pop("ours")
    table.add("the same, nothing to do", "60 ms", ours, 0, warm, ours[0] <= 0.060)


def output(bench, table, rounds):
    line = b"2026-11-22T21:45:07.123Z INFO request served path=/reports/17 status=200 took=12.3ms worker=3 ok\n"
    megabytes = 1 if bench.small else 100
    (bench.folder / "lines").write_bytes(line * (megabytes * 1_000_000 // len(line) + 1))
    names = [f"key{i}" for i in range(SECRETS)]
    env = "".join(f"    env {name.upper()} = {name}\n" for name in names)
    secrets = "".join(f"secret {name}\n" for name in names)
    bench.pipe(f"{secrets}pipeline ci {{\n  on push\n  job talk {{\n{env}    sh \"cat {bench.folder}/lines\"\n  }}\n}}\n")
    for name in names:
        os.environ[f"PIPE_SECRET_{name.upper()}"] = base64.b64encode(f"{name} is not to be seen".encode() * 2).decode()
    (bench.folder / "build.ninja").write_text("rule r\n command = cat lines\nbuild made/o: r\n")
    (bench.folder / "Makefile").write_text("all: made/o\nmade/o:; @cat lines\n")
    results = bench.turns({"ours": [word for word in bench.run if word != "-q"], **bench.others}, rounds)
    ours = results.pop("ours")
    table.add(
        f"{megabytes} MB of output, {SECRETS} secrets masked, logged and shown", "600 ms, 16 MB", ours, 0, results,
        ours[0] <= 0.6 and ours[1] <= 16,
    )


def main(piperun, *words):
    small = "--small" in words
    # In memory, where there is such a folder: what a disk adds to a thousand small files says more about the disk.
    memory = "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 2 << 30 else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=memory))
    os.environ["TMPDIR"] = str(folder)
    try:
        bench, table = Bench(piperun, folder, small), Table()
        one_step(bench, table)
        for count, rounds in [(1000, 5), (10000, 3)]:
            independent(bench, table, count // 100 if small else count, rounds)
        graph(bench, table, 5)
        output(bench, table, 3)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
