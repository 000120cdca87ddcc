#!/usr/bin/env python3
"""Opens Inkling's packages with nothing but safetensors and numpy, and computes what they compute.

    pip install -r tests/python/requirements.txt
    for model in digits seed-cnn seed-seq2seq summary; do
        cargo run --release -- export $model EXPORTED/$model.safetensors; done
    python tests/python/read_package.py EXPORTED

`cargo xtask test python` does it all. Each package's `weights.safetensors` and the same package in one file are held against its
manifest: names, shapes and element type; then its known question is answered by plain numpy, in PyTorch's layouts, and the answer held
against the one that the package brings.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys
import traceback

import numpy as np
from safetensors import safe_open

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOG = json.loads((ROOT / "models/catalogue.json").read_text())
PACKAGES = [f"{model['task']}/{model['name']}" for model in CATALOG["models"]]
# Weights are halves, computed with in single precision: engines differ in the order of their sums.
TOLERANCE = 1e-3


SCALE = ".scale"


def read(path):
    """A file's tensors, and its metadata."""
    with safe_open(path, framework="numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}


def weights_of(tensors):
    """The weights that a file's tensors stand for, in single precision.

    Of a tensor of whole numbers of 8 bits, each row is its numbers times a scale of its own, which stands in the tensor `NAME.scale`.
    """

    def single(name):
        tensor = tensors[name].astype(np.float32)
        if tensors[name].dtype != np.int8:
            return tensor
        scale = tensors[name + SCALE].astype(np.float32)
        return tensor * scale.reshape(-1, *[1] * (tensor.ndim - 1))

    return {name: single(name) for name in tensors if not is_scale(name, tensors)}


def is_scale(name, tensors):
    """Whether a tensor holds the scales of another one's rows."""
    return name.endswith(SCALE) and name.removesuffix(SCALE) in tensors and tensors[name.removesuffix(SCALE)].dtype == np.int8


# Names and shapes, as PyTorch's `state_dict` has them.


def linear(name, inputs, outputs, bias=True):
    return {f"{name}.weight": (outputs, inputs)} | ({f"{name}.bias": (outputs,)} if bias else {})


def lstm(name, inputs, hidden, both=False):
    return {
        f"{name}.{kind}_l0{way}": shape
        for way in (["", "_reverse"] if both else [""])
        for kind, shape in [
            ("weight_ih", (4 * hidden, inputs)),
            ("weight_hh", (4 * hidden, hidden)),
            ("bias_ih", (4 * hidden,)),
            ("bias_hh", (4 * hidden,)),
        ]
    }


def classifier_shapes(architecture):
    shapes, channels, side = {}, 1, 28
    for i, conv in enumerate(architecture["convolutions"]):
        shapes[f"convolutions.{i}.conv.weight"] = (conv["channels"], channels, conv["kernel"], conv["kernel"])
        shapes[f"convolutions.{i}.conv.bias"] = (conv["channels"],)
        channels, side = conv["channels"], side + 2 * conv["padding"] + 1 - conv["kernel"]
        side = side // 2 if conv["pool"] else side
    features = channels * side * side
    # The rejector, where there is one, says whether an image shows one digit: it reads what the classifier's first layer reads.
    heads = {"dense": [*architecture["hidden"], architecture["classes"]]}
    if architecture.get("rejector"):
        heads["rejector"] = [architecture["rejector"], 1]
    for head, widths in heads.items():
        width = features
        for i, outputs in enumerate(widths):
            shapes |= linear(f"{head}.{i}", width, outputs)
            width = outputs
    return shapes


def plain_shapes(a):
    return (
        {"embedding.weight": (a["vocabulary"], a["embedding"])}
        | lstm("encoder", a["embedding"], a["encoder"])
        | linear("bridge_hidden", a["encoder"], a["decoder"])
        | linear("bridge_cell", a["encoder"], a["decoder"])
        | lstm("decoder", a["embedding"], a["decoder"])
        | linear("output", a["decoder"], a["vocabulary"])
    )


# What is known of a sentence: of a text whose paragraphs are not known, and where it stands among them.
PLAIN_FEATURES, PLACE_FEATURES = 9, 5
MOVES = 14
PARTS_OF_SPEECH, RELATIONS, HEAD_WIDTH, SHORTENING_WIDTH, SHORTENING_STYLES = 17, 45, 96, 96, 3


def reader_shapes(embedding, reader):
    """What reads each sentence, and what is judged of its words by that."""
    states = 2 * reader
    return (
        lstm("reader.first", embedding, reader, both=True)
        | lstm("reader.second", states, reader, both=True)
        | linear("syntax.part_of_speech", states, PARTS_OF_SPEECH)
        | linear("syntax.relation", states, RELATIONS)
        | linear("syntax.dependent", states, HEAD_WIDTH)
        | linear("syntax.head", states, HEAD_WIDTH)
        | linear("shortening.hidden", states, SHORTENING_WIDTH)
        | linear("shortening.score", SHORTENING_WIDTH, SHORTENING_STYLES)
    )


def summarizer_shapes(a):
    e, memory, reader = a["embedding"], 2 * a["encoder"], a.get("reader")
    # A word's state, or, in packages of before there was a reader, the word between its neighbors.
    word = 2 * reader if reader else 3 * e
    sentence = a["filters"] + PLAIN_FEATURES + (PLACE_FEATURES if reader else 0)
    return (
        {"embedding.weight": (a["vocabulary"], e), "rewriter.output_bias": (a["sayable"],)}
        | (reader_shapes(e, reader) if reader else {})
        | linear("salience.filters", word, a["filters"])
        | lstm("salience.document", sentence, a["document"], both=True)
        | linear("salience.hidden", 2 * a["document"] + sentence, 64)
        | linear("salience.score", 64, 1)
        | lstm("rewriter.encoder", e, a["encoder"], both=True)
        | linear("rewriter.bridge_hidden", memory, a["decoder"])
        | linear("rewriter.bridge_cell", memory, a["decoder"])
        | lstm("rewriter.decoder", e + memory, a["decoder"])
        | linear("rewriter.query", a["decoder"], memory, bias=False)
        | linear("rewriter.moves", a["decoder"], MOVES + 1)
        | linear("rewriter.combine", a["decoder"] + memory, e)
        | linear("rewriter.gate", a["decoder"] + memory + e, 1)
    )


# What the layers do.


def relu(x):
    return np.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def dense(t, name, x):
    """PyTorch's Linear: weights `[out, in]`."""
    return x @ t[f"{name}.weight"].T + t.get(f"{name}.bias", 0)


def convolution(weight, bias, x, padding):
    """PyTorch's Conv2d: weights `[out, in, height, width]`, an image `[in, height, width]`."""
    x = np.pad(x, [(0, 0), (padding, padding), (padding, padding)])
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(1, 2))
    return np.einsum("oikl,ihwkl->ohw", weight, windows, optimize=True) + bias[:, None, None]


def max_pool(x):
    channels, height, width = x.shape
    x = x[:, : height // 2 * 2, : width // 2 * 2]
    return x.reshape(channels, height // 2, 2, width // 2, 2).max((2, 4))


def recurrent(t, name, xs, state=None, way=""):
    """PyTorch's LSTM: gates in the order input, forget, cell, output. All states, and the last hidden and cell state."""
    w, u = t[f"{name}.weight_ih_l0{way}"], t[f"{name}.weight_hh_l0{way}"]
    bias = t[f"{name}.bias_ih_l0{way}"] + t[f"{name}.bias_hh_l0{way}"]
    h, c = state if state else (np.zeros(u.shape[1], np.float32),) * 2
    states = []
    for x in xs[::-1] if way else xs:
        i, f, g, o = np.split(w @ x + u @ h + bias, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states[::-1] if way else states), (h, c)


def both_ways(t, name, xs):
    """The states of both directions side by side, forward first."""
    ahead, (h, c) = recurrent(t, name, xs)
    back, (h_back, c_back) = recurrent(t, name, xs, way="_reverse")
    return np.concatenate([ahead, back], 1), (np.concatenate([h, h_back]), np.concatenate([c, c_back]))


# What the models answer to their known questions.


def classifier_answer(t, manifest):
    x = np.frombuffer(bytes.fromhex(manifest["known"]["image"]), np.uint8).astype(np.float32).reshape(1, 28, 28) / 255
    for i, conv in enumerate(manifest["architecture"]["convolutions"]):
        name = f"convolutions.{i}.conv"
        x = relu(convolution(t[f"{name}.weight"], t[f"{name}.bias"], x, conv["padding"]))
        x = max_pool(x) if conv["pool"] else x
    x = x.reshape(-1)  # channels first
    for i in range(len(manifest["architecture"]["hidden"])):
        x = relu(dense(t, f"dense.{i}", x))
    return dense(t, f"dense.{i + 1}", x)


def pieces(text, vocabulary):
    """The pieces of a plain English text: words and marks, in small letters, cut greedily. Enough for the known question."""
    place = {piece: at for at, piece in enumerate(vocabulary)}
    for word in re.findall(r"[a-z0-9]+|[^\sa-z0-9]", text.lower()):
        at = 0
        while at < len(word):
            ends = range(len(word), at, -1)
            cut = next(end for end in ends if ("##" if at else "") + word[at:end] in place)
            yield place[("##" if at else "") + word[at:cut]]
            at = cut


def sentences(text):
    return re.split(r"(?<=\.) ", text)


def plain_answer(t, manifest, vocabulary):
    ids = list(pieces(manifest["known"]["text"], vocabulary))
    _, (h, c) = recurrent(t, "encoder", t["embedding.weight"][ids])
    state = np.tanh(dense(t, "bridge_hidden", h)), np.tanh(dense(t, "bridge_cell", c))
    states, _ = recurrent(t, "decoder", t["embedding.weight"][ids], state)
    return dense(t, "output", states[-1])[:64]


def features(document):
    """What is known of sentences without any learning."""
    content = [[piece for piece in sentence if piece >= 560] for sentence in document]
    times = {}
    for piece in sum(content, []):
        times[piece] = times.get(piece, 0) + 1
    n = len(document)
    return np.array(
        [
            [np.log1p(at) / 4, at / n, at == 0, at == 1, at == 2, np.log1p(n) / 4, np.log1p(len(sentence)) / 4]
            + [sum(np.log(times[piece]) for piece in content[at]) / max(len(content[at]), 1)]
            + [sum(piece in content[0] for piece in content[at]) / max(len(content[at]), 1)]
            for at, sentence in enumerate(document)
        ],
        np.float32,
    )


def word_states(t, ids):
    """What stands for each piece of a sentence: what two layers made of it that read both ways, or the piece between its neighbors."""
    words = t["embedding.weight"][ids]
    if "reader.first.weight_ih_l0" not in t:
        words = np.pad(words, [(1, 1), (0, 0)])
        return np.concatenate([words[:-2], words[1:-1], words[2:]], 1)
    return both_ways(t, "reader.second", both_ways(t, "reader.first", words)[0])[0]


def salience(t, document):
    encoded = np.stack([relu(dense(t, "salience.filters", word_states(t, ids))).max(0) for ids in document])
    known = features(document)
    # The known question is one paragraph: nothing is known of where its sentences stand among others.
    places = t["salience.hidden.weight"].shape[1] - 2 * t["salience.document.weight_hh_l0"].shape[1] - encoded.shape[1] - known.shape[1]
    encoded = np.concatenate([encoded, known, np.zeros((len(document), places), np.float32)], 1)
    around, _ = both_ways(t, "salience.document", encoded)
    return dense(t, "salience.score", relu(dense(t, "salience.hidden", np.concatenate([around, encoded], 1))))[:, 0]


def move_of(distance):
    highest = [-8, -4, -2, -1, 0, 1, 2, 3, 4, 6, 9, 14, 24]
    return next((kind for kind, high in enumerate(highest) if distance <= high), len(highest))


def shares(t, source, wanted, target, sayable):
    """The share of each piece of a target, and of its end, given a source: said, or copied from where the source holds it."""
    table = t["embedding.weight"]
    memory, (h, c) = both_ways(t, "rewriter.encoder", table[source])
    state = np.tanh(dense(t, "rewriter.bridge_hidden", h)), np.tanh(dense(t, "rewriter.bridge_cell", c))
    at, copied, said, before, found = None, False, [], wanted, []
    for piece in target + [3]:
        read = memory[at] if copied else np.zeros(memory.shape[1], np.float32)
        states, state = recurrent(t, "rewriter.decoder", [np.concatenate([table[before], read])], state)
        moves = dense(t, "rewriter.moves", states[0])
        scores = memory @ dense(t, "rewriter.query", states[0]) / np.sqrt(memory.shape[1])
        for place in range(len(source)):
            scores[place] += moves[move_of(place - (-1 if at is None else at))] + (moves[MOVES] if place in said else 0)
        attention = softmax(scores)
        seen = np.concatenate([states[0], attention @ memory])
        logits = table[:sayable] @ np.tanh(dense(t, "rewriter.combine", seen)) + t["rewriter.output_bias"]
        gate = sigmoid(dense(t, "rewriter.gate", np.concatenate([seen, table[before]])))[0]
        share = (1 - gate) * attention[np.array(source) == piece].sum()
        if piece < sayable and piece != 1:
            share += gate * softmax(logits)[piece]
        found.append(share)
        # On to the next place that holds it, else back to the first one that was not said.
        here = 0 if at is None else at + 1
        ahead = [place for place in range(here, len(source)) if source[place] == piece]
        back = [place for place in range(here) if source[place] == piece and place not in said]
        copied = bool(ahead + back)
        if copied:
            at = (ahead + back)[0]
            said.append(at)
        before = piece
    return np.array(found)


def kept(t, ids, vocabulary):
    """The logarithms of the odds that each word of a sentence is kept, by three kinds of writers: the mean of its pieces'."""
    if "reader.first.weight_ih_l0" not in t:
        return np.zeros(0, np.float32)
    odds = dense(t, "shortening.score", relu(dense(t, "shortening.hidden", word_states(t, ids))))
    words = np.cumsum([not vocabulary[piece].startswith("##") for piece in ids]) - 1
    return np.concatenate([odds[words == word].mean(0) for word in range(words[-1] + 1)])


def summarizer_answer(t, manifest, vocabulary):
    document = [list(pieces(sentence, vocabulary)) for sentence in sentences(manifest["known"]["text"])]
    wanted = vocabulary.index("<key-points>")
    written = shares(t, document[0], wanted, document[-1], manifest["architecture"]["sayable"])
    return np.concatenate([salience(t, document), written, kept(t, document[0], vocabulary)])


# The checks.


class Checks:
    """Each check passes or says what is wrong; none stops the others."""

    def __init__(self):
        self.passed = self.failed = 0

    def run(self, name, check, *arguments):
        try:
            said = check(*arguments)
            self.passed += 1
            print(f"ok      {name}{': ' + said if said else ''}")
        except Exception:
            self.failed += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}")

    def close(self):
        """What `cargo xtask test` adds up."""
        print(f"\n  {self.passed} passed")
        if self.failed:
            print(f"  {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def close_to(actual, expected, what):
    expected = np.array(expected, np.float32)
    assert actual.shape == expected.shape, f"{what}: {actual.shape} figures, not {expected.shape}"
    error = float(np.abs(actual - expected).max())
    assert error <= TOLERANCE, f"{what} is off by {error}"
    return f"{what} within {error:.1e}"


def is_classifier(manifest):
    """Classifiers of whatever task are one network, and are asked for logits."""
    return "logits" in manifest["known"]


def check_shapes(tensors, manifest):
    if is_classifier(manifest):
        make = classifier_shapes
    else:
        make = {"seq2seq": plain_shapes, "summary": summarizer_shapes}[manifest["task"]]
    expected = make(manifest["architecture"])
    weights = weights_of(tensors)
    assert {name: tensor.shape for name, tensor in weights.items()} == expected
    for name, tensor in tensors.items():
        element = element_of(name, tensors, manifest)
        assert tensor.dtype == element, f"{name} is {tensor.dtype}, not {element}"
        if tensor.dtype == np.int8:
            assert tensors[name + SCALE].shape == tensor.shape[:1], f"{name} has not one scale a row"
    count = sum(tensor.size for tensor in weights.values())
    assert count == manifest["parameters"], f"{count} parameters, not {manifest['parameters']}"
    assert all(np.isfinite(tensor).all() for tensor in weights.values())
    return f"{len(weights)} tensors, {count} parameters"


def element_of(name, tensors, manifest):
    """The element type that a tensor should have: of whole numbers of 8 bits, scales and rows by themselves are of half precision."""
    element = manifest["element"]
    if element != "i8":
        return np.dtype(element.replace("f", "float"))
    return np.dtype(np.float16 if is_scale(name, tensors) or tensors[name].ndim == 1 else np.int8)


def check_answer(tensors, manifest, vocabulary):
    t = weights_of(tensors)
    if is_classifier(manifest):
        return close_to(classifier_answer(t, manifest), manifest["known"]["logits"], "the logits")
    answer = {"seq2seq": plain_answer, "summary": summarizer_answer}[manifest["task"]]
    return close_to(answer(t, manifest, vocabulary), manifest["known"]["figures"], "the figures")


def check_exported(exported, metadata, shipped, manifest):
    brought = json.loads(metadata["inkling"])
    # Some of the measured figures are off by their last binary digit once they have been read.
    assert brought | {"metrics": None} == manifest | {"metrics": None}
    assert exported.keys() == shipped.keys()
    assert all(np.array_equal(exported[name], shipped[name]) for name in shipped)
    return f"{len(exported)} tensors and the manifest"


def check_files(folder, manifest):
    for file in manifest["files"]:
        data = (folder / file["name"]).read_bytes()
        assert len(data) == file["bytes"] and hashlib.sha256(data).hexdigest() == file["sha256"], file["name"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exported", type=pathlib.Path, help="the folder that packages were exported into, NAME.safetensors each")
    folder = parser.parse_args().exported
    checks = Checks()
    for package in PACKAGES:
        path = ROOT / "models" / package
        manifest = json.loads((path / "model.json").read_text())
        vocabulary = None
        if (path / "vocabulary.txt").exists():
            vocabulary = (path / "vocabulary.txt").read_text().splitlines()[1:]
        name = path.name
        shipped, _ = read(path / "weights.safetensors")
        exported, metadata = read(folder / f"{name}.safetensors")
        checks.run(f"{name}: sizes and checksums", check_files, path, manifest)
        checks.run(f"{name}: names, shapes and element type", check_shapes, shipped, manifest)
        checks.run(f"{name}: the known answer", check_answer, shipped, manifest, vocabulary)
        checks.run(f"{name}: exported as one file", check_exported, exported, metadata, shipped, manifest)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
