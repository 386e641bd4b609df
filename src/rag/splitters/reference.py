"""Splits what a file holds with LangChain's splitters: the oracle of their tests.

usage: reference.py CASES ANSWERS [TOKENIZER]
Both files are JSON, one value per line. A case is {"splitter", "size", "overlap", "text", ...}, its answer the list of chunks, as the
function of that splitter's name says. A case without "splitter" is one of "recursive"; with a tokenizer.json sizes are its tokens.
"""
import json
import re
import sys

from langchain_text_splitters import CharacterTextSplitter, HTMLHeaderTextSplitter, Language, MarkdownHeaderTextSplitter, RecursiveCharacterTextSplitter, RecursiveJsonSplitter
from langchain_text_splitters.base import Tokenizer, split_text_on_tokens

KEEPS = {"none": False, "start": "start", "end": "end"}


def common(case, **more):
    options = {"chunk_size": case["size"], "chunk_overlap": case["overlap"], "is_separator_regex": case.get("regex", False), **more}
    if "keep" in case:
        options["keep_separator"] = KEEPS[case["keep"]]
    return options


class CharacterPieces(CharacterTextSplitter):
    """Joins pieces by "\\0" and not by the separator: where that is an expression, the original joins by its source."""

    def _join_docs(self, docs, separator):
        return re.sub(r"^[\s\0]+|[\s\0]+$", "", "\0".join(docs)) or None


def character(case):
    kind = CharacterPieces if case.get("pieces") else CharacterTextSplitter
    return kind(separator=case["separator"], **common(case)).split_text(case["text"])


def recursive(case):
    if "language" in case:
        return RecursiveCharacterTextSplitter.from_language(
            Language(case["language"]), chunk_size=case["size"], chunk_overlap=case["overlap"]).split_text(case["text"])
    return RecursiveCharacterTextSplitter(**common(case, separators=case.get("separators"))).split_text(case["text"])


def markdown(case):
    splitter = MarkdownHeaderTextSplitter([(mark, mark) for mark in case["headings"]], strip_headers=case["strip"],
                                          return_each_line=case["each_line"])
    return [[chunk.page_content, list(chunk.metadata.values())] for chunk in splitter.split_text(case["text"])]


def html(case):
    splitter = HTMLHeaderTextSplitter([(tag, tag) for tag in case["headings"]])
    return [[chunk.page_content, list(chunk.metadata.values())] for chunk in splitter.split_text(case["text"])]


def leaves(value, path):
    if isinstance(value, (dict, list)) and value:
        for key, one in value.items() if isinstance(value, dict) else ((None, one) for one in value):
            yield from leaves(one, path if key is None else [*path, key])
    else:
        yield json.dumps([path, value])


def json_members(case):
    """The leaves of each chunk: where lists are split, without keys, which may be those of elements."""
    splitter = RecursiveJsonSplitter(max_chunk_size=case["size"], min_chunk_size=case["least"] or None)
    chunks = splitter.split_json(json.loads(case["text"]), convert_lists=case["lists"])
    return [[json.dumps([[], json.loads(leaf)[1]]) if case["lists"] else leaf for leaf in leaves(chunk, [])]
            for chunk in chunks if chunk]  # it may begin with an empty one


class ByteCounts:
    """Embeds a text as how many of its bytes leave each remainder by eight: whole numbers, which every machine adds up alike."""

    def embed_documents(self, texts):
        return [[float(sum(byte % 8 == i for byte in text.encode())) for i in range(8)] for text in texts]


def semantic(case):
    from langchain_experimental.text_splitter import SemanticChunker

    return SemanticChunker(ByteCounts(), buffer_size=case["buffer"], breakpoint_threshold_type=case["breakpoint"],
                           breakpoint_threshold_amount=case["amount"], number_of_chunks=case["chunks"],
                           min_chunk_size=case["least"]).split_text(case["text"])


SPLITTERS = {"character": character, "html": html, "json": json_members, "markdown": markdown, "recursive": recursive, "semantic": semantic}


def by_tokens(file):
    import tokenizers

    encoding = tokenizers.Tokenizer.from_file(file)
    return lambda case: split_text_on_tokens(text=case["text"], tokenizer=Tokenizer(
        chunk_overlap=case["overlap"], tokens_per_chunk=case["size"], decode=encoding.decode,
        encode=lambda text: encoding.encode(text, add_special_tokens=False).ids))


def main():
    tokens = by_tokens(sys.argv[3]) if len(sys.argv) > 3 else None
    with open(sys.argv[1], encoding="utf-8") as cases, open(sys.argv[2], "w", encoding="utf-8") as answers:
        for line in cases:
            case = json.loads(line)
            split = tokens or SPLITTERS[case.get("splitter", "recursive")]
            print(json.dumps(split(case)), file=answers)


if __name__ == "__main__":
    main()
