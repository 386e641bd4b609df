#!/usr/bin/env python3
"""Mails as VecStore reads them beside Python's own reader, on the mails that Python tests itself with.

usage: compare_mail.py PROGRAM [FILE...]

PROGRAM is the command line `vecstore`. Without FILEs the mails are those of Debian's libpython3.11-testsuite, fetched once into the cache;
they are broken in many ways on purpose. Compared are the subject, the sender, and the words of the texts that stand in the mail. Fails
when less than nine in ten agree in all three.
"""
import collections
import email
import email.policy
import email.utils
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TARGET = 0.9
PACKAGE, PLACE = "libpython3.11-testsuite", "usr/lib/python3.11/test/test_email/data"


def corpus():
    target = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vecstore/compare/mail"
    if not target.exists():
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", PACKAGE], cwd=scratch, check=True)
            subprocess.run(["dpkg-deb", "-x", next(pathlib.Path(scratch).glob("*.deb")), "root"], cwd=scratch, check=True)
            target.mkdir(parents=True)
            for mail in sorted((pathlib.Path(scratch) / "root" / PLACE).glob("msg_*.txt")):
                (target / f"{mail.stem}.eml").write_bytes(mail.read_bytes())
    return sorted(target.glob("*.eml"))


def texts(part):
    """Of the parts that stand in the mail, as a reader shows them."""
    kind = part.get_content_type()
    if part.is_multipart() and kind != "message/rfc822":
        parts = list(part.iter_parts()) if part.get_content_maintype() == "multipart" else []
        if kind == "multipart/alternative":
            plain = [p for p in parts if p.get_content_type() == "text/plain"]
            parts = plain[:1] or parts[:1]
        return [text for inner in parts for text in texts(inner)]
    if part.get_content_maintype() != "text" or part.get_filename() or part.get_content_disposition() == "attachment":
        return []
    try:
        text = part.get_content()
    except (LookupError, ValueError):
        text = part.get_payload(decode=True).decode("latin-1")
    return [re.sub(r"<[^>]*>", " ", text) if kind == "text/html" else text]


def words(text):
    return [word for word in re.split(r"\W+", text.lower()) if word]


def field(mail, name):
    try:
        return " ".join(str(mail[name] or "").split())
    except Exception:  # Python's own reader gives up on some of these
        return None


def address(text):
    return email.utils.parseaddr(text)[1]


def f1(ours, theirs):
    common = sum((collections.Counter(ours) & collections.Counter(theirs)).values())
    return 1.0 if not ours and not theirs else 2 * common / (len(ours) + len(theirs))


def main():
    program, files = sys.argv[1], [pathlib.Path(f) for f in sys.argv[2:]] or corpus()
    agreed = 0
    for file in files:
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        done = subprocess.run([program, "extract", file, "-o", "json"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{file.name}: {done.stderr.strip()}")
            continue
        ours = json.loads(done.stdout)["documents"][0]
        metadata, theirs = ours["metadata"], words("\n".join(texts(mail)))
        subject = field(mail, "subject")
        found = [] if not theirs and ours["text"] == metadata.get("title") else words(ours["text"])
        score = f1(found, theirs)
        sender = field(mail, "from")
        same = score > 0.99 and (subject is None or (metadata.get("title") or "") == subject)
        same = same and (sender is None or address(metadata.get("from") or "") == address(sender))
        agreed += same
        if not same:
            print(f"{file.name}: words {score:.3f}, subject {metadata.get('title')!r} and {subject!r}")
    print(f"mails: {agreed} of {len(files)} agree in subject, sender and words")
    if agreed < TARGET * len(files):
        sys.exit("below the target")


if __name__ == "__main__":
    main()
