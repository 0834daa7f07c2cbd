"""Writes sizes.csv: the params and MACs of torchvision's and timm's networks on images of odd sizes.

    python sizes.py NAME ... > sizes.csv

NAME is a library's name of a network, such as torchvision/swin_t. Each is built as the library does by default and run
in evaluation mode on the meta device, without weights; MACs are half of what torch.utils.flop_counter counts when
attention is computed as products of matrices. `refused` marks a size at which the network stops with an error.

Vision transformers are left out: phiscale counts them as built for the size of the image, and the libraries build them
for one size. Needs torch, torchvision and timm.
"""

import sys

import timm
import torch
import torchvision
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

SIZES = [(193, 257), (75, 97), (33, 47), (9, 12), (2, 2)]


def network(address):
    library, name = address.split("/")
    if library == "timm":
        return timm.create_model(name, pretrained=False)
    own = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return torchvision.models.get_model(name, weights=None, **own)


def macs(module, size):
    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), counter:
            module(torch.empty(1, 3, *size, device="meta"))
    except (AssertionError, RuntimeError):
        return "refused"
    return counter.get_total_flops() // 2


print(f"# torch {torch.__version__.split('+')[0]}, torchvision {torchvision.__version__.split('+')[0]},", end=" ")
print(f"timm {timm.__version__}; written by sizes.py")
print("network,height,width,params,macs")
for address in sys.argv[1:]:
    module = network(address).to("meta").eval()
    params = sum(parameter.numel() for parameter in module.parameters())
    for height, width in SIZES:
        print(f"{address},{height},{width},{params},{macs(module, (height, width))}", flush=True)
