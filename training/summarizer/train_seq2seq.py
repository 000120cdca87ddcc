#!/usr/bin/env python3
"""Trains the article's plain sequence-to-sequence model on titles: embedding 128, encoder 256, decoder 100, no attention.

    python train_seq2seq.py --data WORK/titles.npz --out WORK/out --seconds 100
"""

import argparse
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from batches import HEADLINE, starts
from network import END, PADDING

PIECES = 10_000
DROPOUT, SMOOTHING = 0.15, 0.05
HIGHEST_RATE = 3e-3
# News and wire titles are drawn so much more often than abstracts' titles.
NEWS_WEIGHT = 1.6


class PlainSeq2Seq(nn.Module):
    """src/models/summarizer/seq2seq.rs, with the names of its tensors."""

    def __init__(self, embedding=128, encoder=256, decoder=100):
        super().__init__()
        self.embedding = nn.Embedding(PIECES, embedding)
        nn.init.normal_(self.embedding.weight, 0, 0.3)
        self.encoder = nn.LSTM(embedding, encoder, batch_first=True)
        self.bridge_hidden = nn.Linear(encoder, decoder)
        self.bridge_cell = nn.Linear(encoder, decoder)
        self.decoder = nn.LSTM(embedding, decoder, batch_first=True)
        self.output = nn.Linear(decoder, PIECES)

    def loss(self, source, lengths, before, after, counted):
        dropout = DROPOUT if self.training else 0
        rows = nn.utils.rnn.pack_padded_sequence(
            F.dropout(self.embedding(source), dropout), torch.as_tensor(lengths), batch_first=True, enforce_sorted=False
        )
        _, (hidden, cell) = self.encoder(rows)
        start = torch.tanh(self.bridge_hidden(hidden)), torch.tanh(self.bridge_cell(cell))
        states, _ = self.decoder(F.dropout(self.embedding(before), dropout), start)
        logits = self.output(F.dropout(states, dropout))
        smoothing = SMOOTHING if self.training else 0
        losses = F.cross_entropy(logits.reshape(-1, PIECES), after.reshape(-1), reduction="none", label_smoothing=smoothing)
        weight = counted.reshape(-1).float()
        return (losses * weight).sum() / weight.sum()


class Titles:
    """Sources and titles on a device."""

    def __init__(self, path, device):
        with np.load(path) as file:
            self.arrays = {name: file[name] for name in file.files}
        self.device = device
        arrays = [self.arrays["src"], self.arrays["tgt"], starts(self.arrays["slen"]), starts(self.arrays["tlen"])]
        arrays += [self.arrays["slen"], self.arrays["tlen"]]
        tensors = [torch.as_tensor(array.astype(np.int64)).to(device) for array in arrays]
        self.source, self.target, self.source_start, self.target_start, self.source_sizes, self.target_sizes = tensors
        held_out = np.arange(len(self.arrays["slen"])) % 199 == 0
        self.training, self.held_out = np.nonzero(~held_out)[0], np.nonzero(held_out)[0]
        weights = np.where(self.arrays["set"][self.training] == 0, 1.0, NEWS_WEIGHT)
        self.weights = weights / weights.sum()

    def loss(self, model, rows):
        """The loss of some titles."""
        at = torch.as_tensor(rows, device=self.device)
        source_place = torch.arange(int(self.arrays["slen"][rows].max()), device=self.device)
        steps = int(self.arrays["tlen"][rows].max())
        target_place = torch.arange(steps, device=self.device)
        in_source = source_place[None] < self.source_sizes[at][:, None]
        in_target = target_place[None] < self.target_sizes[at][:, None]
        source_at = (self.source_start[at][:, None] + source_place).clamp(max=len(self.source) - 1)
        target_at = (self.target_start[at][:, None] + target_place).clamp(max=len(self.target) - 1)
        source = torch.where(in_source, self.source[source_at], PADDING)
        target = torch.where(in_target, self.target[target_at], PADDING)
        before = torch.cat([torch.full_like(target[:, :1], HEADLINE), target], 1)
        after = torch.cat([target, torch.zeros_like(target[:, :1])], 1).scatter(1, self.target_sizes[at][:, None], END)
        counted = torch.arange(steps + 1, device=self.device)[None] <= self.target_sizes[at][:, None]
        return model.loss(source, self.arrays["slen"][rows].astype(np.int64), before, after, counted)

    @torch.no_grad()
    def measure(self, model):
        """The losses of titles held out: abstracts', news', wire news'."""
        model.eval()
        sets = self.arrays["set"][self.held_out]
        found = [round(self.loss(model, self.held_out[sets == kind][:256]).item(), 3) for kind in range(3) if (sets == kind).any()]
        model.train()
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="what build_seq2seq_data.py wrote")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the folder for weights, outside the repository")
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--batch", type=int, default=256)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    titles, model = Titles(options.data, device), PlainSeq2Seq().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=HIGHEST_RATE, weight_decay=1e-3, fused=device == "cuda")
    average = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    start = reported = time.time()
    step, recent = 0, 0
    while (share := (time.time() - start) / options.seconds) < 1:
        rate = HIGHEST_RATE * min(1, step / 300 + 0.02) * (0.5 * (1 + math.cos(math.pi * share)) * 0.98 + 0.02)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = titles.loss(model, rng.choice(titles.training, options.batch, p=titles.weights))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        weights, keep = model.state_dict(), min(0.999, step / (step + 20))
        torch._foreach_mul_(list(average.values()), keep)
        torch._foreach_add_(list(average.values()), [weights[name] for name in average], alpha=1 - keep)
        recent = recent * 0.98 + 0.02 * loss.detach()
        if time.time() - reported > options.seconds / 8:
            reported = time.time()
            print(f"{share:.2f} step {step} {recent.item():.3f}", titles.measure(model), flush=True)
    model.load_state_dict(average)
    print("averaged", step, titles.measure(model))
    torch.save({name: tensor.half() for name, tensor in average.items()}, options.out / "seq2seq.pt")


if __name__ == "__main__":
    main()
