#!/usr/bin/env python3
"""Groups the sources of a target into few files that include them, so that what their headers cost is paid once for each group.

Two sources share a group only where no name that one keeps to itself (in an unnamed namespace, static, a macro) is a word of the other or
declared by a header that the other includes: grouped or alone, a source then means the same. One that includes an "-inl.h" or replaces operator new is compiled alone.

usage: group_sources.py ROOT FOLDER TARGET SOURCE...
Writes FOLDER/TARGET_N.cc, which include by paths from ROOT, and prints the sources to compile instead, separated by semicolons.
"""
import pathlib
import re
import sys

MAX_SOURCES = 8

ALONE = re.compile(r'-inl\.h"|^void\*? operator (?:new|delete)', re.MULTILINE)
END = "end_of_unnamed"  # put in the place of the comment that says so
NOISE = re.compile(r'R"(\w*)\(.*?\)\1"|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
WORD = re.compile(r"(?<![\w.>:])[A-Za-z_]\w*")  # neither a member nor qualified
INCLUDE = re.compile(r'^#include "([\w./-]+)"', re.MULTILINE)
USING = re.compile(r"^using (?:[\w:]*::)?(\w+);", re.MULTILINE)
TYPE = re.compile(r"(?:class|struct|union|enum(?: class)?|using) (\w+)")
TEMPLATE_ARGUMENTS = re.compile(r"<[^<>]*>")
MACRO = re.compile(r"\s*#\s*define (\w+)")
TEST = re.compile(r"(?:TEST|TYPED_TEST|INSTANTIATE|static_assert)\w*")


def declared(line):
    """The name that a line without indentation declares, if any; what `using` takes over may be taken over twice."""
    if USING.match(line) or TEST.match(line) or line.startswith(("namespace", END, "operator", "template", "}", "public", "private", "protected")):
        return None
    if match := re.match(r"MATCHER\w*\((\w+)", line):
        return match[1]
    if match := TYPE.match(line):
        return match[1]
    while TEMPLATE_ARGUMENTS.search(line):
        line = TEMPLATE_ARGUMENTS.sub("", line)
    words = re.findall(r"\w+", re.split(r"[({=;\[]", line, maxsplit=1)[0])
    return words[-1] if len(words) > 1 else None


def own_names(text):
    """What the source keeps to itself: our layout puts it at the start of a line, in `namespace {` or after `static`."""
    names = set()
    hidden = False
    for line in text.split("\n"):
        if line.startswith(("namespace {", END)):
            hidden = line.startswith("namespace {")
        if match := MACRO.match(line):
            names.add(match[1])
        elif re.match(r"[A-Za-z]", line) and (hidden or line.startswith("static ")):
            names.add(declared(line))
    return names - {None}


class Names:
    """Of one source or of several: names kept to themselves, all words, names taken over by `using`, names that headers declare."""

    def __init__(self, own, words, taken, declared_before):
        self.own, self.words, self.taken, self.declared = own, words, taken, declared_before

    def disturb(self, other):
        return self.own & (other.words | other.declared) or self.taken & other.declared

    def add(self, other):
        self.own |= other.own
        self.words |= other.words
        self.taken |= other.taken
        self.declared |= other.declared


class Headers:
    """The names that the project's headers declare."""

    def __init__(self, folders):
        self.folders = folders
        self.known = {}

    def names(self, text):
        """Those declared by what `text` includes, itself or through another header."""
        return set().union(*(self.names_of(name) for name in INCLUDE.findall(text)))

    def names_of(self, name):
        if name not in self.known:
            self.known[name] = set()
            path = next((folder / name for folder in self.folders if (folder / name).is_file()), None)
            if path:
                text = path.read_text(encoding="utf-8")
                lines = NOISE.sub(" ", text).split("\n")
                own = {declared(line.removeprefix("inline ").removeprefix("constexpr ")) for line in lines if re.match(r"[A-Za-z]", line)}
                self.known[name] = own - {None} | self.names(text)
        return self.known[name]


def group(sources, headers):
    """Lists of sources, each source in the first list that has room and shares no name with it."""
    groups = []
    for source in sources:
        text = source.read_text(encoding="utf-8")
        if ALONE.search(text):
            groups.append(([source], None))
            continue
        bare = NOISE.sub(" ", text.replace("\n}  // namespace\n", f"\n{END}\n"))
        names = Names(own_names(bare), set(WORD.findall(bare)), set(USING.findall(bare)), headers.names(text))
        for members, others in groups:
            if others and len(members) < MAX_SOURCES and not names.disturb(others) and not others.disturb(names):
                members.append(source)
                others.add(names)
                break
        else:
            groups.append(([source], names))
    return [members for members, _ in groups]


def write(path, text):
    """Writes what has changed alone: the build goes by times."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main(root, folder, target, *sources):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    compiled = []
    headers = Headers([pathlib.Path(root, name) for name in ("include", "src", "tests", "bindings")])
    for members in group([pathlib.Path(source) for source in sources], headers):
        if len(members) == 1:
            compiled += members
            continue
        path = folder / f"{target}_{len(compiled)}.cc"
        write(path, "".join(f'#include "{member.relative_to(root).as_posix()}"\n' for member in members))
        compiled.append(path)
    print(";".join(str(path) for path in compiled), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
