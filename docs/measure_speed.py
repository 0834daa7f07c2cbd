"""Measures how many images a second networks of torchvision and timm process, and prints a CSV.

    python measure_speed.py --device cuda --dtype fp16 --batch 128 > runs.csv
    phiscale time --device ./mine.toml --dtype fp16 --calibrate runs.csv -o calibrated.toml

Networks are phiscale's addresses: torchvision/NAME or timm/NAME. Weights are random: time does not depend on them.
"""

import argparse
import platform
import sys
import time

import torch

NETWORKS = """
torchvision/resnet18 torchvision/resnet50 torchvision/mobilenet_v2 torchvision/mobilenet_v3_small
torchvision/mobilenet_v3_large torchvision/mnasnet1_0 torchvision/efficientnet_b0 torchvision/efficientnet_b1
torchvision/regnet_y_400mf torchvision/regnet_x_400mf torchvision/convnext_tiny torchvision/vit_b_32
""".split()


def build(address):
    library, name = address.split("/", 1)
    if library == "timm":
        import timm

        model = timm.create_model(name)
        return model, model.default_cfg.get("test_input_size", model.default_cfg["input_size"])[-1]
    import torchvision

    return torchvision.models.get_model(name, weights=None), INPUTS.get(name, 224)


# Inputs of torchvision's networks that are not 224 pixels wide.
INPUTS = {"efficientnet_b1": 240, "efficientnet_b2": 288, "efficientnet_b3": 300, "inception_v3": 299}


def seconds(run, device, least):
    """The median time of one call, over at least `least` seconds and 5 calls, after a warm-up."""
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    for _ in range(3):
        run()
    wait()
    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < least:
        before = time.perf_counter()
        run()
        wait()
        times.append(time.perf_counter() - before)
    return sorted(times)[len(times) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", default=NETWORKS, help="torchvision/NAME or timm/NAME")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--dtype", default="fp32", choices=["fp32", "fp16", "bf16"])
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--compiled", action="store_true", help="use torch.compile")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--seconds", type=float, default=2.0, help="measure each network at least so long")
    options = parser.parse_args()

    dtype = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[options.dtype]
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    name = torch.cuda.get_device_name() if options.device == "cuda" else platform.processor() or platform.machine()
    print(f"# source: {name}, PyTorch {torch.__version__}, {options.dtype}, {time.strftime('%Y-%m-%d')}")
    print("network,input,batch,images_per_second", flush=True)
    for address in options.networks:
        model, side = build(address)
        model = model.eval().to(options.device, dtype, memory_format=layout)
        images = torch.randn(options.batch, 3, side, side).to(options.device, dtype, memory_format=layout)
        if options.compiled:
            model = torch.compile(model)
        with torch.inference_mode():
            taken = seconds(lambda: model(images), options.device, options.seconds)
        print(f"{address},{side},{options.batch},{options.batch / taken:.2f}", flush=True)
        print(f"{address}: {1000 * taken:.1f} ms", file=sys.stderr)


if __name__ == "__main__":
    main()
