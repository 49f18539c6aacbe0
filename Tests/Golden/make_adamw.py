"""Golden values for AdamW: adamw.json.

{"cases": [{"name", "beta1", "beta2", "epsilon", "weightDecay",
            "initial": [7],
            "steps": [{"learningRate", "gradient": [7], "parameters": [7], "firstMoment": [7], "secondMoment": [7]},
                      ...6 of them]}]}

Parameters and moments are those after the step. Computed by torch.optim.AdamW in float32, one parameter tensor. Gradients of
"tiny gradients" are so small that epsilon counts; one element of every gradient is 0.
"""

import torch

from golden import numbers, write

PARAMETERS = 7
STEPS = 6
CHANGING = [0.002, 0.006, 0.01, 0.01, 0.005, 0.0005]
CONSTANT = [0.001] * STEPS
STANDARD = (0.9, 0.999)
CASES = [
    ("PyTorch's defaults, no decay", STANDARD, 1e-8, 0.0, CONSTANT, 1.0),
    ("weight decay", STANDARD, 1e-8, 0.1, CONSTANT, 1.0),
    ("changing rate", STANDARD, 1e-8, 0.0, CHANGING, 1.0),
    ("weight decay, changing rate", STANDARD, 1e-8, 0.1, CHANGING, 1.0),
    ("other coefficients", (0.75, 0.9), 1e-3, 0.01, CHANGING, 1.0),
    ("no memory of gradients", (0.0, 0.5), 1e-8, 0.01, CONSTANT, 1.0),
    ("tiny gradients", STANDARD, 1e-8, 0.01, CONSTANT, 1e-7),
]


def run(name, betas, epsilon, weight_decay, rates, scale):
    generator = torch.Generator().manual_seed(7)
    parameter = torch.nn.Parameter(torch.randn(PARAMETERS, generator=generator))
    optimizer = torch.optim.AdamW(
        [parameter], lr=rates[0], betas=betas, eps=epsilon, weight_decay=weight_decay, foreach=False)
    case = {"name": name, "beta1": betas[0], "beta2": betas[1], "epsilon": epsilon, "weightDecay": weight_decay,
            "initial": numbers(parameter), "steps": []}
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.randn(PARAMETERS, generator=generator) * scale
        parameter.grad[3] = 0
        optimizer.step()
        state = optimizer.state[parameter]
        case["steps"].append({"learningRate": rate, "gradient": numbers(parameter.grad),
                              "parameters": numbers(parameter), "firstMoment": numbers(state["exp_avg"]),
                              "secondMoment": numbers(state["exp_avg_sq"])})
    return case


write(__file__, {"cases": [run(*case) for case in CASES]})
