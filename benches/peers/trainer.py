"""Times the built-in trainer against PyTorch: seconds of one epoch of the same networks on the same images, each on one
thread, in turn. Needs PyTorch, and phiscale built with the trainer:

    cargo build --release --features train
    python3 benches/peers/trainer.py --data fashion-mnist

Testing and starting take no part: phiscale's time of an epoch is the difference of a longer and a shorter training,
PyTorch's is that of its loop.
"""

import argparse
import gzip
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

# The proxy at 12 pixels, and its networks at 8 times the cost.
NETWORKS = {
    "baseline": {"resolution": 0.75},
    "depth alone, 8×": {"depth": 8.1681, "resolution": 0.75},
    "width alone, 8×": {"width": 3.042, "resolution": 0.75},
    "resolution alone, 8×": {"resolution": 2.0352},
    "compound 1.2, 1.1, 1.15, 8×": {"depth": 1.8218, "width": 1.3683, "resolution": 1.1879},
}
BATCH = 50
CLASSES = 10


def images(folder: Path, name: str, header: int) -> torch.Tensor:
    for path in (folder / f"{name}.gz", folder / name):
        if path.exists():
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            return torch.frombuffer(bytearray(data[header:]), dtype=torch.uint8)
    sys.exit(f"{folder} has no {name}")


def scaling(factors: dict) -> list[str]:
    return [word for name, factor in factors.items() for word in (f"--{name}", str(factor))]


def phiscale_training(program: str, factors: dict, data: Path, count: int, epochs: int) -> float:
    words = [program, "train", "proxy", "--seeds", "1", "--epochs", str(epochs), "--data", str(data)]
    start = time.perf_counter()
    subprocess.run(words + ["--images", str(count), *scaling(factors)], check=True, capture_output=True)
    return time.perf_counter() - start


def pytorch_epoch(program: str, factors: dict, data: Path, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "network.py"
        words = [program, "export", "proxy", "--to", "pytorch", "-o", str(module), *scaling(factors)]
        subprocess.run(words, check=True, capture_output=True)
        spec = importlib.util.spec_from_file_location("network", module)
        network = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(network)
        side = network.INPUT[-1]
        model = network.build()
    pixels = images(data, "train-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)[:count].float()
    pixels = torch.nn.functional.interpolate(pixels, size=side, mode="bilinear", antialias=True)
    pixels = (pixels - pixels.mean()) / pixels.std()
    labels = images(data, "train-labels-idx1-ubyte", 8)[:count].long()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.006, weight_decay=0.01)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)

    def epoch() -> float:
        start = time.perf_counter()
        for batch in torch.randperm(count).split(BATCH):
            optimizer.zero_grad()
            loss(model(pixels[batch]).reshape(len(batch), CLASSES), labels[batch]).backward()
            optimizer.step()
        return time.perf_counter() - start

    epoch()
    return min(epoch() for _ in range(2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder with the files of Fashion-MNIST")
    parser.add_argument("--program", default="target/release/phiscale")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.images % BATCH:
        parser.error(f"--images must be a multiple of {BATCH}: phiscale leaves out an incomplete batch")
    torch.set_num_threads(1)
    print(f"| network | phiscale, s | PyTorch {torch.__version__.split('+')[0]}, s | ÷ |")
    print("| --- | ---: | ---: | ---: |")
    for name, factors in NETWORKS.items():
        given = (arguments.program, factors, arguments.data, arguments.images)
        short, long, other = [], [], []
        for _ in range(arguments.rounds):
            short.append(phiscale_training(*given, epochs=1))
            other.append(pytorch_epoch(*given))
            long.append(phiscale_training(*given, epochs=3))
        own = (min(long) - min(short)) / 2
        print(f"| {name} | {own:.2f} | {min(other):.2f} | {own / min(other):.2f} |", flush=True)


if __name__ == "__main__":
    main()
