#!/usr/bin/env python3
"""Writes trained weights as safetensors, for `inkling train summary --weights`.

    python export.py WORK/out/joint.pt summary.safetensors
"""

import argparse

import torch
from safetensors.torch import save_file

# Guesses masked words while the reader is pretrained; nothing uses it afterwards.
LEFT_OUT = "mask_out"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", help="what a training saved")
    parser.add_argument("out", help="the file to write")
    arguments = parser.parse_args()
    state = torch.load(arguments.weights, map_location="cpu", weights_only=True)
    tensors = {name: tensor.float().contiguous() for name, tensor in state.items() if not name.startswith(LEFT_OUT)}
    save_file(tensors, arguments.out)
    print(f"{len(tensors)} tensors, {sum(tensor.numel() for tensor in tensors.values())} parameters")


if __name__ == "__main__":
    main()
