"""What the programs of the cookbook share: how passages are shown, and how a program ends."""

import argparse
import sys

import vecstore


def heading(hit):
    """"Atomic Commit In SQLite › 3. Single File Commit": the document and the headings above a passage."""
    title = hit.metadata.get("title", "")
    return " › ".join([title, *(above for above in hit.metadata.get("headings", []) if above != title)])


def one_line(text, length=240):
    """The beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    end = line.find(" ", length)
    return line if end < 0 else line[:end] + " ..."


def place(hit):
    """Which bytes of which file: `vecstore extract FILE --bytes BEGIN-END` prints them."""
    return f"{hit.metadata['source']}, bytes {hit.metadata['start']}-{hit.metadata['end']}"


def show(hits):
    for rank, hit in enumerate(hits, 1):
        print(f"\n{rank}. {hit.score:.3f}  {heading(hit)}\n   {place(hit)}\n   {one_line(hit.text)}")
    if not hits:
        print("\nnothing was found")


def arguments(about, *names, **more):
    """Those of the command line. A name that ends with ? may be left out."""
    parser = argparse.ArgumentParser(description=about.split("\n", 1)[0])
    for name in names:
        parser.add_argument(name.rstrip("?"), nargs="?" if name.endswith("?") else None)
    return parser.parse_args()


def run(main):
    """Ends the program with its exit code: what the store refuses is one line, not a traceback."""
    try:
        main()
    except (vecstore.Error, OSError) as error:
        sys.exit(f"error: {error}")
