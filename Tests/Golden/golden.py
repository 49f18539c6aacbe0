"""What the golden scripts share: exact float32 decimals, repeatable inputs, one way to write a file."""

import json
import pathlib
import re

import numpy
import torch


def numbers(tensor):
    """The values rounded to float32, flat and row-major, as the shortest decimals that give these float32 back."""
    values = tensor.detach().to(torch.float32).reshape(-1).numpy()
    return [float(str(numpy.float32(value))) for value in values]


def number(value):
    """One value, as in `numbers`."""
    return float(str(numpy.float32(value.item())))


def draw(generator, *shape, scale=1.0):
    """Normal float32 values, widened to float64: inputs are exact in Float, results are correct to the last digit."""
    return (torch.randn(*shape, generator=generator, dtype=torch.float32) * scale).to(torch.float64)


def write(script, content):
    """Writes `content` to the JSON file named after `script` (make_x.py → x.json)."""
    script = pathlib.Path(script)
    path = script.with_name(script.stem.removeprefix("make_") + ".json")
    header = {"madeBy": script.name, "torch": torch.__version__.split("+")[0]}
    text = json.dumps(header | content, indent=1, allow_nan=False)
    path.write_text(compact(text) + "\n")


def compact(text):
    """Puts every array of plain numbers on one line."""
    return re.sub(r"\[[^\[\]{}]*\]", lambda match: " ".join(match.group().split()), text)
