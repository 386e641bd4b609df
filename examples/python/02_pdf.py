"""PDF files that answer with the page: who wrote them, where it stands, and the words that fit.

    python 02_pdf.py MODEL DATABASE FILE_OR_FOLDER QUESTION [FIRST_PAGE LAST_PAGE]
    python 02_pdf.py ~/.cache/vecstore/models/wordllama-256 papers.db ~/papers "how was the sample drawn" 1 10

`vecstore.extract(file)` is the text that the bytes of a citation count.
"""

import console

import vecstore


def marked(hit):
    """The part of a passage that fits best, with «marks» around the words that were asked for."""
    text, at, out = hit.text.encode(), hit.passage.offset, ""
    end = at + hit.passage.length
    for word in hit.highlights:  # offsets are bytes
        if at <= word.offset and word.offset + word.length <= end:
            out += text[at : word.offset].decode() + "«" + text[word.offset : word.offset + word.length].decode() + "»"
            at = word.offset + word.length
    return console.one_line(out + text[at:end].decode(), 1000)


def show(hit):
    facts = hit.metadata
    print(f"\n{console.heading(hit)}, page {facts['page']} of {facts['pages']}")
    if "author" in facts:
        print(f"by {facts['author']}")
    if hit.passage:
        begin = facts["start"] + hit.passage.offset
        print(f"{facts['source']}, bytes {begin}-{begin + hit.passage.length}\n  {marked(hit)}")


def main():
    asked = console.arguments(__doc__, "model", "database", "file_or_folder", "question", "first_page?", "last_page?")
    where = "source ENDSWITH '.pdf'"  # of a folder, what else may lie there
    if asked.last_page:  # what is no number is an error of the filter, with its column
        where += f" AND page BETWEEN {asked.first_page} AND {asked.last_page}"
    with vecstore.open(asked.database) as db:
        papers = db.collection("papers", embedder=vecstore.load_model(asked.model))
        report = papers.ingest(asked.file_or_folder, include=["*.pdf"])
        print(f"{report.files} files, {report.chunks_written} passages written")
        for problem in report.problems:
            raise vecstore.InvalidArgument(f"{problem.source}: {problem.why}")
        hits = papers.search(asked.question, 3, filter=where, include=["metadata", "text", "highlights"], passage_bytes=300)
        for hit in hits:
            show(hit)
        if not hits:
            print("nothing was found on these pages")


if __name__ == "__main__":
    console.run(main)
