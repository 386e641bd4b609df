"""What tables are made of."""
IDLE = 0.3  # cores that others may use before a figure is marked


def table(head, rows):
    align = "|".join(["---"] + ["---:"] * (len(head) - 1))
    return "\n".join(["| " + " | ".join(head) + " |", f"|{align}|", *("| " + " | ".join(row) + " |" for row in rows)])


def ratio(speed, other):
    return "–" if not speed or not other else f"{speed / other:.2f}"


def about(run, points, data):
    """What was measured on what, in a line."""
    machine, busy = run["machine"], sum(p["others"] for p in points) / len(points)
    state = f"other programs used {busy:.1f} cores meanwhile: **under load**" if busy > IDLE else "quiet machine"
    place, turn = "One core" if run.get("core", 0) is not None else "Not bound to a core", " in turn" if run.get("part", "curve") == "curve" else ""
    clock = "CPU time" if run["clock"] == "cpu" else "time on the wall"
    return (f"{data}. Commit {machine['commit']}, {machine['cpu']} (family "
            f"{machine['family']}, model {machine['model']}; {' '.join(f for f in machine['flags'] if f.startswith(('avx', 'asimd')))}), "
            f"{machine['compiler'].split(') ')[-1]}, {run['when'][:10]}. {place}, k {run['k']}, best of {run['rounds']} rounds{turn}, by {clock}; {state}.")
