#!/usr/bin/env python3
"""Trains the summarizer's network: syntax and masked words first, then salience, shortening and headlines together.

    python train.py --data WORK/syntax.npz --out WORK/out --pretrain 130 --train 0
    python train.py --data WORK/syntax-part.npz WORK/rest.npz --out WORK/out

The first command leaves `pretrained.pt` in the folder, the second starts from it and leaves `joint.pt`. Both are bound by time, not by
steps: the learning rate falls with it, and a slower machine does fewer steps. `--resume` goes on from the last checkpoint.
"""

import argparse
import math
import os
import pathlib
import time

import numpy as np
import torch
from torch import nn

from batches import DocumentBatches, ShorteningBatches, SyntaxBatches, Tensors, WritingBatches
from network import Summarizer
from texts import ROOT

PRETRAINING_MASK = 0.12
# How much each kind of documents counts where weights are compared.
QUALITY = {0: 1.5, 1: 1, 2: 1}


def arguments_of_command():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", required=True, help="what build_data.py wrote")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the folder for weights and checkpoints, outside the repository")
    parser.add_argument("--start", type=pathlib.Path, help="weights to start from (OUT/pretrained.pt where nothing is pretrained)")
    parser.add_argument("--pretrain", type=float, default=0, help="seconds of pretraining: syntax and masked words")
    parser.add_argument("--train", type=float, default=235, help="seconds of training")
    parser.add_argument("--docs", type=int, default=64, help="documents a batch")
    parser.add_argument("--shares", default="0.66,0.08,0.12,0.05,0.09", help="of news, labeled texts, other kinds, titles, abstracts")
    parser.add_argument("--drop", type=float, default=0.4, help="dropout in training")
    parser.add_argument("--mask", type=float, default=0.1, help="the share of pieces that is masked in training")
    parser.add_argument("--decay", type=float, default=0.01, help="weight decay in training")
    parser.add_argument("--pretrain-decay", type=float, default=1e-4, help="weight decay in pretraining")
    parser.add_argument("--lr1", type=float, default=2e-3, help="the highest learning rate of pretraining")
    parser.add_argument("--lr2", type=float, default=8e-4, help="the highest learning rate of training")
    parser.add_argument("--hidden", type=int, default=192, help="width of the reader, each way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="small batches on one core: a trial, not a training")
    parser.add_argument("--checkpoint-seconds", type=float, default=30, help="seconds between two checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    arguments = parser.parse_args()
    if arguments.out.resolve().is_relative_to(ROOT):
        parser.error(f"{arguments.out} is in the repository; weights and checkpoints are large: name a folder outside of it")
    if arguments.start is None and arguments.pretrain <= 0 and (arguments.out / "pretrained.pt").exists():
        arguments.start = arguments.out / "pretrained.pt"
    return arguments


class Training:
    """A network in training: its weights, their moving average, and where it stands."""

    def __init__(self, options, device):
        self.options, self.device, self.started = options, device, time.time()
        torch.manual_seed(options.seed)
        np.random.seed(options.seed)
        self.rng = np.random.default_rng(options.seed)
        arrays = {}
        for path in options.data:
            with np.load(path) as file:
                arrays |= {name: file[name] for name in file.files}
        print("loaded", {name: array.shape for name, array in arrays.items() if name.endswith("len")}, self.clock(), flush=True)
        self.network = Summarizer(options.hidden).to(device)
        if options.start:
            self.network.load_state_dict(torch.load(options.start, map_location=device, weights_only=True))
            print("starts from", options.start)
        count = sum(tensor.numel() for name, tensor in self.network.named_parameters() if not name.startswith("mask_out"))
        print("parameters", count)
        self.average = {name: tensor.detach().clone() for name, tensor in self.network.state_dict().items()}
        tensors, network, rng = Tensors(device), self.network, self.rng
        self.syntax = SyntaxBatches(arrays, network, rng, tensors, options.small)
        if options.train > 0:
            self.documents = DocumentBatches(arrays, network, rng, tensors, options)
            self.shortening = ShorteningBatches(arrays, network, rng, tensors, options)
            self.writing = WritingBatches(arrays, network, rng, tensors, options.small)
        print("ready", self.clock(), flush=True)
        self.best, self.steps, self.checkpoint = 0, 0, None

    def clock(self):
        return f"{time.time() - self.started:.0f}s"

    def pretraining_losses(self, step):
        """Syntax and masked pieces."""
        return [self.syntax.loss(*self.syntax.sample(), PRETRAINING_MASK)[0]]

    def joint_losses(self, step):
        """Salience at each step; shortening and writing in turn; syntax at each fourth, so that it is not forgotten."""
        nothing = torch.zeros((), device=self.device)
        losses = [self.documents.loss()]
        losses.append(self.shortening.loss() if step % 2 == 0 else nothing)
        losses.append(self.writing.loss() * 0.5 if step % 2 == 1 else nothing)
        losses.append(self.syntax.loss(*self.syntax.sample(), 0)[0] * 0.3 if step % 4 == 0 else nothing)
        return losses

    def joint_report(self):
        writing = self.writing.measure()
        documents, shortening, syntax = self.documents.measure(), self.shortening.measure(), self.syntax.measure()
        return {"documents": documents, "shortening": shortening, "writing": writing, "syntax": syntax}

    @torch.no_grad()
    def update_average(self, keep):
        weights, averages = self.network.state_dict(), list(self.average.values())
        torch._foreach_mul_(averages, keep)
        torch._foreach_add_(averages, [weights[name] for name in self.average], alpha=1 - keep)

    def save(self, name):
        """Saves the averaged weights in half precision."""
        torch.save({key: tensor.half() for key, tensor in self.average.items()}, self.options.out / f"{name}.pt")

    def keep_best(self):
        """Saves the averaged weights if they choose better than those before; for comparison, the package holds the last ones."""
        quality = sum(figures["top3"] * QUALITY[kind] for kind, figures in self.documents.measure().items())
        print("quality", round(quality, 4), "best", round(self.best, 4), flush=True)
        if quality > self.best:
            self.best = quality
            self.save("best")

    def checkpoint_path(self):
        return self.options.out / "checkpoint.pt"

    def save_checkpoint(self, stage, step, seconds, optimizer, recent):
        state = {
            "stage": stage,
            "step": step,
            "seconds": seconds,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimizer": optimizer.state_dict(),
            "recent": recent,
            "best": self.best,
            "numpy": self.rng.bit_generator.state,
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state_all() if self.device == "cuda" else [],
        }
        unfinished = self.checkpoint_path().with_suffix(".part")
        torch.save(state, unfinished)
        os.replace(unfinished, self.checkpoint_path())

    def load_checkpoint(self):
        # A checkpoint is this program's own file; PyTorch's restricted reader takes it all the same.
        self.checkpoint = torch.load(self.checkpoint_path(), map_location=self.device, weights_only=True)
        self.network.load_state_dict(self.checkpoint["network"])
        self.average = self.checkpoint["average"]
        self.best = self.checkpoint["best"]
        print(f"goes on with {self.checkpoint['stage']} after {self.checkpoint['seconds']:.0f} s, step {self.checkpoint['step']}")

    def restore(self, optimizer):
        """The state of a stage that was interrupted: steps, seconds and recent losses."""
        checkpoint, self.checkpoint = self.checkpoint, None
        optimizer.load_state_dict(checkpoint["optimizer"])
        self.rng.bit_generator.state = checkpoint["numpy"]
        torch.set_rng_state(checkpoint["torch"].cpu())
        if self.device == "cuda" and checkpoint["cuda"]:
            torch.cuda.set_rng_state_all([state.cpu() for state in checkpoint["cuda"]])
        return checkpoint["step"], checkpoint["seconds"], checkpoint["recent"]

    def run(self, stage, seconds, highest_rate, decay, losses_of, report):
        """One stage: AdamW, a short warm-up, then a cosine over the time; at the end the averaged weights are taken."""
        options, network, joint = self.options, self.network, stage == "joint"
        optimizer = torch.optim.AdamW(
            network.parameters(), lr=highest_rate, weight_decay=decay, betas=(0.9, 0.98), fused=self.device == "cuda"
        )
        step, done, recent = self.restore(optimizer) if self.checkpoint else (0, 0.0, None)
        start = time.time() - done
        reported = saved = time.time()
        while True:
            share = (time.time() - start) / seconds
            if share >= 1:
                break
            rate = highest_rate * min(1, step / 200 + 0.02) * (0.5 * (1 + math.cos(math.pi * share)) * 0.98 + 0.02)
            for group in optimizer.param_groups:
                group["lr"] = rate
            losses = losses_of(step)
            optimizer.zero_grad(set_to_none=True)
            sum(losses).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
            self.update_average(min(0.999, step / (step + 20)))
            now = torch.stack([loss.detach() for loss in losses])
            recent = now if recent is None else recent * 0.98 + now * 0.02
            if time.time() - reported > seconds / (14 if joint else 8):
                reported = time.time()
                # In training the averaged weights are measured: they are the ones that are kept.
                live = {name: tensor.clone() for name, tensor in network.state_dict().items()} if joint else None
                if live:
                    network.load_state_dict(self.average)
                said = [round(loss, 3) for loss in recent.tolist()]
                print(stage, f"{share:.2f} step {step}", said, report(), self.clock(), flush=True)
                if live:
                    self.keep_best()
                    network.load_state_dict(live)
            if time.time() - saved > options.checkpoint_seconds:
                saved = time.time()
                self.save_checkpoint(stage, step, saved - start, optimizer, recent)
        network.load_state_dict(self.average)
        print(stage, "averaged", step, report(), self.clock(), flush=True)


def main():
    options = arguments_of_command()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    if options.small:
        torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    training = Training(options, device)
    if options.resume:
        if not training.checkpoint_path().exists():
            raise SystemExit(f"There is no checkpoint in {options.out}: start without --resume.")
        training.load_checkpoint()
    resumed = training.checkpoint["stage"] if training.checkpoint else None
    if options.pretrain > 0 and resumed != "joint":
        training.run(
            "syntax", options.pretrain, options.lr1, options.pretrain_decay, training.pretraining_losses, training.syntax.measure
        )
        training.save("pretrained")
    if options.train > 0:
        training.run("joint", options.train, options.lr2, options.decay, training.joint_losses, training.joint_report)
        training.save("joint")
    training.checkpoint_path().unlink(missing_ok=True)


if __name__ == "__main__":
    main()
