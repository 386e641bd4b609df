"""A web site that answers with links: each page once, with the best of what it says.

    wget --mirror --no-parent https://sqlite.org/docs.html
    python 03_web.py ~/.cache/vecstore/models/wordllama-256 site.db sqlite.org https://sqlite.org "is my data safe"

After the next wget the pages that changed are read again, and those that are gone leave.
"""

import console

import vecstore


def link(address, hit):
    """Where the page of a passage is on the web: `source` begins with the name of the folder."""
    return address.rstrip("/") + "/" + hit.metadata["source"].split("/", 1)[1]


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "address", "question")
    with vecstore.open(asked.database) as db:
        site = db.collection("site", embedder=vecstore.load_model(asked.model))
        # Menus, headers, footers and scripts of pages are left out by themselves.
        report = site.ingest(asked.folder, include=["*.html", "*.htm"], splitter="html", progress=True)
        print(f"{report.files} pages: {report.added} new, {report.changed} changed, {report.removed} gone, {report.failed} could not be read")

        # The five best pages, not five passages of the best page.
        for hit in site.search(asked.question, 5, group_by="source"):
            print(f"\n{console.heading(hit)}\n{link(asked.address, hit)}\n  {console.one_line(hit.text)}")
        longest = site.facet("source", limit=3).values
        print("\nThe longest pages:" + "".join(f"  {page.value} ({page.records} passages)" for page in longest))


if __name__ == "__main__":
    console.run(main)
