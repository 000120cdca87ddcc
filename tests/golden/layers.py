#!/usr/bin/env python3
"""PyTorch's numbers for the layers of `nn`: writes `layers.json` beside this file.

    pip install torch==2.15.0 numpy
    python tests/golden/layers.py

Every weight and input is `wave(n, salt)`, which Rust repeats exactly, so that the file holds results alone. What a gradient is of:
the sum of all results, each times a wave of its own.
"""

import json
import pathlib

import torch
from torch import nn

torch.set_num_threads(1)


def wave(n, salt):
    """n values within -0.5 and 0.5, exact in 32 bits."""
    i = torch.arange(n, dtype=torch.int64)
    return ((i * 7919 + salt * 104729) % 2003 - 1001).to(torch.float32) / 2048


def tensor(shape, salt):
    n = 1
    for d in shape:
        n *= d
    return wave(n, salt).reshape(shape)


def fill(module, salt, prefix=""):
    """Fills a module's parameters; what they are, for the file: names, shapes, and the salt of each."""
    made = []
    for i, (name, parameter) in enumerate(sorted(module.named_parameters())):
        with torch.no_grad():
            parameter.copy_(tensor(parameter.shape, salt + i))
        made.append(dict(name=prefix + name, shape=list(parameter.shape), salt=salt + i))
    return made


def numbers(value, stride=1):
    return [float(f"{v:.9g}") for v in value.detach().flatten()[::stride].tolist()]


def lstm(name, features, hidden, direction, batch, steps, lengths=None, state=False, stride=1, gradients=True):
    both = direction == "Both"
    layer = nn.LSTM(features, hidden, batch_first=True, bidirectional=both)
    parameters = fill(layer, 1)
    x = tensor((batch, steps, features), 100).requires_grad_()
    d = 2 if both else 1
    initial = (tensor((d, batch, hidden), 101), tensor((d, batch, hidden), 102)) if state else None
    # PyTorch has no layer that walks backwards alone; it is the forward one on the reversed sequence.
    given = x.flip(1) if direction == "Reverse" else x
    if lengths is None:
        states, (h, c) = layer(given, initial)
    else:
        packed = nn.utils.rnn.pack_padded_sequence(given, lengths, batch_first=True, enforce_sorted=False)
        packed, (h, c) = layer(packed, initial)
        states, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=steps)
    if direction == "Reverse":
        states = states.flip(1)
    case = dict(
        name=name, layer="lstm", input=features, hidden=hidden, direction=direction, batch=batch, steps=steps,
        lengths=lengths, state=state, stride=stride, parameters=parameters,
        results=dict(states=numbers(states, stride), hidden=numbers(h), cell=numbers(c)), gradients={},
    )
    if gradients:
        loss = sum((v * tensor(v.shape, 200 + i)).sum() for i, v in enumerate((states, h, c)))
        loss.backward()
        case["gradients"] = {n: numbers(p.grad) for n, p in layer.named_parameters()} | {"input": numbers(x.grad)}
    if direction == "Reverse":
        for parameter in parameters:
            parameter["name"] += "_reverse"
        case["gradients"] = {n + "_reverse" * (n != "input"): g for n, g in case["gradients"].items()}
    return case


class Additive(nn.Module):
    """score(q, s) = v^T tanh(W q + U s + b), Bahdanau et al. 2015."""

    def __init__(self, query, memory, width):
        super().__init__()
        self.query, self.memory = nn.Linear(query, width), nn.Linear(memory, width, bias=False)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, q, states, hidden):
        scores = self.score(torch.tanh(self.memory(states) + self.query(q)[:, None])).squeeze(2)
        weights = scores.masked_fill(hidden, float("-inf")).softmax(1)
        return weights, (weights[:, None] @ states).squeeze(1)


class Multiplicative(nn.Module):
    """score(q, s) = (W q)^T s, Luong et al. 2015."""

    def __init__(self, query, memory):
        super().__init__()
        self.query = nn.Linear(query, memory, bias=False)

    def forward(self, q, states, hidden):
        scores = (states @ self.query(q)[:, :, None]).squeeze(2)
        weights = scores.masked_fill(hidden, float("-inf")).softmax(1)
        return weights, (weights[:, None] @ states).squeeze(1)


def attention(kind, query, memory, width, batch, steps, lengths):
    layer = Additive(query, memory, width) if kind == "additive" else Multiplicative(query, memory)
    parameters = fill(layer, 1)
    q = tensor((batch, query), 100).requires_grad_()
    states = tensor((batch, steps, memory), 101).requires_grad_()
    hidden = torch.arange(steps)[None] >= torch.tensor(lengths)[:, None]
    weights, context = layer(q, states, hidden)
    loss = (weights * tensor(weights.shape, 200)).sum() + (context * tensor(context.shape, 201)).sum()
    loss.backward()
    return dict(
        name=f"{kind} attention", layer=kind, query=query, memory=memory, width=width, batch=batch, steps=steps, lengths=lengths,
        parameters=parameters, results=dict(weights=numbers(weights), context=numbers(context)),
        gradients={n: numbers(p.grad) for n, p in layer.named_parameters()}
        | {"q": numbers(q.grad), "states": numbers(states.grad)},
    )


def decoder(vocabulary, embedding, hidden, memory, batch, steps, lengths, tokens):
    words = nn.Embedding(vocabulary, embedding)
    cell = nn.LSTM(embedding, hidden, batch_first=True)
    attend = Multiplicative(hidden, memory)
    combine, output = nn.Linear(hidden + memory, hidden), nn.Linear(hidden, vocabulary)
    modules = dict(embedding=words, cell=cell, attention=attend, combine=combine, output=output)
    parameters = [p for i, (name, m) in enumerate(modules.items()) for p in fill(m, 10 * (i + 1), f"{name}.")]
    states = tensor((batch, steps, memory), 100)
    hide = torch.arange(steps)[None] >= torch.tensor(lengths)[:, None]
    h, c = tensor((1, batch, hidden), 101), tensor((1, batch, hidden), 102)
    token = torch.zeros(batch, dtype=torch.long)
    chosen, weights = [], []
    with torch.no_grad():
        for _ in range(tokens):
            out, (h, c) = cell(words(token)[:, None], (h, c))
            w, context = attend(out[:, 0], states, hide)
            logits = output(torch.tanh(combine(torch.cat([context, out[:, 0]], 1))))
            token = logits.argmax(1)
            chosen.append(token.tolist())
            weights.append(w)
    return dict(
        name="greedy decoder", layer="decoder", vocabulary=vocabulary, embedding=embedding, hidden=hidden, memory=memory,
        batch=batch, steps=steps, lengths=lengths, tokens=chosen, parameters=parameters,
        results=dict(hidden=numbers(h), cell=numbers(c), weights=numbers(torch.stack(weights)), logits=numbers(logits)),
    )


cases = [
    lstm("one step", 2, 3, "Forward", 1, 1),
    lstm("a batch", 3, 5, "Forward", 2, 4, state=True),
    lstm("reversed", 4, 6, "Reverse", 2, 5, state=True),
    lstm("both ways, lengths differ", 6, 8, "Both", 4, 7, lengths=[7, 3, 1, 5], state=True),
    lstm("wide", 128, 256, "Both", 1, 20, stride=7, gradients=False),
    lstm("odd widths, long", 7, 33, "Both", 3, 60, lengths=[60, 1, 41], stride=11, gradients=False),
    attention("additive", 5, 6, 7, 3, 4, [4, 1, 3]),
    attention("multiplicative", 5, 6, None, 3, 4, [4, 1, 3]),
    decoder(101, 6, 10, 12, 3, 9, [9, 4, 7], 6),
]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(f"{path}: {path.stat().st_size} bytes, PyTorch {torch.__version__}")
