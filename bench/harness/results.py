"""Results as JSON lines: one for each build and each point, written the moment it is known, so that a run can be taken up again."""
import json


def together(files):
    """The rows of several files; a group that a later file has too is taken from there alone, so that it is not counted twice."""
    rows = []
    for own in files:
        again = {row["group"] for row in own}
        rows = [row for row in rows if row["group"] not in again] + own
    return rows


class Results:
    def __init__(self, path):
        self.path = path
        self.rows = []
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    self.rows.append(json.loads(line))
                except ValueError:
                    continue  # cut off in the middle of a line

    def add(self, **row):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        torn = self.path.exists() and not self.path.read_bytes().endswith(b"\n") and self.path.stat().st_size
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(("\n" if torn else "") + json.dumps(row) + "\n")
        self.rows.append(row)

    def drop(self, **wanted):
        """Forgets the rows that have all of it, in the file as well."""
        kept = [row for row in self.rows if any(row.get(name) != value for name, value in wanted.items())]
        if len(kept) == len(self.rows):
            return
        part = self.path.with_name(self.path.name + ".part")
        part.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        part.replace(self.path)
        self.rows = kept

    def find(self, **wanted):
        """The newest row that has all of it."""
        for row in reversed(self.rows):
            if all(row.get(name) == value for name, value in wanted.items()):
                return row
        return None
