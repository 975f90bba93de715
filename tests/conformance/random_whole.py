"""random_whole.py FILE SEED: a random program that is right by construction: types, tasks, parameters, pipelines with
jobs, matrices, conditions, gates, deployments, reactions and outputs, and tests that hold."""

import random
import sys

OUTCOMES = ["success", "failure", "skipped", "cancelled", "timed_out"]
UNITS = ["s", "min"]
CONDITIONS = ['git.branch == "main"', 'git.tag != ""', "loud", 'starts_with(git.ref, "refs/heads/")', "level is high"]

FACTS = 'git.branch = "main"; git.tag = ""; git.ref = "refs/heads/main"; loud = true; level = high'


class Whole:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.nodes = []  # of the pipeline being written: jobs without cells, gates, deployments
        self.sure = []  # jobs that run in any case
        self.outputs = {}  # job -> its condition, of those with the output `text`
        self.cells = []  # jobs over 3.11, 3.12
        self.reports = []  # jobs that run in any case and have the output `tests`

    def pick(self, things):
        return self.random.choice(things)

    def maybe(self, chance):
        return self.random.random() < chance

    # --- values known now

    def number(self, depth=2):
        if depth == 0 or self.maybe(0.3):
            return self.pick(["1", "2", "40", "size", "len(names)", "box.count", "(box.limit ?? 3)"])
        one, other = self.number(depth - 1), self.number(depth - 1)
        return self.pick([f"({one} + {other})", f"({one} * 2)", f"max([{one}, {other}])", f"told({self.source()})",
                          f"(if {self.truth(depth - 1)} then {one} else {other})", f"twice({one})"])

    def truth(self, depth=1):
        if depth == 0:
            return self.pick(["true", "false", "size > 2", 'contains(names, "a")'])
        one, other = self.truth(depth - 1), self.truth(depth - 1)
        return self.pick([f"({one} and {other})", f"({one} or {other})", f"not {one}", f"({self.number(0)} <= {self.number(0)})",
                          f"({self.source()} is {self.pick(['not ', ''])}git)"])

    def source(self):
        return self.pick(["from_git", 'Source.image("app:1")', "Source.nowhere", 'Source.git(url = "https://example.com/a.git")'])

    def word(self, depth=1):
        choices = ['"a"', '"b c"', '"#{app}-#{size}"', "names[0]", 'join(names, "-")', "box.name", '(box.note ?? "none")',
                   'first(names, "x")']
        if depth:
            choices += [f'"<#{{{self.word(0)}}}:#{{{self.number(1)}}}>"',
                        f"(if {self.truth()} then {self.word(0)} else {self.word(0)})",
                        f'(match {self.source()} {{ git(url, ref) => "#{{ref}}"; image => "i"; nowhere => {self.word(0)} }})',
                        f'box {{ name = {self.word(0)} }}.name']
        return self.pick(choices)

    def declarations(self):
        yield "import std.docker"
        yield "import std.event"
        yield "import std.git"
        yield "import std.report"
        yield "import std.slo"
        yield 'let app = "shop"'
        yield f"let size = {self.random.randrange(1, 9)}"
        yield 'let names = ["a", app, "c"]'
        yield "enum Level { low; high }"
        yield "param level: Level = low"
        yield "param loud: bool = false"
        yield f"param wait: Duration = {self.random.randrange(1, 90)}{self.pick(UNITS)}"
        yield 'param mirror: Url = "https://example.com"'
        yield "param base: Image?"
        yield "record Box {\n  name: string\n  count: int = 2\n  limit: int?\n  note: string?\n} where count > 0"
        yield "union Source {\n  git(url: Url, ref: GitRef = \"main\")\n  image(ref: Image)\n  nowhere\n}"
        yield f'let box = Box {{ name = "{self.pick("xyz")}"; limit = {self.pick(["none", "4"])} }}'
        yield 'let from_git: Source = git("https://example.com/b.git")'
        yield "fn told(source: Source) -> int = match source { git(url, _) => 1; image(_) => 2; nowhere => 3 }"
        yield "fn twice(x: int) -> int = x * 2"
        yield "fn first[T](all: list[T], otherwise: T) -> T = if len(all) > 0 then all[0] else otherwise"
        yield f'environment staging {{ namespace = "staging"; replicas = {self.random.randrange(1, 4)} }}'
        yield 'environment production from staging {\n  namespace = "production"\n  resources = { cpu = 500m; memory = 1GiB }\n}'
        yield "secret token in staging, production"
        yield "task greet(name: string, loud: bool = false) -> string {"
        yield '  on github { sh "echo #{name}"; return "there" }'
        yield '  on local {\n    if loud { sh "echo #{name}" } else { sh "true" }\n    return "here"\n  }'
        yield "}"
        yield f'task prepare(name: string) {{\n  git.checkout()\n  sh "make #{{name}}" {{ timeout = {self.random.randrange(1, 9)}min }}\n}}'
        if self.maybe(0.6):
            yield f'emit file "out/values.{self.pick(["yml", "json"])}" = {self.pick(["yaml", "json"])}([{self.word()}, {self.word()}])'
        yield f'emit file "numbers.yml" = yaml({{ ["a"] = {self.number()}; ["b"] = {self.number()} }})'

    # --- pipelines

    def condition(self, depth=1):
        if depth and self.maybe(0.5):
            one, other = self.condition(depth - 1), self.condition(depth - 1)
            return self.pick([f"({one} and {other})", f"({one} or {other})", f"not ({one})"])
        if self.nodes and self.maybe(0.5):
            return f"{self.pick(self.nodes)} is {self.pick(['', 'not '])}{self.pick(OUTCOMES)}"
        return self.pick(CONDITIONS)

    def late(self, when):
        """A text that may be late, in a node with the condition `when`."""
        choices = [self.word(), "git.commit", '"v-#{git.commit}"', f'(if {self.pick(CONDITIONS)} then "a" else {self.word()})', '"#{wait}"']
        for job, condition in self.outputs.items():
            certain = (not condition or condition == when) and f"{job} is" not in when
            choices.append(f"{job}.text" if certain else f'({job}.text ?? "none")')
        for job in self.cells:
            choices.append(f"{job}[{self.pick(['3.11', '3.12'])}].text")
        return self.pick(choices)

    def steps(self, when, indent="    ", depth=1):
        for _ in range(self.random.randrange(1, 4)):
            kind = self.random.randrange(8)
            if kind == 0:
                yield f'{indent}sh "echo \\"$A\\"" {{ env A = {self.late(when)} }}'
            elif kind == 1:
                yield f'{indent}exec ["make", {self.late(when)}, {self.word()}]'
            elif kind == 2:
                yield f"{indent}prepare({self.word()})"
            elif kind == 3:
                yield f'{indent}sh "make #{{{self.word()}}}" {{\n{indent}  retries = {{ times = {self.random.randrange(1, 3)}; on = [failure] }}\n{indent}}}'
            elif kind == 4 and depth:
                yield f"{indent}if {self.condition()} {{"
                yield from self.steps(when, indent + "  ", depth - 1)
                if self.maybe(0.5):
                    yield f"{indent}}} else {{"
                    yield from self.steps(when, indent + "  ", depth - 1)
                yield f"{indent}}}"
            elif kind == 5:
                yield f'{indent}bash """\n{indent}  cat <<EOF\n{indent}  #{{{self.word()}}}\n{indent}  EOF\n{indent}  """'
            elif kind == 6:
                yield f'{indent}sh "use \\"$M\\"" {{ env M = mirror; env B = base ?? "app:1" }}'
            else:
                yield f'{indent}let said{self.random.randrange(10**6)} = {self.late(when)}'

    def job(self, name):
        over = self.maybe(0.25)
        when = self.condition() if not over and self.maybe(0.35) else ""
        yield f"  job {name}{' for py in [3.11, 3.12]' if over else ''}{' when ' + when if when else ''} {{"
        if self.maybe(0.4):
            yield f"    timeout = {self.random.randrange(2, 40)}min"
        if self.sure and not when and self.maybe(0.3):
            yield f"    after {self.pick(self.sure)}"
        if self.maybe(0.2):
            yield "    service db = postgres(version = 15)"
            yield '    sh "migrate" { env URL = db.url }'
        if self.maybe(0.2):
            yield "    environment = staging"
            yield '    sh "login" { env TOKEN = token }'
        if over:
            yield '    sh "tox -e #{py}"'
        yield from self.steps(when)
        if over or self.maybe(0.6):
            yield '    out text = text_file("out.txt")'
            if over:
                self.cells.append(name)
            else:
                self.outputs[name] = when
        if not over and not when and self.maybe(0.4):
            yield '    out tests = report.junit("junit.xml")'
            self.reports.append(name)
        if self.maybe(0.3):
            yield f"    out greeting = greet({self.word()})"
        yield "  }"
        if not over:
            self.nodes.append(name)
            if not when:
                self.sure.append(name)

    def gate(self):
        yield "  gate quality {"
        for name in self.reports:
            yield f"    require {name}.tests.failed <= {self.random.randrange(3)}"
        yield "  }"
        self.nodes.append("quality")

    def deployment(self, gate):
        when = self.pick(["", ' when git.branch == "main"'])
        yield f"  deploy api blue_green{when} {{"
        if gate:
            yield "    after quality"
        yield f"    environment = {self.pick(['staging', 'production'])}"
        yield f'    image = "registry.example.org/app:{self.random.randrange(9)}"'
        yield "    port = 8000"
        yield '    ready = http("/ready") { every = 5s }'
        yield '    live = http("/live")'
        if self.maybe(0.5):
            yield f"    env NAME = {self.word()}"
        if self.maybe(0.5):
            yield "    env TOKEN = token"
        yield '    before switch { http("/health") is 200 within 5s }'
        if self.maybe(0.5):
            yield f"    after switch {{ require slo.p95(api) <= {self.random.randrange(100, 900)}ms for 1min }}"
        yield f"    drain = {self.random.randrange(10, 60)}s"
        yield "    pre_stop = 15s\n    longest_request = 10s\n    grace = 40s"
        if self.maybe(0.5):
            yield '    on local {\n      start = sh "exec ./serve --port $PORT"\n      ready = http("/ready") { every = 1s }\n    }'
        yield "  }"
        self.nodes.append("api")

    def reaction(self, name):
        left = OUTCOMES[:]
        self.random.shuffle(left)
        cut = self.random.randrange(1, 5)
        yield f"  on outcome of {name} {{"
        yield f"    {', '.join(left[:cut])} => nothing"
        yield f'    {", ".join(left[cut:])} => {self.pick([f"notify({self.word()})", "sh " + chr(34) + "true" + chr(34)])}'
        yield "  }"

    def pipeline(self, name, triggers):
        self.nodes, self.sure, self.outputs, self.cells, self.reports = [], [], {}, [], []
        yield f"pipeline {name} {{"
        yield from (f"  on {trigger}" for trigger in triggers)
        for index in range(self.random.randrange(1, 7)):
            yield from self.job(f"job{index}")
        gate = bool(self.reports) and self.maybe(0.7)
        if gate:
            yield from self.gate()
        if self.maybe(0.5):
            yield from self.deployment(gate)
        for node in [node for node in self.nodes if self.maybe(0.25)]:
            yield from self.reaction(node)
        if "call" in triggers:
            for job in [job for job in self.sure if job in self.outputs]:
                yield f"  out of_{job} = {job}.text"
        yield "}"
        yield f"emit github {name}"
        if self.nodes:
            yield f'test "{name}" {{'
            for _ in range(2):
                node = self.pick(self.nodes)
                yield f"  simulate {name} {{ {FACTS}; {node} {self.pick(['fails', 'succeeds', 'times out'])} }}"
                yield f"  expect {node} is {self.pick(OUTCOMES[:2])} or {node} is not success or {node} is not failure"
            yield "}"

    def program(self):
        yield from self.declarations()
        yield from self.pipeline("ci", ["push", "dispatch"])
        if self.maybe(0.5):
            yield from self.pipeline("build", ["call"])
        yield "emit kubernetes staging"
        yield "emit kubernetes production"
        yield f'test "values" {{\n  expect {self.number()} == {self.number(0)} or true\n  expect error P0202 {{ let a = nowhere_at_all }}\n}}'


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        file.write("\n".join(Whole(int(sys.argv[2])).program()) + "\n")
