#!/usr/bin/env python3
"""Builds the arrays that train.py reads.

    python build_data.py syntax --syntax WORK/syntax --out WORK/syntax.npz
    python build_data.py rest --data DATA --prepared PREPARED --out WORK/rest.npz

`syntax` has labeled sentences; `rest` has documents whose sentences are weighed, sentences with the words that a shorter one keeps, and
sources with headlines or sentences to write.
"""

import argparse
import collections
import hashlib
import pathlib
import random
import re

import numpy as np
from nltk.stem.porter import PorterStemmer

from texts import (
    INKLING,
    UNKNOWN,
    VOCABULARY,
    Columns,
    Pieces,
    Splitter,
    copied_places,
    is_held_out,
    read_rows,
    with_single_spaces,
)

# In the order of the network's last layers, as in src/models/summarizer/network/grammar.rs.
PARTS_OF_SPEECH = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
RELATIONS = (
    "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj csubj csubjpass dative dep det dobj "
    "expl intj mark meta neg nmod npadvmod nsubj nsubjpass nummod oprd parataxis pcomp pobj poss preconj predet prep prt punct "
    "quantmod relcl xcomp"
).split()
OTHER_PART_OF_SPEECH, OTHER_RELATION = PARTS_OF_SPEECH.index("X"), RELATIONS.index("dep")

# The kinds of documents, in the order of train.py's `--shares`.
SETS = ["cnndm", "labels", "general", "titles", "abstracts"]
# Kinds of blocks whose sentences a summary may take.
RUNNING_TEXT = {"Paragraph", "ListItem", "Speech", "Quotation", "none"}
# Figures of where a sentence stands among paragraphs.
PLACE_FIGURES = 5
SENTENCE_PIECES = 50
# What a labeled sentence is worth by its rank.
RANKED_WORTH = [1, 0.9, 0.75, 0.5, 0.35, 0.25]
# By whose pairs a word is kept, as `ShorteningStyle` in src/models/summarizer/network/sentence_reader.rs.
HEADLINE_PAIRS, CLAUSE_PAIRS, CAREFUL_CUTS = 0, 1, 2
# The control pieces of the vocabulary.
WANTED = {"headline": 4, "tldr": 5, "sentence": 8}


def syntax_arrays(folder, pieces, most_words):
    """Labeled sentences: their pieces, and for each word its pieces' number, part of speech, relation and head."""
    parts_of_speech = {name: place for place, name in enumerate(PARTS_OF_SPEECH)}
    relations = {name: place for place, name in enumerate(RELATIONS)}
    columns = Columns(ids="<u2", len="u1", wlen="u1", first="u1", pos="u1", dep="u1", head="u1")
    def order(path):
        # Texts of all kinds first, then the others in the order in which they were labeled.
        return "general" not in path.name, int(path.name.split(".")[-3]), path.name

    paths = sorted(folder.glob("*.jsonl.gz"), key=order)
    count = 0
    for path in paths:
        for words, word_parts, word_relations, heads in read_rows(path):
            words = words.split(" ")
            cuts = [pieces.of_word(word) for word in words]
            length = sum(map(len, cuts))
            if length > 80 or any(len(cut) > 15 for cut in cuts):
                continue
            columns.add(
                ids=[piece for cut in cuts for piece in cut],
                len=[length],
                wlen=[len(words)],
                first=[len(cut) for cut in cuts],
                pos=[parts_of_speech.get(part, OTHER_PART_OF_SPEECH) for part in word_parts],
                dep=[relations.get(relation, OTHER_RELATION) for relation in word_relations],
                head=heads,
            )
            count += len(words)
        print(path.name, count, flush=True)
        if count > most_words:
            break
    return columns.arrays("syn_")


class Overlap:
    """How much sentences say of reference summaries: the mean of the F1 of words and of pairs of words, stemmed."""

    def __init__(self):
        self.stemmer = PorterStemmer()
        self.known = {}

    def stems(self, text):
        found = []
        for word in re.findall(r"[a-z0-9]+", text.lower()):
            if word not in self.known:
                self.known[word] = self.stemmer.stem(word) if len(word) > 3 else word
            found.append(self.known[word])
        return found

    @staticmethod
    def grams(stems, size):
        return collections.Counter(zip(*[stems[start:] for start in range(size)]))

    @staticmethod
    def f1(first, second):
        both, total = sum((first & second).values()), sum(first.values()) + sum(second.values())
        return 2 * both / total if total else 0

    def reference(self, text):
        stems = self.stems(text)
        return self.grams(stems, 1), self.grams(stems, 2)

    def score(self, stems, references):
        words, pairs = self.grams(stems, 1), self.grams(stems, 2)
        return sum((self.f1(words, one) + self.f1(pairs, two)) / 2 for one, two in references) / len(references)

    def best_together(self, sentences, references, allowed, most=4):
        """The sentences that say most of the references together, taken one by one while that helps."""
        chosen, best = [], 0
        while len(chosen) < most:
            candidates = [
                (self.score([stem for at in sorted([*chosen, new]) for stem in sentences[at]], references), new)
                for new in range(len(sentences))
                if new not in chosen and allowed[new]
            ]
            if not candidates:
                break
            score, new = max(candidates)
            if score <= best:
                break
            best = score
            chosen.append(new)
        return chosen


def worth_of(taken, gains, spread=0.05):
    """What each sentence is worth: half for those that were taken together, half by what each says alone."""
    gains = np.array(gains)
    alone = np.exp((gains - gains.max()) / spread)
    alone /= alone.sum()
    together = np.array(taken, float)
    return 0.5 * together / together.sum() + 0.5 * alone if together.sum() > 0 else alone


def places(sentences, single_block_known=False):
    """Where sentences stand, as `SentencePlace` in src/models/summarizer/sentence_features.rs: whether each begins its block, sentences
    of the block (at most 10), an item of a list, speech, under a heading. Of a text of one block nothing is known."""
    counts = collections.Counter(sentence["block"] for sentence in sentences if sentence["block"] >= 0)
    if len(counts) < 2 and not single_block_known:
        return [[0] * PLACE_FIGURES] * len(sentences)
    figures, under_heading = [], False
    for at, sentence in enumerate(sentences):
        begins = at == 0 or sentences[at - 1]["block"] != sentence["block"]
        if begins:
            under_heading = at > 0 and sentences[at - 1]["kind"] == "Heading"
        kind = sentence["kind"]
        figures.append([begins, min(10, counts[sentence["block"]]), kind == "ListItem", kind == "Speech", under_heading])
    return figures


def kept_of(longer, shorter):
    """Which words of a sentence a shorter one keeps (their longest common subsequence), and how many."""
    n, m = len(longer), len(shorter)
    table = np.zeros((n + 1, m + 1), int)
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            table[i, j] = table[i + 1, j + 1] + 1 if longer[i] == shorter[j] else max(table[i + 1, j], table[i, j + 1])
    kept, i, j = [0] * n, 0, 0
    while i < n and j < m:
        if longer[i] == shorter[j]:
            kept[i] = 1
            i, j = i + 1, j + 1
        elif table[i + 1, j] >= table[i, j + 1]:
            i += 1
        else:
            j += 1
    return kept, int(table[0, 0])


def kept_by_cuts(sentence, cuts):
    """Which words of a sentence stay when some stretches of it go; none if its words are not found in it."""
    raw = sentence["raw"]
    if len(raw) != len(sentence["words"].split(" ")):
        return None
    text = with_single_spaces(sentence["text"])
    gone = np.zeros(len(text), bool)
    for start, length in cuts:
        gone[start : start + length] = True
    kept, at = [], 0
    for word in raw:
        word = with_single_spaces(word)
        start = text.find(word, at)
        if start < 0:
            return None
        at = start + len(word)
        kept.append(0 if gone[start:at].mean() > 0.5 else 1)
    return kept


class Rest:
    """Collects documents, sentences to shorten and sources to write from."""

    def __init__(self, arguments):
        self.data, self.prepared, self.labels = arguments.data, arguments.prepared, arguments.labels
        self.splitter, self.pieces, self.overlap = Splitter(arguments.inkling), Pieces(arguments.vocabulary), Overlap()
        self.single_block_known = arguments.as_shipped
        self.documents = Columns(ids="<u2", slen="u1", n="u1", worth="<f2", struct="u1", set="u1", dev="u1")
        self.shortened = Columns(ids="<u2", len="u1", keep="u1", set="u1")
        self.written = Columns(src="<u2", slen="u1", tgt="<u2", tlen="u1", kind="u1", place="u1")
        self.careful_cuts = []

    def arrays(self):
        return self.documents.arrays("doc_") | self.shortened.arrays("keep_") | self.written.arrays("w_")

    def sentence_pieces(self, words):
        return self.pieces.of_words(words.split(" "))[:SENTENCE_PIECES] or [UNKNOWN]

    def add_document(self, sentences, worth, struct, set_name, held_out):
        worth = np.array(worth, float)
        self.documents.add(
            ids=[piece for sentence in sentences for piece in sentence],
            slen=[len(sentence) for sentence in sentences],
            n=[len(sentences)],
            worth=worth / worth.sum(),
            struct=np.array(struct),
            set=[SETS.index(set_name)],
            dev=[int(held_out)],
        )

    def labeled(self, most_sentences=100):
        """Texts whose sentences were labeled (labels.jsonl), and what may be cut of them."""
        labels = list(read_rows(self.labels))
        texts = {}
        for name in sorted({label["set"] for label in labels}):
            texts |= {(name, row["id"]): row["text"] for row in read_rows(self.data / f"general/{name}.jsonl.gz")}
        found = [label for label in labels if (label["set"], label["id"]) in texts]
        split = self.splitter.split([{"id": label["id"], "text": texts[label["set"], label["id"]]} for label in found])
        counts = collections.Counter(missing=len(labels) - len(found))
        for label, sentences in zip(found, split):
            if not fits(label, sentences):
                # The sentences' numbers would mean others.
                counts["split otherwise"] += 1
                continue
            sentences = sentences[:most_sentences]
            worth = np.zeros(len(sentences))
            for rank, at in enumerate(label["ranked"]):
                if at < len(sentences):
                    worth[at] = max(worth[at], RANKED_WORTH[min(rank, len(RANKED_WORTH) - 1)])
            if worth.sum() <= 0 or len(sentences) < 3:
                continue
            read = [self.sentence_pieces(sentence["words"]) for sentence in sentences]
            self.add_document(read, worth, places(sentences, self.single_block_known), "labels", label["held_out"])
            counts["held out" if label["held_out"] else "trained on"] += 1
            if label["held_out"]:
                continue
            for at, cuts in label["cuts"].items():
                if int(at) < len(sentences):
                    self.careful_cuts.append((sentences[int(at)], cuts))
            for at in label["ranked"][:3]:
                if at < len(sentences) and str(at) not in label["cuts"]:
                    self.careful_cuts.append((sentences[at], []))
        print("labels", dict(counts), "sentences to cut", len(self.careful_cuts), flush=True)

    def summarized(self, name, held_out, most_sentences=90):
        """Texts of other kinds with summaries: sentences are worth what they say of these."""
        rows = [row for row in read_rows(self.data / f"general/{name}.jsonl.gz") if row["summaries"]]
        rows = [row for row in rows if is_held_out(row.get("meeting") or row["id"]) == held_out]
        count = 0
        for row, sentences in zip(rows, self.splitter.split(rows)):
            sentences = sentences[:most_sentences]
            if len(sentences) < 4:
                continue
            references = [self.overlap.reference(summary) for summary in row["summaries"] if summary.strip()]
            if not references:
                continue
            stems = [self.overlap.stems(sentence["text"]) for sentence in sentences]
            allowed = [sentence["kind"] in RUNNING_TEXT and len(words) >= 4 for sentence, words in zip(sentences, stems)]
            if sum(allowed) < 3:
                continue
            gains = [self.overlap.score(words, references) if may else 0 for words, may in zip(stems, allowed)]
            # Only the 25 best alone are tried together: all would take long, and change next to nothing.
            top = set(np.argsort(gains)[::-1][:25])
            chosen = self.overlap.best_together(stems, references, [may and at in top for at, may in enumerate(allowed)])
            taken = [int(at in chosen) for at in range(len(stems))]
            spread = 0.05 * min(1, max(0.2, max(gains) / 0.4))
            worth = worth_of(taken, gains, spread) * np.array(allowed)
            if worth.sum() <= 0:
                continue
            read = [self.sentence_pieces(sentence["words"]) for sentence in sentences]
            self.add_document(read, worth, places(sentences, self.single_block_known), "general", held_out)
            count += 1
        print(name, "held out" if held_out else "trained on", count, flush=True)

    def weighed(self, name, set_name, limit, most_sentences, held_out=False):
        """News and abstracts, weighed by `inkling prepare summary-corpus`."""
        count = 0
        for document in read_rows(self.prepared / f"{name}.documents.jsonl.gz"):
            if count >= limit:
                break
            sentences = [self.sentence_pieces(words) for words in document["sentences"][:most_sentences]]
            gains, taken = document["gain"][: len(sentences)], document["salience"][: len(sentences)]
            if len(sentences) < 4 or max(gains) <= 0:
                continue
            nothing = [[0] * PLACE_FIGURES] * len(sentences)
            self.add_document(sentences, worth_of(taken, gains), nothing, set_name, held_out)
            count += 1
        print(name, count, flush=True)

    def add_shortened(self, words, kept, style):
        cuts = [self.pieces.of_word(word) for word in words]
        length = sum(map(len, cuts))
        if not 5 <= length <= 100:
            return
        self.shortened.add(
            ids=[piece for cut in cuts for piece in cut],
            len=[length],
            set=[style],
            keep=[keep for cut, keep in zip(cuts, kept) for _ in cut],
        )

    def shortenings(self):
        """Sentences with the words that a shorter one keeps: Google's, mined ones, and those with careful cuts."""
        counts = collections.Counter()
        for pair in read_rows(self.prepared / "sentences.train.pairs.jsonl.gz"):
            longer, shorter = pair["source"].split(" "), pair["target"].split(" ")
            kept, common = kept_of(longer, shorter)
            if common < len(shorter) - (shorter[-1] == "." and longer[-1] != "."):
                counts["google no subsequence"] += 1
                continue
            if longer[-1] in ".!?":
                kept[-1] = 1
            self.add_shortened(longer, kept, HEADLINE_PAIRS)
            counts["google"] += 1
        mined = list(read_rows(self.data / "general/compression.mined.jsonl.gz"))
        sources = self.splitter.split(mined, verbatim=True)
        targets = self.splitter.split([{"id": row["id"], "text": row["summaries"][0]} for row in mined], verbatim=True)
        for source, target in zip(sources, targets):
            longer = [word for sentence in source for word in sentence["words"].split(" ")]
            shorter = [word for sentence in target for word in sentence["words"].split(" ")]
            kept, common = kept_of(longer, shorter)
            if common < len(shorter) - 1:
                counts["mined no subsequence"] += 1
                continue
            if longer[-1] in ".!?":
                kept[-1] = 1
            self.add_shortened(longer, kept, CLAUSE_PAIRS)
            counts["mined"] += 1
        for sentence, cuts in self.careful_cuts:
            kept = kept_by_cuts(sentence, cuts)
            if kept is not None:
                self.add_shortened(sentence["words"].split(" "), kept, CAREFUL_CUTS)
                counts["labels"] += 1
        print("shortened", dict(counts), flush=True)

    def writings(self, name, kind, limit, least_support):
        """Sources with what is to be written of them, the support of whose words in the source is enough."""
        rows = list(read_rows(self.prepared / f"{name}.pairs.jsonl.gz"))
        random.shuffle(rows)
        count = begun = 0
        for pair in rows:
            if count >= limit:
                break
            if pair["kind"] != kind or pair["support"] < least_support:
                continue
            source, target = pair["source"], pair["target"].split(" ")
            if kind == "headline":
                # A text that begins with its title teaches only to copy the beginning.
                flat = source.replace("\n", " ")
                if flat.startswith(" ".join(target)):
                    source = flat[len(" ".join(target)) :].strip()
                    begun += 1
                source = source.replace("toggle caption", "")
            words = [word for word in source.replace("\n", " ").split(" ") if word]
            count += self.add_written(self.pieces.of_words(words)[:100], self.pieces.of_words(target), WANTED[kind])
        print(name, kind, count, "of them without the title they began with", begun, flush=True)

    def add_written(self, source, target, wanted):
        if len(source) < 8 or not 3 <= len(target) <= 40:
            return False
        place = copied_places(source, target)
        self.written.add(src=source, slen=[len(source)], tgt=target, tlen=[len(target)], kind=[wanted], place=place)
        return True


def fits(label, sentences):
    """Whether a text is split as it was when it was labeled."""
    return len(sentences) == label["sentences"] and split_checksum(sentences) == label["sha1"]


def split_checksum(sentences):
    """What labels.jsonl holds of a text's sentences in place of the text."""
    lines = "\n".join(with_single_spaces(sentence["text"]) for sentence in sentences)
    return hashlib.sha1(lines.encode()).hexdigest()[:8]


def rest_arrays(arguments):
    """Documents, sentences to shorten and sources to write from; a share of the large sets for a trial."""
    rest, share = Rest(arguments), arguments.share
    rest.labeled()
    for name in ("gum.train", "gov.train", "openstax.train", "proposals.train", "qmsum.train"):
        rest.summarized(name, held_out=False)
        rest.summarized(name, held_out=True)
    rest.weighed("held-out/cnndm.val", "cnndm", 400, 40, held_out=True)
    rest.weighed("cnndm.train", "cnndm", int(26000 * share), 32)
    rest.weighed("scitldr.train", "abstracts", 2000, 30)
    rest.weighed("news-titles.train", "titles", int(3000 * share), 30)
    rest.shortenings()
    rest.writings("news-titles.train", "headline", 12000, 0.7)
    rest.writings("reuters.train", "headline", 5000, 0.7)
    rest.writings("arxiv.train", "headline", int(12000 * share), 0.7)
    rest.writings("arxiv.train", "tldr", int(2000 * share), 0.8)
    rest.writings("cnndm.train", "sentence", int(8000 * share), 0.9)
    rest.writings("sentences.train", "sentence", int(8000 * share), 0.8)
    return rest.arrays()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vocabulary", type=pathlib.Path, default=VOCABULARY, help="the package's vocabulary")
    parts = parser.add_subparsers(dest="part", required=True)
    syntax = parts.add_parser("syntax", help="sentences with their syntax")
    syntax.add_argument("--syntax", type=pathlib.Path, required=True, help="the folder that label_syntax.py filled")
    syntax.add_argument("--words", type=float, default=4.1e6, help="no further file is read after so many words")
    rest = parts.add_parser("rest", help="all else")
    rest.add_argument("--data", type=pathlib.Path, required=True, help="the folder with `general`")
    rest.add_argument("--prepared", type=pathlib.Path, required=True, help="what `inkling prepare summary-corpus` made")
    rest.add_argument("--labels", type=pathlib.Path, default=pathlib.Path(__file__).with_name("labels.jsonl"))
    rest.add_argument("--inkling", type=pathlib.Path, default=INKLING, help="the command line's program")
    rest.add_argument("--share", type=float, default=1, help="of the large sets, for a trial")
    rest.add_argument("--as-shipped", action="store_true", help="say where sentences stand in texts of one block, too")
    for part in (syntax, rest):
        part.add_argument("--out", type=pathlib.Path, required=True, help="the file to write")
    arguments = parser.parse_args()
    random.seed(7)
    if arguments.part == "syntax":
        arrays = syntax_arrays(arguments.syntax, Pieces(arguments.vocabulary), arguments.words)
    else:
        arrays = rest_arrays(arguments)
    for name, array in arrays.items():
        print(name, array.dtype, array.shape)
    np.savez(arguments.out, **arrays)


if __name__ == "__main__":
    main()
