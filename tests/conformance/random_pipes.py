"""random_pipes.py FILE COUNT SEED: a program of COUNT random late expressions, each in a variable of a step.

One job puts out texts, numbers and truths; another has steps whose environment is made of them, of facts of the run
and of constants, by every kind of expression that may be late. Each step leaves its environment in a file
`*.values`. What GitHub makes of the emitted workflow is compared by check_meaning.mjs.
"""

import random
import sys

# GitHub compares texts without regard to case: no two of these differ in case alone.
TEXTS = ["", "0", "1", "1.0", "false", "true", "null", "main", "a{b}c", "it's", "a b", "{0}", "café", "[]", "refs", "v1.2", "a\\\\b", "$HOME", "a}}b", "say \\\"x\\\""]
NUMBERS = [0, 1, 2, 42]
FACTS = ["git.commit", "git.branch", "git.ref", "git.tag", "git.pull_request.head"]
PER_STEP = 100


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, things):
        return self.random.choice(things)

    def string(self, depth):
        if depth <= 0:
            return self.pick([
                lambda: self.pick(FACTS),
                lambda: f"source.text{self.random.randrange(len(TEXTS))}",
                lambda: f'"{self.pick(TEXTS)}"',
            ])()
        inner = depth - 1
        return self.pick([
            lambda: self.string(0),
            lambda: f"(if {self.truth(inner)} then {self.string(inner)} else {self.string(inner)})",
            lambda: '"' + "".join(self.pick([self.pick(TEXTS), "#{" + self.any(inner) + "}"]) for _ in range(self.random.randrange(1, 4))) + '"',
            lambda: f'join([{self.string(inner)}, "x", {self.string(inner)}], "{self.pick(["", "-", ", "])}")',
            lambda: f'(match {self.string(inner)} {{ "main" => {self.string(inner)}; "", "0" => "rest"; _ => {self.string(0)} }})',
            lambda: f'(match source.outcome {{ success => {self.string(inner)}; failure => "bad"; _ => "none" }})',
            lambda: f'join(["<#{{one}}>" for one in ["a", {self.string(inner)}, "c"]], "+")',
        ])()

    def number(self, depth):
        if depth <= 0:
            return self.pick([
                lambda: "git.pull_request.number",
                lambda: f"source.number{self.random.randrange(len(NUMBERS))}",
                lambda: str(self.pick(NUMBERS)),
            ])()
        return self.pick([
            lambda: self.number(0),
            lambda: f"(if {self.truth(depth - 1)} then {self.number(depth - 1)} else {self.number(depth - 1)})",
        ])()

    def truth(self, depth):
        if depth <= 0:
            return self.pick(["source.truth0", "source.truth1", "source.outcome is success", "source.outcome is not failure", 'git.branch == "main"', 'git.tag != ""'])
        inner = depth - 1
        return self.pick([
            lambda: self.truth(0),
            lambda: f"(not {self.truth(inner)})",
            lambda: f"({self.truth(inner)} {self.pick(['and', 'or'])} {self.truth(inner)})",
            lambda: f"({self.number(inner)} {self.pick(['==', '!=', '<', '<=', '>', '>='])} {self.number(inner)})",
            lambda: f"({self.string(inner)} {self.pick(['==', '!='])} {self.string(inner)})",
            lambda: f"{self.pick(['contains', 'starts_with', 'ends_with'])}({self.string(inner)}, {self.string(inner)})",
            lambda: f"(if {self.truth(inner)} then {self.truth(inner)} else {self.truth(inner)})",
        ])()

    def any(self, depth):
        return self.pick([self.string, self.number, self.truth])(depth)


def program(count, seed):
    maker = Maker(seed)
    yield "import std.git"
    yield "pipeline ci {"
    yield "  on push"
    yield "  on pull_request"
    yield "  job source {"
    yield '    sh "true"'
    for index, text in enumerate(TEXTS):
        yield f'    out text{index} = "{text}"'
    for index, number in enumerate(NUMBERS):
        yield f"    out number{index} = {number}"
    for index, truth in enumerate(["false", "true"]):
        yield f"    out truth{index} = {truth}"
    yield "  }"
    yield "  job reader {"
    for first in range(0, count, PER_STEP):
        yield f'    sh "env -0 > step{first}.values" {{'
        for index in range(first, min(first + PER_STEP, count)):
            yield f"      env V{index} = {maker.any(index % 4)}"
        yield "    }"
    yield "  }"
    yield "}"
    yield "emit github ci"


if __name__ == "__main__":
    path, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(path, "w") as file:
        file.write("\n".join(program(count, seed)) + "\n")
