"""Mutants of the source and the tests that kill them: which share is killed, and which survive.

    cargo install --locked cargo-mutants
    python tools/mutants.py [--sample COUNT] [--seed SEED] [--jobs COUNT] [--file GLOB]… [--only TEXT]…
    python tools/mutants.py [--sample COUNT] [--seed SEED] … --resume
    python tools/mutants.py [--sample COUNT] [--seed SEED] … --survivors

`cargo mutants --list` finds the mutants. Building the tests for each of them would last days, so all of them are built at
once: the body of a function becomes a `match` over the number of the active mutant, which an environment variable states.
Mutants that do not compile are left out, and so are those of `const fn`, which cannot read a variable.

--sample draws COUNT mutants at random from all files. --only keeps the mutants whose name contains TEXT. The changed source is
`target/mutants`. Prints the survivors, those that compute the same with the reason from `mutants.txt`, and exits with 1 if
fewer than 90% are killed.

Results are written to `target/mutants.json` one by one, and Ctrl-C prints the score so far. --resume continues such a run,
--survivors runs the tests again for the survivors alone, after tests were added.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[1]
TREE = ROOT / "target" / "mutants"
RESULTS = ROOT / "target" / "mutants.json"
# A target directory of its own: cargo does not tell the copy's crates from those of the workspace.
BUILD = ROOT / "target" / "mutants-build"
# The parts, and the tests of each, the fastest first. Names of crates are their unit tests. `TEST:TEXT` are the tests of a
# program whose name contains a text.
PARTS = {
    "mlp_core/src/layers/**": "miri mlp_core:layers mlp_train goldens networks quantized residual onnx training",
    "mlp_core/src/losses/**": "miri mlp_core:losses mlp_train goldens networks residual training least_squares files",
    "mlp_core/src/optimizers/**": "miri mlp_core:optimizers mlp_train goldens networks training least_squares files",
    "mlp_train/src/callbacks/**": "mlp_train:callbacks training:callbacks mlp_train goldens training search files",
    "mlp_train/src/metrics/**": "mlp_train:metrics goldens mlp_train training",
    "mlp_data/src/preprocessing/**": "data:preprocessing data training",
}
PROFILE = ["--config", "profile.dev.package.mlp_core.opt-level=1", "--config", "profile.dev.opt-level=1",
           "--config", "profile.dev.debug=0"]
LOCKS = collections.defaultdict(threading.Lock)
# The result of a mutant that does not compile.
INVALID = "does not compile"
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
        write(self.path, output.encode())


def write(name, content):
    """Writes a file of the copy, unless it is the same: then cargo does not build it again."""
    path = TREE / name
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def copy(mutated):
    """Copies the files of the repository, changed ones included, but for those that will have mutants."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    names = [name for name in names if (ROOT / name).is_file()]
    for old in [path for path in TREE.rglob("*") if path.is_file()]:
        if str(old.relative_to(TREE)) not in names:
            old.unlink()
    for name in names:
        extra = ACTIVE.encode() if name == "mlp_core/src/lib.rs" else b""
        if name not in mutated:
            write(name, (ROOT / name).read_bytes() + extra)


def cargo(*arguments):
    """Runs cargo in the copy, and returns its messages."""
    command = ["cargo", *arguments, *PROFILE, "--message-format=json"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(BUILD)}
    run = subprocess.run(command, cwd=TREE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


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
    names = sorted({name.split(":")[0] for name in names})
    units = [argument for name in names if name.startswith("mlp_") for argument in ("-p", name)]
    chosen = [argument for name in names if not name.startswith("mlp_") for argument in ("--test", name)]
    status, messages = cargo("test", "--no-run", "-p", "mlp", *units, "--lib", *chosen)
    if status != 0:
        sys.exit("the tests do not compile: " + "; ".join(text for _, text in errors(messages)))
    built = [message for message in messages if message["reason"] == "compiler-artifact" and message["profile"]["test"]]
    return {message["target"]["name"]: (pathlib.Path(message["manifest_path"]).parent, message["executable"])
            for message in built if message["executable"]}


def outcome(program, mutant, limit, chosen=()):
    """Runs tests of a program with a mutant. Returns None if they pass, or else the first one that fails, or `timeout`."""
    folder, executable = program
    environment = os.environ | {"MUTANT": str(mutant), "CARGO_MANIFEST_DIR": str(folder), "CARGO": "cargo"}
    run = subprocess.Popen([executable, *chosen], cwd=folder, env=environment, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True, errors="replace", process_group=0)
    # Time of the processor, as the machine may be busy. The wall clock ends tests that wait forever.
    resource.prlimit(run.pid, resource.RLIMIT_CPU, (limit, limit))
    timer = threading.Timer(20 * limit, os.killpg, (run.pid, signal.SIGKILL))
    timer.start()
    failed = next((line.split()[1] for line in run.stdout if re.match(r"test .* FAILED$", line)), None)
    timer.cancel()
    if failed:
        os.killpg(run.pid, signal.SIGKILL)
    status = run.wait()
    late = status in (-signal.SIGXCPU, -signal.SIGKILL)
    return failed or ("timeout" if late else "abort" if status else None)


def killer(mutant, programs, limits):
    """Returns the test that kills a mutant, or None."""
    for name in tests_of(mutant):
        name, *chosen = name.split(":")
        # Tests write files in one folder, so a program runs once at a time.
        with LOCKS[name]:
            found = outcome(programs[name], mutant["id"], limits[name], chosen)
        if found:
            return f"{name}: {found}"
    return None


def time_limits(programs):
    """Runs each test program without a mutant, and returns the seconds of the processor that it may take with one."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    limits = {}
    for name, program in programs.items():
        start = used()
        if failed := outcome(program, 0, 900):
            sys.exit(f"{name} fails without a mutant: {failed}")
        time = used() - start
        limits[name] = int(10 + 5 * time)
        print(f"{name} takes {time:.1f} s", file=sys.stderr)
    return limits


def drawn(options):
    """Returns the mutants that the options choose, those of constant functions left out."""
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
    print(f"{len(mutants) - len(constant)} of {total} mutants, {len(constant)} more are constant", file=sys.stderr)
    return sorted((mutant for mutant in mutants if mutant not in constant), key=lambda mutant: mutant["id"])


def run(mutants, results, jobs):
    """Runs the tests for the mutants that have no result, and notes each result."""
    programs = tests(sorted({name for mutant in mutants for name in tests_of(mutant)}))
    limits = time_limits(programs)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = {pool.submit(killer, mutant, programs, limits): mutant for mutant in mutants}
        try:
            for count, done in enumerate(concurrent.futures.as_completed(waiting)):
                name = waiting[done]["name"]
                results[name] = done.result()
                RESULTS.write_text(json.dumps(results, indent=1))
                print(f"{count + 1}/{len(mutants)} {results[name] or 'SURVIVES'} <- {name}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1) // 2))
    parser.add_argument("--file", action="append")
    parser.add_argument("--only", action="append")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--survivors", action="store_true")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if options.resume or options.survivors else {}

    mutants = drawn(options)
    mutants = [mutant for mutant in mutants if results.get(mutant["name"]) != INVALID]
    copy({mutant["file"] for mutant in mutants})
    compiled = viable(mutants)
    results |= {mutant["name"]: INVALID for mutant in mutants if mutant not in compiled}
    RESULTS.write_text(json.dumps(results, indent=1))
    # Those that an earlier run killed are built again, so that the source stays the same.
    mutants = [mutant for mutant in compiled if not results.get(mutant["name"])]
    if options.resume:
        mutants = [mutant for mutant in mutants if mutant["name"] not in results]
    random.Random(options.seed).shuffle(mutants)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if mutants:
        run(mutants, results, options.jobs)

    results = {name: killer for name, killer in results.items() if killer != INVALID}
    survivors = sorted(name for name, killer in results.items() if killer is None)
    answers = answered()
    killed, late = len(results) - len(survivors), sum(str(killer).endswith(": timeout") for killer in results.values())
    for name in survivors:
        print(name, *answers.get(re.sub(r":\d+:\d+:", ":", name), []), sep="\n    ")
    share = 100 * killed / max(1, len(results))
    print(f"{killed} of {len(results)} mutants killed, {share:.1f}%, {late} of them by a timeout")
    sys.exit(10 * killed < 9 * len(results))


def answered():
    """Returns the reasons why mutants compute the same, by their names without lines."""
    lines = (ROOT / "tools/mutants.txt").read_text().splitlines()
    return {name: [reason.strip()] for name, reason in zip(lines, lines[1:]) if reason.startswith("    ")}


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
