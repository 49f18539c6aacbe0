"""Golden values for convolutions and poolings: images.json. Inputs are float32, results are computed in float64.

{"convolution": [{"input", "weight", "bias" or null, "stride", "padding", "upstream", "output",
                  "inputGradient", "weightGradient", "biasGradient" or null,
                  "inputShape": [n, h, w, c], "weightShape": [o, c, kh, kw], "outputShape": [n, h', w', o]}],
 "maxPool": [{"kernel", "stride", "padding", "input", "upstream", "output", "inputGradient", "inputShape", "outputShape"}],
 "averagePool": [the same with "countsPadding"]}

Images are [batch, height, width, channels]; PyTorch's, [batch, channels, height, width], are permuted on the way in and out.
`upstream` is the gradient with respect to the output, not constant. The inputs of max pooling have ties.
"""

import torch
import torch.nn.functional as F

from golden import draw, numbers, write


def last(images):
    return images.permute(0, 2, 3, 1)


def first(images):
    return images.permute(0, 3, 1, 2)


def convolution(seed, shape, outputs, kernel, stride=1, padding=0, bias=True):
    generator = torch.Generator().manual_seed(seed)
    x = draw(generator, *shape).requires_grad_()
    weight = draw(generator, outputs, shape[3], *kernel).requires_grad_()
    b = draw(generator, outputs).requires_grad_() if bias else None
    y = last(F.conv2d(first(x), weight, b, stride=stride, padding=padding))
    upstream = draw(generator, *y.shape)
    y.backward(upstream)
    return {"inputShape": list(shape), "weightShape": list(weight.shape), "outputShape": list(y.shape),
            "stride": stride, "padding": padding, "input": numbers(x), "weight": numbers(weight),
            "bias": numbers(b) if bias else None, "upstream": numbers(upstream), "output": numbers(y),
            "inputGradient": numbers(x.grad), "weightGradient": numbers(weight.grad),
            "biasGradient": numbers(b.grad) if bias else None}


def pooled(function, generator, x, settings):
    x.requires_grad_()
    y = last(function(first(x)))
    upstream = draw(generator, *y.shape)
    y.backward(upstream)
    return settings | {"inputShape": list(x.shape), "outputShape": list(y.shape), "input": numbers(x),
                       "upstream": numbers(upstream), "output": numbers(y), "inputGradient": numbers(x.grad)}


def max_pool(seed, shape, kernel, stride, padding=0):
    generator = torch.Generator().manual_seed(seed)
    # Halves of whole numbers: equal elements in nearly every window.
    x = (draw(generator, *shape) * 2).round() / 2
    return pooled(lambda image: F.max_pool2d(image, kernel, stride, padding), generator, x,
                  {"kernel": kernel, "stride": stride, "padding": padding})


def average_pool(seed, shape, kernel, stride, padding=0, counts_padding=True):
    generator = torch.Generator().manual_seed(seed)
    return pooled(lambda image: F.avg_pool2d(image, kernel, stride, padding, count_include_pad=counts_padding),
                  generator, draw(generator, *shape),
                  {"kernel": kernel, "stride": stride, "padding": padding, "countsPadding": counts_padding})


write(__file__, {
    "convolution": [convolution(60, (1, 5, 5, 1), 1, (3, 3)), convolution(61, (2, 6, 5, 3), 4, (3, 3), padding=1),
                    convolution(62, (2, 7, 7, 2), 3, (3, 2), stride=2, bias=False),
                    convolution(63, (1, 6, 6, 17), 5, (1, 1), stride=2),
                    convolution(64, (2, 5, 4, 6), 16, (5, 4), padding=2)],
    "maxPool": [max_pool(70, (1, 4, 4, 1), 2, 2), max_pool(71, (2, 5, 7, 3), 3, 2, 1), max_pool(72, (2, 6, 5, 5), 2, 1),
                max_pool(73, (1, 7, 7, 2), 2, 3)],
    "averagePool": [average_pool(80, (1, 4, 4, 1), 2, 2), average_pool(81, (2, 5, 7, 3), 3, 2, 1),
                    average_pool(82, (2, 5, 7, 3), 3, 2, 1, counts_padding=False), average_pool(83, (2, 6, 5, 5), 2, 1)],
})
