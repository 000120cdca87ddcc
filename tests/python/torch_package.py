#!/usr/bin/env python3
"""Takes Inkling's packages into PyTorch, and PyTorch's weights into Inkling.

    pip install torch==2.15.0 -r tests/python/requirements.txt
    cargo build --release
    python tests/python/torch_package.py --inkling target/release/inkling

The modules below are the whole of what PyTorch needs: their fields are named as the tensors are. Out: `inkling export` writes
`seed-cnn`, `seed-seq2seq` and `summary`, `load_state_dict(strict=True)` takes them, and they answer their known questions as they should;
`summary`, whose module is the one that trained it, is of whole numbers of 8 bits, which are multiplied by their scales first. In: a seed
CNN is trained from zero by PyTorch on the slice of MNIST that the repository carries, as a plain `nn.Sequential` and as the module, and
the sequence-to-sequence model goes on training from the package; `save_file` writes them and the summarizer, `inkling import` takes
them, and PyTorch and Inkling agree on what they answer.
"""

import argparse
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from read_package import ROOT, SCALE, Checks, close_to, features, pieces, sentences

sys.path.insert(0, str(ROOT / "training/summarizer"))

from network import FEATURES, Summarizer  # noqa: E402
from texts import copied_places  # noqa: E402

torch.manual_seed(1)


class Convolution(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.conv = nn.Conv2d(1, channels, kernel)

    def forward(self, x):
        return nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)


class SeedCnn(nn.Module):
    """Conv 32 of 3×3 – ReLU – max-pool 2 – Dense 128 – ReLU – Dense 10."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([Convolution(32, 3)])
        self.dense = nn.ModuleList([nn.Linear(32 * 13 * 13, 128), nn.Linear(128, 10)])

    def forward(self, x):
        for convolution in self.convolutions:
            x = convolution(x)
        return self.dense[1](torch.relu(self.dense[0](x.flatten(1))))


def sequential():
    """The same as one writes it in a minute. Its tensors are called 0.weight, 4.weight, 6.weight, and come in as well."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 13 * 13, 128), nn.ReLU(), nn.Linear(128, 10)
    )


class SeedSeq2Seq(nn.Module):
    """An LSTM reads, an LSTM writes, a bridge between their states."""

    def __init__(self, vocabulary=10_000, embedding=128, encoder=256, decoder=100):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.encoder = nn.LSTM(embedding, encoder, batch_first=True)
        self.bridge_hidden = nn.Linear(encoder, decoder)
        self.bridge_cell = nn.Linear(encoder, decoder)
        self.decoder = nn.LSTM(embedding, decoder, batch_first=True)
        self.output = nn.Linear(decoder, vocabulary)

    def forward(self, source, before):
        _, (h, c) = self.encoder(self.embedding(source))
        state = torch.tanh(self.bridge_hidden(h)), torch.tanh(self.bridge_cell(c))
        return self.output(self.decoder(self.embedding(before), state)[0])


def known_logits(model, manifest):
    image = np.frombuffer(bytes.fromhex(manifest["known"]["image"]), np.uint8).astype(np.float32) / 255
    with torch.no_grad():
        return model(torch.from_numpy(image).reshape(1, 1, 28, 28))[0].numpy()


def single_logits(single):
    return lambda _, manifest: known_logits(single, manifest)


def known_figures(model, manifest):
    ids = torch.tensor([list(pieces(manifest["known"]["text"], vocabulary()))])
    with torch.no_grad():
        return model(ids, ids)[0, -1, :64].numpy()


def summarizer():
    """The summarizer as it is packed: without the layer that guesses masked words in training alone."""
    model = Summarizer()
    del model.mask_out
    return model.eval()


def padded(rows):
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


@torch.no_grad()
def summary_figures(model, manifest):
    """Salience of the sentences, shares of the pieces of the last one written about the first, and which words of the first stay."""
    known_pieces = vocabulary()
    document = [list(pieces(sentence, known_pieces)) for sentence in sentences(manifest["known"]["text"])]
    lengths, (source, *_, target) = torch.tensor([len(sentence) for sentence in document]), document
    known = np.pad(features(document), [(0, 0), (0, FEATURES - features(document).shape[1])])
    ids = padded(document)
    visible = (torch.arange(ids.shape[1])[None] < lengths[:, None]).float()
    salience = model.scores(ids, visible, lengths, torch.from_numpy(known)[None], torch.tensor([len(document)]), 0.0)[0]
    wanted = torch.tensor([known_pieces.index("<key-points>")])
    places = torch.tensor([copied_places(source, target)])
    shares, _, _ = model.write_shares(
        torch.tensor([source]), lengths[:1], torch.tensor([target]), torch.tensor([len(target)]), places, wanted
    )
    odds = model.kept(model.read(torch.tensor([source])))[0].numpy()
    words = np.cumsum([not known_pieces[piece].startswith("##") for piece in source]) - 1
    kept = [odds[words == word].mean(0) for word in range(words[-1] + 1)]
    return np.concatenate([salience.numpy(), shares[0].numpy(), *kept])


def vocabulary():
    return (ROOT / "models/seq2seq/seed-seq2seq/vocabulary.txt").read_text().splitlines()[1:]


# Out


def weights_of(tensors):
    """Single precision: rows of whole numbers of 8 bits are multiplied by their scales."""

    def single(name, tensor):
        if tensor.dtype != torch.int8:
            return tensor.float()
        return tensor.float() * tensors[name + SCALE].float().reshape(-1, *[1] * (tensor.ndim - 1))

    scales = {name + SCALE for name, tensor in tensors.items() if tensor.dtype == torch.int8}
    return {name: single(name, tensor) for name, tensor in tensors.items() if name not in scales}


def check_export(path, model, answer, expected):
    with safe_open(path, framework="pt") as file:
        manifest = json.loads(file.metadata()["inkling"])
    model.load_state_dict(weights_of(load_file(path)), strict=True)
    return close_to(answer(model, manifest), manifest["known"][expected], f"strict=True; the {expected}")


# In


def digits(name):
    """A slice of MNIST, out of the repository."""

    def data(kind, header):
        return np.frombuffer(gzip.decompress((ROOT / f"models/replay/{name}-{kind}-ubyte.gz").read_bytes()), np.uint8, offset=header)

    images = data("images-idx3", 16).reshape(-1, 1, 28, 28).astype(np.float32) / 255
    return torch.from_numpy(images), torch.from_numpy(data("labels-idx1", 8).astype(np.int64))


def train_cnn(model, epochs=2):
    images, labels = digits("training")
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    images, labels = digits("held-out")
    with torch.no_grad():
        return (model(images).argmax(1) == labels).float().mean().item()


def train_seq2seq(model, steps=20):
    text = json.loads((ROOT / "models/seq2seq/seed-seq2seq/model.json").read_text())["known"]["text"]
    source = torch.tensor([list(pieces(text, vocabulary()))])
    before = torch.cat([torch.tensor([[6]]), source[:, :-1]], 1)  # <key-points>
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(source, before)[0], source[0])
        loss.backward()
        optimizer.step()
    return loss.item()


def check_import(inkling, folder, name, model, answer, expected):
    path = folder / f"{name}.safetensors"
    save_file(model.state_dict(), path, metadata={"format": "pt", "title": f"{name}, by PyTorch {torch.__version__}"})
    inkling("import", path, "--name", name, "--out", folder)
    manifest = json.loads((folder / name / "model.json").read_text())
    assert manifest["description"].startswith(f"{name}, by PyTorch")
    return close_to(answer(model, manifest), manifest["known"][expected], f"imported; the {expected}")


def check_accuracy(inkling, folder, name, accuracy):
    data = folder / "digits"
    data.mkdir(exist_ok=True)
    for kind in ["images-idx3", "labels-idx1"]:
        shutil.copy(ROOT / f"models/replay/held-out-{kind}-ubyte.gz", data / f"t10k-{kind}-ubyte.gz")
    said = json.loads(inkling("evaluate", "digits", "--model", folder / name, "--data", data, "--json"))
    assert abs(said["accuracy"] - accuracy) < 1.5e-3, f"{said['accuracy']}, and by PyTorch {accuracy}"
    return f"{said['accuracy']:.1%} of 1,000 held-out digits, {accuracy:.1%} by PyTorch"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkling", type=pathlib.Path, default=ROOT / "target/release/inkling", help="the command line's program")
    program = parser.parse_args().inkling.absolute()

    def inkling(*arguments):
        return subprocess.run([program, *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout

    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        seq2seq, summary = SeedSeq2Seq(), summarizer()
        for name, model, answer, expected in [
            ("seed-cnn", SeedCnn(), known_logits, "logits"),
            ("seed-seq2seq", seq2seq, known_figures, "figures"),
            ("summary", summary, summary_figures, "figures"),
        ]:
            inkling("export", name, folder / f"{name}.safetensors")
            checks.run(f"{name} goes out", check_export, folder / f"{name}.safetensors", model, answer, expected)
        for name, model in [("torch-sequential", sequential()), ("torch-seed-cnn", SeedCnn())]:
            accuracy = train_cnn(model)
            checks.run(f"{name} comes in", check_import, inkling, folder, name, model, known_logits, "logits")
            checks.run(f"{name} reads digits", check_accuracy, inkling, folder, name, accuracy)
        print(f"        {train_seq2seq(seq2seq):.3f} is the loss of seed-seq2seq, trained on by PyTorch")
        name = "torch-seed-seq2seq"
        checks.run(f"{name} comes in", check_import, inkling, folder, name, seq2seq, known_figures, "figures")
        checks.run("torch-summary comes in", check_import, inkling, folder, "torch-summary", summary, summary_figures, "figures")
        # An answer of a model that was trained in bfloat16 is of single precision here.
        half = sequential().to(torch.bfloat16)
        single = sequential()
        single.load_state_dict(half.state_dict())
        checks.run("torch-bfloat16 comes in", check_import, inkling, folder, "torch-bfloat16", half, single_logits(single), "logits")
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
