"""A network that PyTorch wrote, small_network.safetensors, and golden values for it, small_network.json.

{"batch": n, "logits": [n*10]}

The network is a convolution of 4 channels, 3 × 3 with padding 1, batch normalisation, the rectifier, max pooling of 4, flatten and a
linear layer to 10, with the numbers of networks.py; `logits` are those of input number 1000 in evaluation mode.
"""

import pathlib

import torch
import torch.nn as nn
from safetensors.torch import save_file

from golden import numbers, write
from networks import filled, images

BATCH = 3

network = filled(nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(),
                               nn.Linear(196, 10)))
network.eval()
with torch.no_grad():
    write(__file__, {"batch": BATCH, "logits": numbers(network(images(1000, BATCH)))})
save_file(network.float().state_dict(), pathlib.Path(__file__).with_name("small_network.safetensors"))
