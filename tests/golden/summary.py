#!/usr/bin/env python3
"""PyTorch's numbers for the models of texts: writes `summary.json` beside this file.

    pip install torch==2.15.0 numpy
    python tests/golden/summary.py

Every weight is `wave(n, salt)`, see layers.py, which Rust repeats exactly, so that the file holds results alone: the literal forward of
the article's sequence-to-sequence model in its sizes, and the summarizer in small ones, with its losses and their gradients. The
summarizer is written down here a second time, from the papers and not from the Rust.
"""

import json
import pathlib

import torch
from torch import nn

torch.set_num_threads(1)


def tensor(shape, salt):
    """Values within -0.5 and 0.5, exact in 32 bits: `wave` of layers.py."""
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return (((i * 7919 + salt * 104729) % 2003 - 1001).to(torch.float32) / 2048).reshape(shape)


def numbers(value, stride=1):
    return [float(f"{v:.9g}") for v in value.detach().flatten()[::stride].tolist()]


class Literal(nn.Module):
    """As printed: no embedding, the decoder runs over what the encoder gives, the target has no part in it."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(128, 256, batch_first=True)
        self.decoder = nn.LSTM(256, 100, batch_first=True)
        self.output = nn.Linear(100, 10_000)

    def forward(self, source, target=None):
        encoded, _ = self.encoder(source)
        decoded, _ = self.decoder(encoded)
        return self.output(decoded)


V, SAYABLE, E, FILTERS, DOCUMENT, ENCODER, DECODER, FEATURES, MOVES = 40, 30, 8, 6, 5, 7, 9, 9, 14


class Salience(nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = nn.Linear(3 * E, FILTERS)
        self.document = nn.LSTM(FILTERS + FEATURES, DOCUMENT, batch_first=True, bidirectional=True)
        self.hidden = nn.Linear(2 * DOCUMENT + FILTERS + FEATURES, 64)
        self.score = nn.Linear(64, 1)


class Rewriter(nn.Module):
    def __init__(self):
        super().__init__()
        memory = 2 * ENCODER
        self.encoder = nn.LSTM(E, ENCODER, batch_first=True, bidirectional=True)
        self.bridge_hidden = nn.Linear(memory, DECODER)
        self.bridge_cell = nn.Linear(memory, DECODER)
        self.decoder = nn.LSTM(E + memory, DECODER, batch_first=True)
        self.query = nn.Linear(DECODER, memory, bias=False)
        self.moves = nn.Linear(DECODER, MOVES + 1)
        self.combine = nn.Linear(DECODER + memory, E)
        self.gate = nn.Linear(DECODER + memory + E, 1)
        self.output_bias = nn.Parameter(torch.zeros(SAYABLE))


READER, PARTS, RELATIONS, READ_FEATURES = 6, 17, 45, 14


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.LSTM(E, READER, batch_first=True, bidirectional=True)
        self.second = nn.LSTM(2 * READER, READER, batch_first=True, bidirectional=True)


class Syntax(nn.Module):
    def __init__(self):
        super().__init__()
        self.part_of_speech = nn.Linear(2 * READER, PARTS)
        self.relation = nn.Linear(2 * READER, RELATIONS)
        self.dependent = nn.Linear(2 * READER, 96)
        self.head = nn.Linear(2 * READER, 96)


class Shortening(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2 * READER, 96)
        self.score = nn.Linear(96, 3)


class ReadSalience(nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = nn.Linear(2 * READER, FILTERS)
        self.document = nn.LSTM(FILTERS + READ_FEATURES, DOCUMENT, batch_first=True, bidirectional=True)
        self.hidden = nn.Linear(2 * DOCUMENT + FILTERS + READ_FEATURES, 64)
        self.score = nn.Linear(64, 1)


class ReadingSummarizer(nn.Module):
    """The summarizer whose sentences are read by two bidirectional layers before anything is judged of them."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, E)
        self.reader = Reader()
        self.syntax = Syntax()
        self.shortening = Shortening()
        self.salience = ReadSalience()
        self.rewriter = Rewriter()

    def states(self, ids):
        first, _ = self.reader.first(self.embedding(torch.tensor([ids])))
        return self.reader.second(first)[0]

    def weigh(self, sentences, features):
        s = self.salience
        encoded = [torch.relu(s.filters(self.states(ids))).amax(1) for ids in sentences]
        encoded = torch.cat([torch.cat(encoded), features], 1).unsqueeze(0)
        around, _ = s.document(encoded)
        return s.score(torch.relu(s.hidden(torch.cat([around, encoded], 2)))).reshape(-1)

    def judge(self, ids):
        states = self.states(ids)
        kept = self.shortening.score(torch.relu(self.shortening.hidden(states)))
        heads = self.syntax.dependent(states) @ self.syntax.head(states).transpose(1, 2) / 96**0.5
        return kept, self.syntax.relation(states), self.syntax.part_of_speech(states), heads


class Summarizer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, E)
        self.salience = Salience()
        self.rewriter = Rewriter()

    def weigh(self, sentences, features):
        """Scores of the sentences of one document."""
        s = self.salience
        # A convolution over words, with the weights of the one product that it is.
        kernel = s.filters.weight.reshape(FILTERS, 3, E).permute(0, 2, 1)
        encoded = []
        for ids in sentences:
            words = self.embedding(torch.tensor([ids])).transpose(1, 2)
            filtered = torch.relu(nn.functional.conv1d(words, kernel, s.filters.bias, padding=1))
            encoded.append(filtered.amax(2))
        encoded = torch.cat([torch.cat(encoded), features], 1).unsqueeze(0)
        around, _ = s.document(encoded)
        return s.score(torch.relu(s.hidden(torch.cat([around, encoded], 2)))).reshape(-1)

    def write(self, source, wanted, target, end):
        """The share of each piece of a target, walked through a step at a time; and the coverage loss."""
        r = self.rewriter
        memory, (h, c) = r.encoder(self.embedding(torch.tensor([source])))
        memory = memory[0]
        last = torch.cat([h[0], h[1]], 1), torch.cat([c[0], c[1]], 1)
        state = torch.tanh(r.bridge_hidden(last[0])).unsqueeze(0), torch.tanh(r.bridge_cell(last[1])).unsqueeze(0)
        at, copied, said, before = None, False, [], wanted
        shares, coverage, covered = [], 0, torch.zeros(len(source))
        for piece in target + [end]:
            read = memory[at] if copied else torch.zeros(2 * ENCODER)
            written = self.embedding(torch.tensor(before))
            d, state = r.decoder(torch.cat([written, read]).reshape(1, 1, -1), state)
            d = d[0, 0]
            moves = r.moves(d)
            scores = memory @ r.query(d) / (2 * ENCODER) ** 0.5
            for place in range(len(source)):
                distance = place - (-1 if at is None else at)
                scores = scores + nn.functional.one_hot(torch.tensor(place), len(source)) * (
                    moves[move_of(distance)] + (moves[MOVES] if place in said else 0)
                )
            attention = torch.softmax(scores, 0)
            context = attention @ memory
            seen = torch.cat([d, context])
            logits = self.embedding.weight[:SAYABLE] @ torch.tanh(r.combine(seen)) + r.output_bias
            gate = torch.sigmoid(r.gate(torch.cat([seen, written])))[0]
            holds = torch.tensor([float(other == piece) for other in source])
            share = (1 - gate) * (attention * holds).sum()
            if piece < SAYABLE and piece != 1:
                share = share + gate * torch.softmax(logits, 0)[piece]
            counts = float(holds.sum() > 0 or piece < SAYABLE)
            shares.append((share, counts))
            coverage = coverage + counts * torch.minimum(attention, covered).sum()
            covered = covered + attention
            # The pointer: on to the next place, else back to the first one not said.
            after = [p for p in range(0 if at is None else at + 1, len(source)) if source[p] == piece]
            back = [p for p in range(0 if at is None else at + 1) if source[p] == piece and p not in said]
            place = (after + back)[:1]
            copied = bool(place)
            if place:
                at = place[0]
                said.append(at)
            before = piece
        return shares, coverage


def move_of(d):
    for kind, (low, high) in enumerate(
        [(-99, -8), (-7, -4), (-3, -2), (-1, -1), (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 9), (10, 14), (15, 24), (25, 99)]
    ):
        if low <= d <= high:
            return kind
    raise ValueError(d)


def fill(module):
    made = []
    for salt, (name, parameter) in enumerate(sorted(module.named_parameters())):
        with torch.no_grad():
            parameter.copy_(tensor(parameter.shape, salt))
        made.append(dict(name=name, shape=list(parameter.shape), salt=salt))
    return made


def main():
    literal = Literal()
    parameters = fill(literal)
    logits = literal(tensor((2, 5, 128), 100))
    cases = dict(literal=dict(parameters=parameters, logits=numbers(logits, 997)))

    model = Summarizer()
    parameters = fill(model)
    sentences = [[20, 31, 22, 9], [5, 39, 20], [17, 18, 19, 20, 21, 22, 23]]
    features = tensor((3, FEATURES), 200)
    scores = model.weigh(sentences, features)
    source, target = [20, 35, 20, 36, 37, 21, 35, 9], [20, 36, 12, 38, 35, 9]
    shares, coverage = model.write(source, 8, target, 3)
    counted = sum(counts for _, counts in shares)
    loss = -sum(counts * torch.log(share + 1e-8) for share, counts in shares) / counted
    (loss + coverage / counted + scores.log_softmax(0)[1]).backward()
    cases["summarizer"] = dict(
        parameters=parameters,
        widths=dict(vocabulary=V, sayable=SAYABLE, embedding=E, filters=FILTERS, document=DOCUMENT, encoder=ENCODER, decoder=DECODER),
        sentences=sentences,
        source=source,
        target=target,
        scores=numbers(scores),
        shares=numbers(torch.stack([share for share, _ in shares])),
        loss=numbers(loss)[0],
        coverage=numbers(coverage / counted)[0],
        gradients={name: numbers(parameter.grad, 7) for name, parameter in sorted(model.named_parameters())},
    )

    reading = ReadingSummarizer()
    parameters = fill(reading)
    kept, relations, parts, heads = reading.judge(sentences[2])
    cases["reading_summarizer"] = dict(
        parameters=parameters,
        widths=dict(cases["summarizer"]["widths"], reader=READER),
        sentences=sentences,
        scores=numbers(reading.weigh(sentences, tensor((3, READ_FEATURES), 200))),
        kept=numbers(kept),
        relations=numbers(relations),
        parts_of_speech=numbers(parts),
        heads=numbers(heads),
    )
    path = pathlib.Path(__file__).with_name("summary.json")
    path.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
