"""What the scripts share: reading of texts, their sentences as the product splits them, and the pieces of the vocabulary."""

import gzip
import hashlib
import json
import pathlib
import subprocess
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "models/summary/summary/vocabulary.txt"
INKLING = ROOT / "target/release/inkling"
# The first pieces of the vocabulary are marks of its own, not of any text.
SPECIAL_PIECES = 16
UNKNOWN = 1
# What stands for the place in a source of what is not copied from it.
NOT_COPIED = 255


def read_rows(path):
    """The rows of a file of JSON lines, gzipped or not."""
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def is_held_out(key, one_in=7):
    """Whether a document is measured on and never trained on: by the SHA-1 of its identifier, so that it is the same everywhere."""
    return int(hashlib.sha1(key.encode()).hexdigest(), 16) % one_in == 0


def with_single_spaces(text):
    """A text whose line breaks and runs of white space are one space each."""
    return " ".join(text.split())


class Splitter:
    """Splits texts into sentences as the product does: `inkling prepare sentences`."""

    def __init__(self, program):
        self.program = program

    def split(self, rows, verbatim=False):
        """The sentences of each of some rows with `id` and `text`, in their order.

        A sentence has `text`, `block` (the paragraph it stands in), `kind` (of that), `words` (in the vocabulary's form, a space
        between them) and `raw` (as they are written).
        """
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps({"id": row["id"], "text": row["text"]}) + "\n")
            file.flush()
            command = [str(self.program), "prepare", "sentences", "--data", file.name] + (["--verbatim"] if verbatim else [])
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")
        # Not `splitlines`: a text may hold other characters that it takes for line ends.
        return [json.loads(line)["sentences"] for line in output.split("\n") if line]


class Pieces:
    """Cuts words into the pieces of a vocabulary, the longest first, as the product does (WordPiece)."""

    def __init__(self, path=VOCABULARY):
        # The first line says what the file is.
        lines = [line for line in pathlib.Path(path).read_text(encoding="utf-8").split("\n")[1:] if line]
        self.beginnings, self.continuations, self.known = {}, {}, {}
        for place, line in enumerate(lines):
            if place < SPECIAL_PIECES:
                continue
            if line.startswith("##"):
                self.continuations[line[2:]] = place
            else:
                self.beginnings[line] = place
        self.count = len(lines)
        self.longest = max(map(len, [*self.beginnings, *self.continuations]))

    def of_word(self, word):
        """The pieces of one word; a word that has none is one unknown piece."""
        if word not in self.known:
            self.known[word] = self._cut(word)
        return self.known[word]

    def _cut(self, word):
        if len(word) > 100:
            return [UNKNOWN]
        pieces, start = [], 0
        while start < len(word):
            table = self.beginnings if start == 0 else self.continuations
            ends = range(min(len(word), start + self.longest), start, -1)
            end = next((end for end in ends if word[start:end] in table), None)
            if end is None:
                return [UNKNOWN]
            pieces.append(table[word[start:end]])
            start = end
        return pieces

    def of_words(self, words):
        """The pieces of some words, one after the other."""
        return [piece for word in words for piece in self.of_word(word)]


class Columns:
    """Rows of numbers of different lengths, kept as one long array a column."""

    def __init__(self, **types):
        self.types = types
        self.parts = {name: [] for name in types}

    def add(self, **values):
        """Adds a row's numbers to its columns."""
        for name, value in values.items():
            self.parts[name].append(np.asarray(value, dtype=self.types[name]).reshape(-1))

    def arrays(self, prefix=""):
        """The columns, by their names with a prefix."""
        joined = {name: np.concatenate(parts) if parts else np.zeros(0, self.types[name]) for name, parts in self.parts.items()}
        return {prefix + name: array for name, array in joined.items()}


def copied_places(source, target):
    """The place in the source that each piece of a target is copied from, by the rule of
    src/models/summarizer/network/source_pointer.rs: the next one, or else the first one that was not said."""
    at, said, found = None, set(), []
    for piece in target:
        start = 0 if at is None else at + 1
        place = next((i for i in range(start, len(source)) if source[i] == piece), None)
        if place is None:
            place = next((i for i in range(min(start, len(source))) if source[i] == piece and i not in said), None)
        if place is None:
            found.append(NOT_COPIED)
        else:
            found.append(place)
            at = place
            said.add(place)
    return found
