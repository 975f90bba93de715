"""random_shapes.py FILE SEED: a random well-typed pipeline: jobs, comprehensions, gates, deployments and reactions that
lean on each other by outputs, outcomes and order. What the language refuses all the same (an output of a job that may
have been skipped) is no mistake of the program that writes it; what comes out must be a valid plan."""

import random
import sys

OUTCOMES = ["success", "failure", "skipped", "cancelled", "timed_out"]


class Shapes:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.jobs = []  # names of jobs with the outputs `text` and `number`
        self.cells = []  # of comprehensions over 1, 2
        self.sure = []  # jobs that always run
        self.nodes = []

    def pick(self, things):
        return self.random.choice(things)

    def condition(self, depth):
        if depth and self.random.random() < 0.6:
            one, other = self.condition(depth - 1), self.condition(depth - 1)
            return self.pick([f"({one} and {other})", f"({one} or {other})", f"(not {one})"])
        if self.nodes and self.random.random() < 0.6:
            return f"{self.pick(self.nodes)} is {self.pick(['', 'not '])}{self.pick(OUTCOMES)}"
        return self.pick(['git.branch == "main"', 'git.tag != ""', "on_time", 'starts_with(git.ref, "refs/heads/")'])

    def text(self):
        choices = ['"a"', "git.commit", '"x-#{git.branch}"']
        if self.jobs:
            choices += [f'({self.pick(self.jobs)}.text ?? "none")'] * 3
        if self.cells:
            choices.append(f'({self.pick(self.cells)}[{self.pick([1, 2])}].text ?? "none")')
        return self.pick(choices)

    def job(self, name):
        source = " for cell in [1, 2]" if self.random.random() < 0.25 else ""
        when = f" when {self.condition(2)}" if self.random.random() < 0.4 else ""
        yield f"  job {name}{source}{when} {{"
        if self.random.random() < 0.3:
            yield "    timeout = 10min"
        if self.random.random() < 0.2:
            yield "    service db = postgres()"
            yield '    sh "psql" { env URL = db.url }'
        if self.random.random() < 0.2:
            yield "    environment = staging"
        yield f'    let told = if {self.condition(1)} then {self.text()} else {self.text()}'
        yield '    sh "make" { env TOLD = told; retries = { times = 2; on = [failure] } }'
        if self.random.random() < 0.4:
            yield f"    if {self.condition(1)} {{ git.checkout() }} else {{ exec [\"make\", {self.text()}] }}"
        yield f"    out text = {self.text()}"
        yield '    out report = report.junit("junit.xml")'
        yield "  }"
        (self.cells if source else self.jobs).append(name)
        if not source and not when:
            self.sure.append(name)
        if not source:
            self.nodes.append(name)

    def gate(self, name):
        yield f"  gate {name} {{"
        yield f"    require {self.pick(self.sure or self.jobs)}.report.failed == 0"
        yield "  }"
        self.nodes.append(name)

    def deployment(self, name):
        yield f"  deploy {name} blue_green {{"
        yield "    environment = staging"
        yield f'    image = "registry.example.org/app:{name}-1"'
        yield "    port = 8000"
        yield '    ready = http("/health")'
        yield '    env TOLD = "a"'
        yield "    before switch { http(\"/health\") is 200 within 5s }"
        yield "  }"
        self.nodes.append(name)

    def reaction(self, name):
        left = OUTCOMES[:]
        self.random.shuffle(left)
        cut = self.random.randrange(1, 5)
        yield f"  on outcome of {name} {{"
        yield f"    {', '.join(left[:cut])} => nothing"
        yield f'    {", ".join(left[cut:])} => sh "echo" {{ env TOLD = {self.text()} }}'
        yield "  }"

    def program(self):
        yield "import std.git"
        yield "import std.report"
        yield "param on_time: bool = true"
        yield 'environment staging { cluster = "staging"; namespace = "shop" }'
        yield "pipeline ci {"
        yield "  on push"
        yield "  on call"
        for index in range(self.random.randrange(3, 9)):
            yield from self.job(f"job{index}")
        if self.jobs:
            yield from self.gate("quality")
        if self.random.random() < 0.5:
            yield from self.deployment("api")
        for name in [name for name in self.nodes if self.random.random() < 0.3]:
            yield from self.reaction(name)
        for name in self.sure[:2]:
            yield f"  out of_{name} = {name}.text"
        yield "}"
        yield "emit github ci"
        yield "emit kubernetes staging"


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        file.write("\n".join(Shapes(int(sys.argv[2])).program()) + "\n")
