"""Mutants of the source and the tests that kill them: which share is killed, and which survive.

    cargo install --locked cargo-mutants
    python tools/mutants.py [--sample COUNT] [--seed SEED] [--file GLOB]… [--only TEXT]…

`cargo mutants --list` finds the mutants. Building the tests for each of them would last days, so all of them are built at
once: the body of a function becomes a `match` over the number of the active mutant, which an environment variable states.
Mutants that do not compile are left out, and so are those of `const fn`, which cannot read a variable.

--sample draws COUNT mutants at random from all files. --only keeps the mutants whose name contains TEXT. The target directory
is that of cargo, the changed source is `target/mutants`. Prints the survivors, and exits with 1 if fewer than 90% are killed.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TREE = ROOT / "target" / "mutants"
# The parts, and the tests of each, the fastest first. Names of crates are their unit tests.
PARTS = {
    "mlp_core/src/layers/**": "miri goldens networks quantized residual onnx training",
    "mlp_core/src/losses/**": "miri goldens networks residual training least_squares files",
    "mlp_core/src/optimizers/**": "miri goldens networks training least_squares files",
    "mlp_train/src/callbacks/**": "mlp_train goldens training search files",
    "mlp_train/src/metrics/**": "mlp_train goldens training",
    "mlp_data/src/preprocessing/**": "data training",
}
PROFILE = ["--config", "profile.dev.package.mlp_core.opt-level=1", "--config", "profile.dev.debug=0"]
ACTIVE = """
#[doc(hidden)]
pub fn __mutant() -> u32 {
    extern crate std;
    static ACTIVE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *ACTIVE.get_or_init(|| std::env::var("MUTANT").ok().and_then(|id| id.parse().ok()).unwrap_or(0))
}
"""


def listed(globs):
    """Returns the mutants that cargo-mutants finds."""
    files = [argument for glob in globs for argument in ("-f", glob)]
    command = ["cargo", "mutants", "--workspace", "--list", "--json", *files]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


class File:
    """A source file with the mutants of its functions."""

    def __init__(self, path):
        self.path = path
        self.text = (ROOT / path).read_text()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.lines = {}

    def offset(self, place):
        return self.starts[place["line"] - 1] + place["column"] - 1

    def range(self, span):
        return self.offset(span["start"]), self.offset(span["end"])

    def body(self, start, end):
        """Returns the range between the braces of a function's body."""
        tokens = r'//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|"(?:\\.|[^"\\])*"|\'(?:\\.[^\']*|[^\'\\])\'|[{}]'
        opened = []
        for token in re.finditer(tokens, self.text[start:end], re.DOTALL):
            if token[0] == "{":
                opened.append(start + token.end())
            elif token[0] == "}":
                last = opened.pop()
        return last, end - 1

    def write(self, mutants):
        """Writes the file with these mutants, and notes which lines belong to which of them."""
        functions = {}
        for mutant in mutants:
            functions.setdefault(self.range(mutant["function"]["span"]), []).append(mutant)
        output, position = "", 0
        self.lines = {}
        for (start, end), group in sorted(functions.items()):
            if start < position:
                continue  # Inside another function, which has mutants of its own.
            start, end = self.body(start, end)
            output += self.text[position:start] + "\nmatch mlp_core::__mutant() {\n"
            for mutant in group:
                first, last = self.range(mutant["span"])
                output += f"{mutant['id']} => {{\n"
                begin = output.count("\n")
                output += self.text[start:first] + mutant["replacement"] + self.text[last:end] + "\n}\n"
                self.lines[mutant["id"]] = (begin, output.count("\n"))
            begin = output.count("\n")
            output += "_ => {" + self.text[start:end] + "}\n}\n"
            for mutant in group:
                self.lines[-mutant["id"]] = (begin, output.count("\n"))
            position = end
        name = "crate" if self.path.startswith("mlp_core") else "mlp_core"
        output = (output + self.text[position:]).replace("mlp_core::__mutant", f"{name}::__mutant")
        (TREE / self.path).write_text(output)


def copy():
    """Copies the files of the repository, changed ones included."""
    shutil.rmtree(TREE, ignore_errors=True)
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.splitlines():
        if (ROOT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, TREE / name)
    with open(TREE / "mlp_core/src/lib.rs", "a") as library:
        library.write(ACTIVE)


def cargo(*arguments):
    """Runs cargo in the copy, and returns its messages."""
    command = ["cargo", *arguments, "--message-format=json"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(target())}
    run = subprocess.run(command, cwd=TREE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def target():
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


def errors(messages):
    """Returns file and line of all spans of each error."""
    for message in messages:
        text = message.get("message") or {}
        if message["reason"] == "compiler-message" and text["level"] == "error":
            yield [(span["file_name"], span["line_start"], span["is_primary"]) for span in text["spans"]], text["message"]


def viable(mutants):
    """Returns the mutants that compile."""
    files = {path: File(path) for path in sorted({mutant["file"] for mutant in mutants})}
    for attempt in range(30):
        for path, file in files.items():
            file.write([mutant for mutant in mutants if mutant["file"] == path])
        mutants = [mutant for mutant in mutants if mutant["id"] in files[mutant["file"]].lines]
        status, messages = cargo("check", "--lib", "-p", "mlp_core", "-p", "mlp_data", "-p", "mlp_train", "--keep-going",
                                 "--features", "mlp_data/csv,mlp_train/keras,mlp_train/onnx")
        if status == 0:
            return mutants
        dropped = set()
        for spans, text in errors(messages):
            owners = [owner for span in spans for owner in files_owner(files, span)]
            found = [owner for owner in owners if owner > 0] or [-owner for owner in owners]
            if not found and spans:
                print("not explained:", text, spans, file=sys.stderr)
            dropped.update(found)
        if not dropped:
            sys.exit("the changed source does not compile")
        print(f"round {attempt + 1}: {len(dropped)} mutants do not compile", file=sys.stderr)
        mutants = [mutant for mutant in mutants if mutant["id"] not in dropped]
    sys.exit("the changed source does not compile after 30 rounds")


def files_owner(files, span):
    """Returns the mutants whose lines contain an error, negative if it lies in the original of their function."""
    name, line, _ = span
    path = str((TREE / name).resolve().relative_to(TREE)) if not name.startswith("/") else name
    lines = files[path].lines if path in files else {}
    return [owner for owner, (first, last) in lines.items() if first < line <= last]


def tests(names):
    """Builds these tests, and returns the folder and the program of each."""
    units = [argument for name in names if name.startswith("mlp_") for argument in ("-p", name)]
    chosen = [argument for name in names if not name.startswith("mlp_") for argument in ("--test", name)]
    status, messages = cargo("test", "--no-run", "-p", "mlp", *units, "--lib", *chosen, *PROFILE)
    if status != 0:
        sys.exit("the tests do not compile: " + "; ".join(text for _, text in errors(messages)))
    built = [message for message in messages if message["reason"] == "compiler-artifact" and message["profile"]["test"]]
    return {message["target"]["name"]: (pathlib.Path(message["manifest_path"]).parent, message["executable"])
            for message in built if message["executable"]}


def passes(program, mutant, limit):
    """Runs a test program with a mutant, and returns whether it passes in time."""
    folder, executable = program
    environment = os.environ | {"MUTANT": str(mutant), "CARGO_MANIFEST_DIR": str(folder), "CARGO": "cargo"}
    run = subprocess.Popen([executable, "--quiet"], cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        return run.wait(limit) == 0
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, 9)
        run.wait()
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", action="append")
    parser.add_argument("--only", action="append")
    options = parser.parse_args()

    mutants = listed(options.file or PARTS)
    for index, mutant in enumerate(mutants):
        mutant["id"] = index + 1
    total = len(mutants)
    if options.only:
        mutants = [mutant for mutant in mutants if any(text in mutant["name"] for text in options.only)]
    if options.sample:
        mutants = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
    sources = {path: File(path) for path in {mutant["file"] for mutant in mutants}}
    constant = [mutant for mutant in mutants if is_constant(sources[mutant["file"]], mutant)]
    mutants = sorted((mutant for mutant in mutants if mutant not in constant), key=lambda mutant: mutant["id"])
    print(f"{len(mutants)} of {total} mutants, {len(constant)} more are constant", file=sys.stderr)

    copy()
    mutants = viable(mutants)
    random.Random(options.seed).shuffle(mutants)
    names = {mutant["name"]: tests_of(mutant) for mutant in mutants}
    programs = tests(sorted(set().union(*names.values())))
    limits = {}
    for name, program in programs.items():
        start = time.monotonic()
        if not passes(program, 0, 900):
            sys.exit(f"{name} fails without a mutant")
        limits[name] = 30 + 10 * (time.monotonic() - start)

    survivors = []
    for count, mutant in enumerate(mutants):
        chosen = names[mutant["name"]]
        killer = next((name for name in chosen if not passes(programs[name], mutant["id"], limits[name])), None)
        print(f"{count + 1}/{len(mutants)} {killer or 'SURVIVES'}: {mutant['name']}", file=sys.stderr, flush=True)
        if not killer:
            survivors.append(mutant["name"])
    killed = len(mutants) - len(survivors)
    print(*survivors, sep="\n")
    print(f"{killed} of {len(mutants)} mutants killed, {100 * killed / max(1, len(mutants)):.1f}%")
    sys.exit(10 * killed < 9 * len(mutants))


def tests_of(mutant):
    """Returns the names of the tests for the file of a mutant."""
    return next((tests.split() for glob, tests in PARTS.items() if mutant["file"].startswith(glob.removesuffix("**"))),
                ["miri", "goldens", "networks", "training"])


def is_constant(file, mutant):
    """Returns whether a mutant lies in a `const fn` or outside of a function."""
    if not mutant["function"]:
        return True
    start, end = file.range(mutant["function"]["span"])
    head = file.text[start:file.body(start, end)[0]]
    return re.search(r"\bconst (unsafe )?fn\b", head) is not None


if __name__ == "__main__":
    main()
