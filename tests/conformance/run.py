#!/usr/bin/env python3
"""Runs the corpus of scripts on a surface, in every configuration, and compares its answers with those of the C++ library.

usage: run.py --surface cpp|cli|python --cpp PROGRAM [--cli PROGRAM] [--python FOLDER] [--configurations a,b] [NAME ..]

NAMEs are parts of the names of scripts: only those are run. Exit code 77: the surface is not there.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

from configurations import CONFIGURATIONS, WRITES
from expect import Mismatch, check, compare, shorten
from script import ScriptError, fill, generated_records, read_script

HERE = pathlib.Path(__file__).parent

# What each step costs a new process, so the command line runs fewer configurations. `scalar` and the codes concern the engine alone.
OF_SURFACE = {
    "cpp": list(CONFIGURATIONS),
    "cli": ["plain", "tiny", "sq4"],
    "python": ["plain", "reopen", "tiny", "scalar", "flat", "sq8", "rabitq1", "threads0"],
}

# Verbs and options that the command line has no command for. A surface that is not named here lacks nothing.
LACKS = {
    "cli": {
        "apply", "clear_ttl", "contains", "condition", "fields", "include_deleted", "list_deleted", "purge", "query_many", "restore",
        "seed", "set_ef_search", "set_ttl", "NUL", "filter as JSON", "soft_delete", "update", "update_where", "upsert_with_ttl", "attributes",
    }
}


def place():
    """Memory rather than a disk where there is enough: the corpus syncs often, and what a disk does is tested elsewhere."""
    memory = pathlib.Path("/dev/shm")
    if "TMPDIR" not in os.environ and memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    return None


class Lacking(Exception):
    """The surface has no such verb or option."""


class Surface:
    """A program that answers steps: the protocol of README.md."""

    def __init__(self, command, environment):
        self.folder = tempfile.TemporaryDirectory(prefix="vecstore-conformance-", dir=place())
        kept = {k: v for k, v in os.environ.items() if not k.startswith("VECSTORE_")}
        self.process = subprocess.Popen(
            [*command, self.folder.name + "/db"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**kept, **environment})

    def ask(self, verb, *arguments):
        try:
            self.process.stdin.write("\t".join([verb, *arguments]).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            raise Mismatch(f"the surface ended with {self.process.wait()}")
        outcome = json.loads(line)
        if "lacks" in outcome:
            raise Lacking(outcome["lacks"])
        return outcome

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()


class Run:
    """One script on one surface in one configuration."""

    def __init__(self, surface, configuration, script):
        self.surface, self.configuration, self.script = surface, configuration, script
        self.variables = {}
        self.outcomes = []

    def must(self, verb, *arguments):
        outcome = self.surface.ask(verb, *arguments)
        if "error" in outcome:
            raise Mismatch(f"{verb} failed: {outcome['error']['message']}")
        return outcome["answer"]

    def with_options(self, step, arguments):
        """The step with what the configuration adds."""
        if step.verb == "open":
            given = json.loads(arguments[0]) if arguments else {}
            return "open", [json.dumps({**self.configuration.database, **given})]
        if step.verb in ("create", "get_or_create"):
            try:
                given = json.loads(arguments[1]) if len(arguments) > 1 else {}
            except ValueError:
                return step.verb, arguments
            return step.verb, [arguments[0], json.dumps(self.configuration.options(given))]
        if step.verb == "generate":
            return "upsert_many", [arguments[0], json.dumps(generated_records(json.loads(arguments[1])))]
        return step.verb, arguments

    def exact(self, verb, arguments):
        given = {k: v for k, v in json.loads(arguments[1]).items() if k not in ("target_recall", "ef", "plan")}
        query = {**given, "effort": "max_recall"}
        return self.must(verb, arguments[0], json.dumps(query))

    def step(self, step):
        verb, arguments = self.with_options(step, [fill(a, self.variables) for a in step.arguments])
        outcome = self.surface.ask(verb, *arguments)
        if "error" in outcome and not step.fails:
            raise Mismatch(f"it failed with {outcome['error']['code']}: {shorten(outcome['error']['message'])}")
        if step.fails and "error" not in outcome:
            raise Mismatch(f"it should fail and answered {shorten(outcome['answer'])}")
        for one in step.expectations:
            check(one, outcome, self.variables, lambda: self.exact(verb, arguments))
        for name, pointer in step.lets:
            self.variables[name] = _at(outcome["answer"], pointer)
        self.outcomes.append(None if any(e.form == "recall" for e in step.expectations) else outcome)
        self.afterwards(step, arguments)

    def afterwards(self, step, arguments):
        verbs = list(self.configuration.after_step) if step.verb != "open" else []
        if step.verb in WRITES and not step.fails:
            verbs += self.configuration.after_write
        for verb in verbs:
            self.must(verb, *(arguments[:1] if verb == "compact" else []))

    def whole(self, reference):
        """Raises Mismatch, with the line of the script, or Lacking."""
        steps = self.script.steps
        if steps[0].verb != "open":
            self.must("open", json.dumps(self.configuration.database))
        for i, step in enumerate(steps):
            try:
                self.step(step)
                if reference and reference[i] and self.outcomes[i]:
                    compare(reference[i], self.outcomes[i])
            except Mismatch as difference:
                raise Mismatch(f"line {step.line}: {step.verb} {shorten(' '.join(step.arguments), 120)}\n    {difference}") from None
        return self.outcomes


def _at(answer, pointer):
    from expect import ABSENT, at
    part = at(answer, pointer)
    if part is ABSENT:
        raise Mismatch(f"there is no {pointer} in {shorten(answer)}")
    return part


def read_corpus(names):
    scripts = []
    for path in sorted((HERE / "scripts").rglob("*.txt")):
        name = path.relative_to(HERE / "scripts").with_suffix("").as_posix()
        if names and not any(n in name for n in names):
            continue
        try:
            scripts.append(read_script(name, path.read_text(encoding="utf-8")))
        except ScriptError as error:
            sys.exit(f"{name}: {error}")
    return scripts


def commands(given):
    """How each surface is started; None where it is not there."""
    there = given.python and list(pathlib.Path(given.python).glob("vecstore/_vecstore*.so"))
    return {
        "cpp": [given.cpp],
        "cli": given.cli and [sys.executable, str(HERE / "cli_surface.py"), given.cli],
        "python": there and [given.interpreter, str(HERE / "python_surface.py"), given.python],
    }


class Report:
    def __init__(self):
        self.failed = 0
        self.lines = []

    def run(self, name, command, configuration, scripts, references):
        """Every script; the outcomes by script."""
        begun, passed, lacking, outcomes, failures = time.monotonic(), 0, Counter(), {}, []
        surface = Surface(command, configuration.environment)
        for script in scripts:
            if not configuration.concerns(script):
                continue
            if script.only and name not in script.only:
                lacking["only"] += 1
                continue
            try:
                outcomes[script.name] = Run(surface, configuration, script).whole(references.get(script.name))
                passed += 1
            except Lacking as what:
                lacking[str(what)] += 1
                if str(what) not in LACKS.get(name, ()):
                    failures.append(f"{script.name}: the surface lacks '{what}'")
            except Mismatch as difference:
                failures.append(f"{script.name}: {difference}")
                if surface.process.poll() is not None:
                    surface.close()
                    surface = Surface(command, configuration.environment)
        surface.close()
        skipped = sum(lacking.values())
        reasons = ", ".join(f"{what} {n}" for what, n in sorted(lacking.items()))
        seconds = time.monotonic() - begun
        print(f"{name:7} {configuration.name:9} {passed:4} passed {len(failures):4} failed {skipped:4} cannot run  {seconds:6.1f} s"
              + (f"   ({reasons})" if reasons else ""), flush=True)
        for failure in failures:
            print(f"  {failure}", flush=True)
        self.failed += len(failures)
        return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surface", required=True, choices=list(OF_SURFACE))
    parser.add_argument("--cpp", required=True)
    parser.add_argument("--cli")
    parser.add_argument("--python")
    parser.add_argument("--interpreter", default=sys.executable)
    parser.add_argument("--configurations")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    given.cpp, given.cli = os.path.abspath(given.cpp), given.cli and os.path.abspath(given.cli)
    command = commands(given)[given.surface]
    if not command:
        print(f"skipped: {given.surface} is not there")
        return 77
    scripts, report = read_corpus(given.names), Report()
    references = report.run("cpp", commands(given)["cpp"], CONFIGURATIONS["plain"], scripts, {})
    names = given.configurations.split(",") if given.configurations else OF_SURFACE[given.surface]
    for name in names:
        if (given.surface, name) != ("cpp", "plain"):
            report.run(given.surface, command, CONFIGURATIONS[name], scripts, references)
    print(f"{len(scripts)} scripts")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
