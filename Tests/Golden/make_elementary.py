"""Golden values for element functions and softmax: elementary.json. Inputs are float32, results are computed in float64.

{"sigmoid": [{"shape": [...], "input", "upstream", "output", "inputGradient"}], "tanh": [...], "softmax": [...],
 "logSoftmax": [...]}

`upstream` is the gradient with respect to the output, not constant. Softmax and its logarithm run over the last axis. Inputs of
scale 8 reach the flat ends of sigmoid and tanh; rows of scale 1e4 and rows of equal logits are among those of softmax.
"""

import torch

from golden import draw, numbers, write


def case(function, seed, *shape, scale=1.0, equal=False):
    generator = torch.Generator().manual_seed(seed)
    x = draw(generator, *shape, scale=scale)
    if equal:
        x = x[..., :1].repeat(*[1] * (len(shape) - 1), shape[-1])
    x.requires_grad_()
    upstream = draw(generator, *shape)
    y = function(x)
    y.backward(upstream)
    return {"shape": list(shape), "input": numbers(x), "upstream": numbers(upstream), "output": numbers(y),
            "inputGradient": numbers(x.grad)}


def elementwise(function, seed):
    return [case(function, seed, 1, 1), case(function, seed + 1, 3, 7), case(function, seed + 2, 2, 3, 5, 3, scale=8.0)]


def rowwise(function, seed):
    return [case(function, seed, 1, 1), case(function, seed + 1, 4, 10), case(function, seed + 2, 3, 5, scale=1e4),
            case(function, seed + 3, 2, 6, equal=True), case(function, seed + 4, 2, 3, 17, scale=5.0)]


write(__file__, {
    "sigmoid": elementwise(torch.sigmoid, 20),
    "tanh": elementwise(torch.tanh, 30),
    "softmax": rowwise(lambda x: torch.softmax(x, -1), 40),
    "logSoftmax": rowwise(lambda x: torch.log_softmax(x, -1), 50),
})
