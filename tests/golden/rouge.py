"""Makes rouge.json and porter.json: scores of Google's rouge-score and stems of NLTK, which it stems with.

    pip install rouge-score==0.1.2 nltk==3.10.4
    python tests/golden/rouge.py DATA/summary

The texts are our own, but for those of gov.samples.jsonl.gz (United States government, CC0), from which words and sentences are
taken. Only the inputs and the results are stored.
"""

import gzip
import importlib.metadata
import itertools
import json
import pathlib
import random
import re
import sys

from nltk.stem import porter
from rouge_score import rouge_scorer

HERE = pathlib.Path(__file__).resolve().parent

# Reference, candidate.
PAIRS = [
    ("", ""),
    ("", "something"),
    ("something", ""),
    ("\n\n", "\n"),
    ("...", "!!!"),
    ("the", "the"),
    ("The cat sat on the mat.", "the cat sat on the mat"),
    ("The cat sat on the mat.", "On the mat sat the cat."),
    ("a a a a", "a a"),
    ("a a", "a a a a"),
    ("a b a b a b", "b a b a"),
    ("the the the cat", "the cat the cat the cat"),
    ("Naïve café owners paid 3.5% more in 2015", "naive cafe owners paid 3 5 % more in 2015"),
    ("Übermut tut selten gut", "ubermut tut selten gut"),
    ("数字 2020 年", "2020 年 数字"),
    ("السعر 20 دولار", "20"),
    ("\u212aelvin \u0130stanbul", "kelvin istanbul"),
    ("don't can't won't it's", "dont cant wont its"),
    ("don't can't won't it's", "do n't ca n't wo n't it 's"),
    ("e-mail re-election U.S.-led", "email reelection us led"),
    ("running runs ran runner", "run running runs"),
    ("flies dies ties spied died", "fly die tie spy dying"),
    ("relational conditional rational", "relate condition ration"),
    ("geology theology apology", "geologist theologian apologize"),
    ("happily hopefully carefully fully", "happy hope care full"),
    ("news innings outings skies", "new inning outing sky"),
    ("succeed proceed exceed", "succeeds proceeded exceeding"),
    ("The rain fell.\nThe sun rose.", "The sun rose.\nThe rain fell."),
    ("The rain fell. The sun rose.", "The sun rose.\nThe rain fell."),
    ("The rain fell.\n\n\nThe sun rose.", "The rain fell.\n"),
    ("police kill the gunman\nthe gunman was armed", "the gunman kill police\npolice was armed"),
    ("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5"),
    ("w1 w2 w3 w4 w5\nw1 w2", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5"),
    ("one\ntwo\nthree\nfour", "one two three four"),
    ("one two three four", "one\ntwo\nthree\nfour"),
    ("a\ta  b\r\nc", "a b c"),
    ("x" * 200, "x" * 200 + "s"),
    ("1,000,000 people", "1000000 people"),
    ("$5 £6 €7 100%", "5 6 7 100"),
    ("_underscore_ under_score", "underscore under score"),
    ("🙂 emoji 🙃", "emoji"),
    ("<b>bold</b>", "bold b"),
    ("The mayor said the bridge will open in May.", "Bridge to open in May, mayor says."),
    ("Farmers plant trees to slow the wind.\nThe trees also feed bees.", "Trees slow wind and feed bees."),
    ("Three students built a boat from old bottles.", "A boat of bottles was built by three students.\nThey are students."),
    ("The library is closed on Sundays.\nIt opens at nine on other days.", "Library opens at nine.\nClosed Sundays."),
]

SUFFIXES = """s es ed ing er ers est ly y ies ied eed ness ment ments ement ent ence ance ency ancy ant able ible ably ibly al ally ial
ational tional ization izer ize izes ized izing ate ated ating ation ator ative alism aliti iviti biliti iveness fulness ousness ful
fully ous ously ive ively ic ical ically icate iciti ism ist ity iti ion ions logi logy enci anci bli abli alli entli eli ousli ss
sses ee ll lled lling yed ying""".split()
STEMS = """a be by care carry control cry day die do enjoy fall fail fl form fr geo hap happi hop hope hopp ident inter king law log lov
mat nation oper plan play pre radic rat relat roll run sens siz sk sky spi sy tan test th theo trac tr tri troubl under us val vi w
yy zo""".split()


def sample_texts(folder):
    with gzip.open(pathlib.Path(folder) / "gov.samples.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pairs(samples):
    rng = random.Random(4)
    yield from PAIRS
    for sample in samples[:25]:
        sentences = [s.strip() for s in re.split(r"(?<=[.!?]) ", sample["text"]) if s.strip()][:8]
        yield sample["summaries"][0], "\n".join(sentences[:3])
        yield "\n".join(rng.sample(sentences, min(3, len(sentences)))), "\n".join(rng.sample(sentences, min(4, len(sentences))))


def words(samples):
    text = " ".join(sample["text"] for sample in samples).lower()
    found = set(re.findall(r"[a-z0-9]+", text))
    found |= {stem + suffix for stem, suffix in itertools.product(STEMS, SUFFIXES)}
    for key, values in porter.PorterStemmer().pool.items():
        found |= {key, values}
    return sorted(found)


def main():
    samples = sample_texts(sys.argv[1])
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
    versions = f"rouge-score {importlib.metadata.version('rouge-score')}, NLTK {importlib.metadata.version('nltk')}"
    cases = []
    for reference, candidate in pairs(samples):
        scores = scorer.score(reference, candidate)
        cases.append(
            {
                "reference": reference,
                "candidate": candidate,
                **{name: [round(s.precision, 9), round(s.recall, 9), round(s.fmeasure, 9)] for name, s in scores.items()},
            }
        )
    (HERE / "rouge.json").write_text(json.dumps({"made_by": f"tests/golden/rouge.py, {versions}", "cases": cases}, indent=1) + "\n")
    stemmer = porter.PorterStemmer()
    stems = " ".join(f"{word}:{stemmer.stem(word)}" for word in words(samples))
    (HERE / "porter.json").write_text(json.dumps({"made_by": f"tests/golden/rouge.py, {versions}", "stems": stems}, indent=1) + "\n")
    print(len(cases), "pairs,", len(stems.split()), "stems")


if __name__ == "__main__":
    main()
