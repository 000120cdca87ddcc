#!/usr/bin/env python3
"""Builds the arrays that train_seq2seq.py reads: beginnings of texts and their titles.

    python build_seq2seq_data.py --prepared PREPARED --out WORK/titles.npz --held-out WORK/titles-held-out.jsonl.gz
"""

import argparse
import gzip
import json
import pathlib
import random

import numpy as np

from texts import VOCABULARY, Columns, Pieces, is_held_out, read_rows

# Set, its number, how many titles at most, and the least support of a title's words in the text.
SETS = [
    ("arxiv.train", 0, 42000, 0.0),
    ("news-titles.train", 1, 16000, 0.6),
    ("reuters.train", 2, 6000, 0.6),
    ("scitldr.train", 0, 2000, 0.0),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prepared", type=pathlib.Path, required=True, help="what `inkling prepare summary-corpus` made")
    parser.add_argument("--vocabulary", type=pathlib.Path, default=VOCABULARY, help="the package's vocabulary")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the file to write")
    parser.add_argument("--held-out", type=pathlib.Path, required=True, help="where abstracts go that are not trained on")
    arguments = parser.parse_args()
    random.seed(7)
    pieces = Pieces(arguments.vocabulary)
    columns = Columns(src="<u2", slen="u1", tgt="<u2", tlen="u1", set="u1")
    held_out = []
    for name, number, limit, least_support in SETS:
        rows = [row for row in read_rows(arguments.prepared / f"{name}.pairs.jsonl.gz") if row["kind"] == "headline"]
        random.shuffle(rows)
        count = 0
        for row in rows:
            if count >= limit:
                break
            if row["support"] < least_support:
                continue
            if name.startswith("arxiv") and is_held_out(row["id"], one_in=50):
                held_out.append(row)
                continue
            source = row["source"].replace("\n", " ").replace("toggle caption", "")
            if source.startswith(row["target"]):
                source = source[len(row["target"]) :].strip()
            source = pieces.of_words([word for word in source.split(" ") if word])[:100]
            target = pieces.of_words(row["target"].split(" "))
            if len(source) < 20 or not 3 <= len(target) <= 30:
                continue
            columns.add(src=source, slen=[len(source)], tgt=target, tlen=[len(target)], set=[number])
            count += 1
        print(name, count, "held out", len(held_out), flush=True)
    with gzip.open(arguments.held_out, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in held_out)
    np.savez(arguments.out, **columns.arrays())


if __name__ == "__main__":
    main()
