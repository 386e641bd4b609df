#!/usr/bin/env python3
"""The text that VecStore reads out of PDF files beside pdftotext's, on manuals of Debian packages.

usage: compare_pdf.py PROGRAM [FILE...]

PROGRAM is the command line `vecstore`. Without FILEs the manuals are those that CORPUS names; their packages are fetched once into the
cache. Words are compared as a bag (precision, recall, F1) and in their order (longest common subsequence, as a share of pdftotext's).
Both texts lose hyphens, dot leaders and ligatures first, and pdftotext's its running headers and footers, which VecStore leaves out.
Fails when a manual is below the targets.
"""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata

TARGET_F1 = 0.98
TARGET_ORDER = 0.95

# Debian package, path in it, how it was made.
CORPUS = [
    ("gnuplot-doc", "usr/share/doc/gnuplot/gnuplot.pdf", "LaTeX, pdfTeX"),
    ("r-doc-pdf", "usr/share/R/doc/manual/R-intro.pdf", "Texinfo, pdfTeX; indexes in two columns"),
    ("maint-guide", "usr/share/doc/maint-guide/maint-guide.en.pdf", "DocBook, xdvipdfmx: composite fonts"),
    ("auto-multiple-choice-doc-pdf", "usr/share/doc/auto-multiple-choice/auto-multiple-choice.ja.pdf", "Japanese"),
    ("lilypond-doc-pdf-hu", "usr/share/doc/lilypond/html/Documentation/usage.hu.pdf", "Texinfo, Ghostscript: accents apart from letters"),
    ("groff", "usr/share/doc/groff-base/pdf/pdfmark.pdf", "groff, Ghostscript"),
    ("python-reportlab-doc", "usr/share/doc/python-reportlab-doc/reportlab-userguide.pdf", "ReportLab"),
    ("xfig-doc", "usr/share/doc/xfig/xfig_ref_en.pdf", "htmldoc"),
    ("groff", "usr/share/doc/groff-base/pdf/automake.pdf", "gropdf"),
]


def cache():
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vecstore/compare/pdf"


def fetched(package, path):
    """Where the file lies; None without a network."""
    target = cache() / package / pathlib.Path(path).name
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as scratch:
        get = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package]
        if subprocess.run(get, cwd=scratch, stderr=subprocess.DEVNULL).returncode != 0:
            return None
        subprocess.run(["dpkg-deb", "-x", next(pathlib.Path(scratch).glob("*.deb")), "root"], cwd=scratch, check=True)
        found = pathlib.Path(scratch) / "root" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if found.exists():
            shutil.copy(found, target)
        else:
            subprocess.run(["gunzip", "-c", f"{found}.gz"], stdout=open(target, "wb"), check=True)
    return target


def pattern(line):
    words = ["#" if re.fullmatch("[ivxlc]+", word) else word for word in line.split()]
    return re.sub(r"\d+", "#", " ".join(words))


def without_running_lines(pages):
    """Drops lines at the edges of a page that stand at the edge of a page nearby too, numbers aside."""
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    edges = [{i for i in (0, 1, len(page) - 2, len(page) - 1) if 0 <= i < len(page)} for page in lines]
    seen = collections.defaultdict(set)
    for number, page in enumerate(lines):
        for i in edges[number]:
            seen[pattern(page[i])].add(number)
    text = []
    for number, page in enumerate(lines):
        for i, line in enumerate(page):
            near = {n for n in seen[pattern(line)] if n != number and abs(n - number) <= 5} if i in edges[number] else ()
            if not near:
                text.append(line)
    return "\n".join(text)


def words(text):
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(\w)[-\u2010\u00ad]\n\s*(?=[a-z])", r"\1", text)
    text = re.sub(r"[-\u2010\u2011\u00ad]", "", text)
    text = re.sub(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef])", r" \1 ", text)  # written without spaces: each letter counts as a word
    return re.sub(r"(\s*\.){3,}", " ", text).split()


def common_subsequence(a, b):
    """The length of the longest one, by the bits of one integer (Hyyrö 2004)."""
    places = collections.defaultdict(int)
    for i, word in enumerate(a):
        places[word] |= 1 << i
    row = all_ones = (1 << len(a)) - 1
    for word in b:
        held = row & places.get(word, 0)
        row = ((row + held) | (row - held)) & all_ones
    return len(a) - bin(row).count("1")


def measured(command):
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True)
    return done.stdout.decode("utf-8", "replace"), time.perf_counter() - begun, done.stderr.decode("utf-8", "replace")


def compare(program, file, show):
    theirs_text, theirs_seconds, _ = measured(["pdftotext", "-enc", "UTF-8", file, "-"])
    ours_text, ours_seconds, said = measured([program, "extract", file] if pathlib.Path(program).name == "vecstore" else [program, file])
    pages = theirs_text.split("\f")
    theirs, ours = words(without_running_lines(pages)), words(ours_text)
    there, here = collections.Counter(theirs), collections.Counter(ours)
    both = sum((there & here).values())
    precision, recall = both / max(1, len(ours)), both / max(1, len(theirs))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    order = common_subsequence(theirs, ours) / max(1, len(theirs))
    if show:
        print("  only pdftotext:", (there - here).most_common(40))
        print("  only vecstore: ", (here - there).most_common(40))
        print("  " + said.strip().replace("\n", "\n  "))
    count = len(pages) - 1
    size = pathlib.Path(file).stat().st_size / 1e6
    print(f"{pathlib.Path(file).name:28} {count:5} pages {len(theirs):7} words  P {precision:.4f} R {recall:.4f} F1 {f1:.4f} order {order:.4f}"
          f"  {size / ours_seconds:6.2f} MB/s {count / ours_seconds:6.0f} pages/s (pdftotext {size / theirs_seconds:6.2f} {count / theirs_seconds:6.0f})")
    return f1 >= TARGET_F1 and order >= TARGET_ORDER


def main():
    show = "--show" in sys.argv
    program, *files = [argument for argument in sys.argv[1:] if argument != "--show"] or sys.exit(__doc__)
    if not shutil.which("pdftotext"):
        sys.exit("compare_pdf: no pdftotext; tools/setup compare installs it")
    missed = 0
    if not files:
        for package, path, _ in CORPUS:
            file = fetched(package, path)
            if not file:
                print(f"{package}: cannot be fetched, left out")
            else:
                files.append(file)
    for file in files:
        missed += not compare(program, str(file), show)
    return f"compare_pdf: {missed} of {len(files)} below F1 {TARGET_F1} or order {TARGET_ORDER}" if missed else 0


if __name__ == "__main__":
    sys.exit(main())
