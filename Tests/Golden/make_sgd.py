"""Golden values for SGD: sgd.json.

{"cases": [{"name", "momentum", "nesterov", "weightDecay",
            "initial": [7],
            "steps": [{"learningRate", "gradient": [7], "parameters": [7], "velocity": [7] or null}, ...6 of them]}]}

`parameters` and `velocity` are those after the step. Computed by torch.optim.SGD in float32, one parameter tensor,
because the order of its operations is part of what is tested.
"""

import torch

from golden import numbers, write

PARAMETERS = 7
STEPS = 6
CHANGING = [0.02, 0.06, 0.1, 0.1, 0.05, 0.005]
CONSTANT = [0.1] * STEPS
CASES = [
    ("plain", 0.0, False, 0.0, CONSTANT),
    ("plain, weight decay", 0.0, False, 0.01, CONSTANT),
    ("momentum", 0.9, False, 0.0, CONSTANT),
    ("momentum, weight decay", 0.9, False, 0.01, CONSTANT),
    ("momentum, changing rate", 0.9, False, 0.0, CHANGING),
    ("momentum, weight decay, changing rate", 0.9, False, 0.0005, CHANGING),
    ("nesterov", 0.9, True, 0.0, CONSTANT),
    ("nesterov, weight decay", 0.9, True, 0.01, CONSTANT),
    ("nesterov, weight decay, changing rate", 0.75, True, 0.0005, CHANGING),
]


def run(name, momentum, nesterov, weight_decay, rates):
    generator = torch.Generator().manual_seed(7)
    parameter = torch.nn.Parameter(torch.randn(PARAMETERS, generator=generator))
    optimizer = torch.optim.SGD(
        [parameter], lr=rates[0], momentum=momentum, nesterov=nesterov, weight_decay=weight_decay, foreach=False)
    case = {"name": name, "momentum": momentum, "nesterov": nesterov, "weightDecay": weight_decay,
            "initial": numbers(parameter), "steps": []}
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.randn(PARAMETERS, generator=generator)
        gradient = numbers(parameter.grad)
        optimizer.step()
        velocity = optimizer.state[parameter].get("momentum_buffer")
        case["steps"].append({"learningRate": rate, "gradient": gradient, "parameters": numbers(parameter),
                              "velocity": None if velocity is None else numbers(velocity)})
    return case


write(__file__, {"cases": [run(*case) for case in CASES]})
