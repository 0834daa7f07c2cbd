"""The counters that are Python packages, each as a function that prepares a network and returns the call to time.

    python tools.py TOOL FOLDER NETWORK   counts once and prints multiply-adds and params
    python tools.py TOOL FOLDER           for each network named on standard input, prints seconds, multiply-adds, params

FOLDER has the networks as ONNX files. The first call is not timed. One that takes less than BATCH seconds is repeated
for as long, and the mean is taken. `peers.py` calls this file.
"""

import contextlib
import io
import logging
import sys
import time
import warnings
from pathlib import Path

BATCH = 0.02

# torchvision's name: family and member in phiscale, height and width of the input.
NETWORKS = {
    "resnet50": ("resnet", "50", 224),
    "efficientnet_b0": ("efficientnet", "b0", 224),
    "efficientnet_b7": ("efficientnet", "b7", 600),
    "mobilenet_v3_large": ("mobilenetv3", "large", 224),
    "regnet_y_3_2gf": ("regnet", "Y-3.2GF", 224),
}

_EFFICIENTNET = {
    "MODEL.TYPE": "effnet", "EN.EXP_RATIOS": [1, 6, 6, 6, 6, 6, 6], "EN.KERNELS": [3, 3, 5, 3, 5, 5, 3],
    "EN.STRIDES": [1, 2, 2, 2, 1, 2, 1],
}  # fmt: skip

# The settings of pycls for a network, as in its folder `configs`; B7 is not there, and MobileNetV3 is not in pycls.
PYCLS = {
    "resnet50": {
        "MODEL.TYPE": "resnet", "MODEL.DEPTH": 50, "RESNET.TRANS_FUN": "bottleneck_transform",
        "RESNET.STRIDE_1X1": False,
    },
    "efficientnet_b0": _EFFICIENTNET | {
        "EN.DEPTHS": [1, 2, 2, 3, 3, 4, 1], "EN.WIDTHS": [16, 24, 40, 80, 112, 192, 320],
    },
    "efficientnet_b7": _EFFICIENTNET | {
        "EN.STEM_W": 64, "EN.HEAD_W": 2560, "EN.DEPTHS": [4, 7, 7, 10, 10, 13, 4],
        "EN.WIDTHS": [32, 48, 80, 160, 224, 384, 640],
    },
    "regnet_y_3_2gf": {
        "MODEL.TYPE": "regnet", "REGNET.SE_ON": True, "REGNET.DEPTH": 21, "REGNET.W0": 80, "REGNET.WA": 42.63,
        "REGNET.WM": 2.66, "REGNET.GROUP_W": 24,
    },
}  # fmt: skip


def module(network):
    """torchvision's module, untrained, and the shape of its input."""
    import torchvision

    side = NETWORKS[network][2]
    return torchvision.models.get_model(network, weights=None).eval(), (1, 3, side, side)


def fvcore(network, folder):
    import torch
    from fvcore.nn import FlopCountAnalysis, parameter_count

    model, shape = module(network)
    image = torch.zeros(shape)
    return lambda: (FlopCountAnalysis(model, image).total(), parameter_count(model)[""])


def ptflops(network, folder):
    from ptflops import get_model_complexity_info

    model, shape = module(network)
    return lambda: get_model_complexity_info(model, shape[1:], print_per_layer_stat=False, as_strings=False)


def torchinfo(network, folder):
    from torchinfo import summary

    model, shape = module(network)

    def call():
        found = summary(model, input_size=shape, device="cpu", verbose=0)
        return found.total_mult_adds, found.total_params

    return call


def thop(network, folder):
    import torch
    from thop import profile

    model, shape = module(network)
    image = torch.zeros(shape)
    return lambda: profile(model, inputs=(image,), verbose=False)


def pycls(network, folder):
    from pycls.core import net
    from pycls.core.builders import get_model
    from pycls.core.config import cfg, reset_cfg

    reset_cfg()
    settings = {"MODEL.NUM_CLASSES": 1000, "TRAIN.DATASET": "imagenet", "TRAIN.IM_SIZE": NETWORKS[network][2]}
    cfg.merge_from_list([part for setting in (settings | PYCLS[network]).items() for part in setting])
    model = get_model()

    def call():
        found = net.complexity(model)
        return found["flops"], found["params"]

    return call


def onnx_tool(network, folder):
    import onnx_tool as tool

    graph = tool.Model(str(folder / f"{network}.onnx")).graph

    def call():
        graph.shape_infer()
        graph.profile()
        return graph.macs[0], graph.params

    return call


def phiscale(network, folder):
    """Builds the network from its family, and counts it."""
    import phiscale

    family, member, _ = NETWORKS[network]
    family = phiscale.family(family)

    def call():
        built = family.network(member)
        return built.macs, built.params

    return call


def phiscale_onnx(network, folder):
    """Reads the bytes of an ONNX file, and counts its network."""
    import phiscale

    data = (folder / f"{network}.onnx").read_bytes()

    def call():
        read = phiscale.onnx(data)
        return read.macs, read.params

    return call


def phiscale_torch(network, folder):
    """Has PyTorch trace the module, and counts what it gives."""
    import phiscale.torch

    model, shape = module(network)

    def call():
        traced = phiscale.torch.count(model, shape)
        return traced.macs, traced.params

    return call


TOOLS = {
    function.__name__: function
    for function in (fvcore, ptflops, torchinfo, thop, pycls, onnx_tool, phiscale, phiscale_onnx, phiscale_torch)
}


def seconds(call):
    """The time of a call, the mean of many if it is short, and what it returned."""
    start, calls = time.perf_counter(), 0
    while (spent := time.perf_counter() - start) < BATCH or not calls:
        macs, params = call()
        calls += 1
    return spent / calls, int(macs), int(params)


def quiet():
    """What tools say as they count is not asked for."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    return contextlib.redirect_stdout(io.StringIO())


def main():
    tool, folder, *network = sys.argv[1:]
    prepare, folder = TOOLS[tool], Path(folder)
    if network:
        with quiet():
            macs, params = prepare(network[0], folder)()
        print(int(macs), int(params))
        return
    for line in sys.stdin:
        with quiet():
            call = prepare(line.strip(), folder)
            call()
            answer = seconds(call)
        print(*answer, flush=True)


if __name__ == "__main__":
    main()
