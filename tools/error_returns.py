"""docs/reliability/error_returns.md: every error return of storage, io and db, with the kinds of faults that reached it. See tools/coverage.

An error return is a `VECSTORE_TRY` or `VECSTORE_ASSIGN`, reached when an error went through it, or a statement that returns what an error is
made by: one of ERRORS, or a function of the same file that makes nothing but errors; or that hands on a status it has just looked at.
"""
import collections
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reliability/error_returns.md"
ERRORS = ("invalid_argument not_found already_exists failed_precondition resource_exhausted unavailable data_loss internal_error aborted "
          "cancelled deadline_exceeded unimplemented").split()
WIDEST = 72  # characters of a statement that are shown

# A kind of fault: its letter on the page, what it is, and the tests that play it, as `program: Suite.test`. The first that matches counts.
KINDS = (
    ("P", "power cuts and killed processes", r"CrashStates|KilledWriter|CrashModelTest|Followers\.|power_cut|killed|_crash"),
    ("F", "failing file operations", r"EveryOperation|Failing(Operations|Calls|Refresh)|FullDisk|SyncInterval|FaultFileSystem|_fails?_|_fails$|_failed_|failing|a_disk_|"
          r"cannot_be_(written|removed|undone)|that_could_not_be_begun|reading_errors|too_many|no_segments|without_room|interrupted|whatever_fails|"
          r"a_source_that_cannot_be_read|on_a_full_disk|leaves_files_behind"),
    ("N", "memory that is refused", r"RefusedMemory|no_memory"),
    ("C", "sound checksums around content that no writer wrote", r"Hostile(Files|Log|Backups)|hostile|no_writer_wrote|lacks_or_changes|from_the_future|"
          r"newer_(format|version_wrote|footer|entry)|every_member_must|damaged_object|whatever_is_missing|that_are_none_are_damage"),
    ("D", "damaged, cut, lost and exchanged bytes", r"Damage\.|CutLog|Salvage|Repair\.|LogReader|LogFile\.|damage|flipped|_cut_|truncat|torn|zeroed|is_gone_is|"
          r"went_missing|a_missing_(file|segment|block)|another_(identity|database|segment)|points_outside|(graphs?|masks?)_that_cannot_be_read|not_verify"),
    ("T", "threads, readers and other processes side by side", r"concurrency_tests|StoreFollow|LogFollower|QueryAsync|CommitQueue|readers|_race"),
    ("M", "random operations against a model, and stores of older versions", r"model_tests|golden_tests"),
    ("A", "wrong arguments, calls out of order, and what unit tests ask besides", r""),
)


def kind_of(program, test):
    return next(letter for letter, _, pattern in KINDS if re.search(pattern, f"{program}: {test}"))


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)


def blanked(text):
    return TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def close_of(code, opening):
    depth = 0
    for at in range(opening, len(code)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return at + 1
    return len(code)


MADE = re.compile(r"(?:\bStatus (?:\w+::)?(\w+)\([^;{}]*\) (?:const )?\{|\bauto (\w+) = \[[^\]]*\](?:\([^;{}]*\))? (?:-> Status )?\{)")


def makers_of(code):
    """The functions that make nothing but errors."""
    makers, grew = set(ERRORS), True
    while grew:
        grew = False
        for match in MADE.finditer(code):
            name = match[1] or match[2]
            returned = re.findall(r"\breturn\s+([^;]*);", code[match.end():close_of(code, match.end() - 1)])
            if name not in makers and returned and all(re.match(r"(\w+)\(", one) and re.match(r"\w+", one)[0] in makers for one in returned):
                makers.add(name)
                grew = True
    return makers


class Site:
    """Where an error is returned: `at` is the place whose count tells."""

    def __init__(self, text, at, statement, shown):
        self.line = text.count("\n", 0, at) + 1
        self.column = at - (text.rfind("\n", 0, at) + 1) + 1
        self.statement_line = text.count("\n", 0, statement) + 1
        shown = " ".join(shown.split())
        self.shown = shown if len(shown) <= WIDEST else shown[:WIDEST - 1].rstrip() + "…"
        self.function, self.kinds = "", set()


def sites_of(text):
    code = blanked(text)
    makers = makers_of(code)
    for match in re.finditer(r"\bVECSTORE_(?:TRY|ASSIGN)\(", code):
        yield Site(text, match.start(), match.start(), text[match.start() + len("VECSTORE_"):close_of(code, match.end() - 1)])
    called = re.compile(rf"\b(?:{'|'.join(sorted(makers))})\(")
    for match in re.finditer(r"\breturn\b([^;{}]*);", code):
        begun = max(code.rfind(mark, 0, match.start()) for mark in ";{}") + 1
        begun += len(code[begun:]) - len(code[begun:].lstrip())
        made = called.search(code, match.start(1), match.end(1))
        if made:
            yield Site(text, made.start(), begun, text[match.start():close_of(code, made.end() - 1)])
        elif re.fullmatch(r"\s*[\w.>()*\[\]-]*status(\(\))?(\.with_context\(.*)?", match[1], re.S) and re.match(r"(else )?if\b", code[begun:]):
            yield Site(text, match.start(), begun, text[match.start():match.end(1)])


def counts_at(functions, sites):
    """For each site how often it was passed, over all copies of its function, and the name of the function: of those around it, as a lambda
    is within another, the one that begins last."""
    found = {}
    for function, regions in functions:
        begins, last = (regions[0][0], regions[0][1]), max(region[2] for region in regions)
        for site in sites:
            where = (site.line, site.column)
            if not begins <= where or site.line > last:
                continue
            around = [region for region in regions if (region[0], region[1]) <= where < (region[2], region[3])]
            if not around or site in found and found[site][0] > begins:
                continue
            passed = max(around, key=lambda region: (region[0], region[1]))[4]
            if site in found and found[site][0] == begins:
                found[site] = (begins, found[site][1] + passed, min(found[site][2], function, key=len))
            else:
                found[site] = (begins, passed, function)
    return found


def plain(names):
    """`db::(anonymous namespace)::Writer::run() const` is Writer::run."""
    told = subprocess.run(["llvm-cxxfilt-14"], input="\n".join(names), capture_output=True, text=True, check=True).stdout.splitlines()
    for mangled, name in zip(names, told):
        name = name.replace("(anonymous namespace)::", "")
        while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
            name = shorter
        name = re.sub(r"\[abi:\w+\]", "", name).split("(")[0].split(" ")[-1]
        yield mangled, re.sub(r"^vecstore::(\w+::)?(?=\w)|::\$_\d+.*", "", name) or "-"


def of_commit():
    def git(*words):
        return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--", "src", "tests", "include")
    return f"commit {git('rev-parse', '--short=10', 'HEAD')}" + (" with changes" if changed else "")


def page(files):
    """`files`: name of a file to its sites, each with `unreached`, why no test can reach it, or nothing."""
    every = [site for sites in files.values() for site in sites]
    none = [site for site in every if not site.kinds and not site.unreached]
    yield "# Error returns, and the faults that reached them\n"
    yield (f"`make coverage` writes this page, here of {of_commit()}: each place of io, storage and db that returns an error, in the build without\n"
           "exceptions, with the kinds of faults under which an error went that way.\n")
    yield "| letter | kind of fault | returns reached |\n|---|---|---|"
    for letter, words, _ in KINDS:
        yield f"| {letter} | {words} | {sum(letter in site.kinds for site in every):,} |"
    yield (f"\nOf {len(every):,} error returns {len(every) - len(none) - sum(1 for site in every if site.unreached and not site.kinds):,} were reached; "
           f"{sum(1 for site in every if site.unreached and not site.kinds):,} no test can reach, and the source says why; {len(none):,} were reached by **none**.")
    for name, sites in sorted(files.items()):
        if not sites:
            continue
        yield f"\n## {name}\n\n| function | returns | faults |\n|---|---|---|"
        for site in sorted(sites, key=lambda one: (one.line, one.column)):
            faults = " ".join(letter for letter, *_ in KINDS if letter in site.kinds) or (f"unreached: {site.unreached}" if site.unreached else "**none**")
            shown = site.shown.replace("|", "\\|").replace("`", "'").replace("](", "] (")  # a lambda is no link
            yield f"| {site.function} | `{shown}` | {faults} |"
