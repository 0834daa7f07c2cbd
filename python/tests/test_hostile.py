"""Wrong, damaged and hostile input: every call ends with a result or with an exception that says what is wrong."""

import enum
import os
import random
import subprocess
import sys
import threading
import types
from collections.abc import Mapping, Sequence

import phiscale
import pytest

SPEC = """
input = [3, 32, 32]

[[stage]]
name = "stem"
block = "conv"
channels = 8
kernel = 3
stride = 2

[[stage]]
name = "classifier"
block = "classifier"
"""
CONTROL = "\x00\n\r\t\x1b[31m"
NAMES = ["", "nope", CONTROL, "\u202eabc", "😀", "a" * 4097, "-", "--help", ":", "efficientnet:", "/", "\ud800"]
NOT_NUMBERS = ["224", b"1", [], {}, 1j, object(), int]


@pytest.fixture(scope="module")
def network():
    return phiscale.network("squeezenet")


@pytest.fixture(scope="module")
def family():
    return phiscale.family("efficientnet")


@pytest.fixture(scope="module")
def chart():
    return phiscale.plot("squeezenet")


def python(code, *options, **settings):
    """Runs code in a fresh interpreter, which a crash ends without ending the tests."""
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **settings)


class Boom(Exception):
    pass


def boom(*_):
    raise Boom


class Raises:
    """Raises from whichever protocol is asked for."""

    __fspath__ = __index__ = __float__ = __iter__ = __len__ = __getitem__ = boom


# Names, paths and texts


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ask", [phiscale.network, phiscale.family, phiscale.count, phiscale.plot, phiscale.audit])
def test_a_name_of_nothing_is_an_error(ask, name):
    with pytest.raises(ValueError):
        ask(name)


@pytest.mark.parametrize("name", [b"efficientnet", 1.5j, object(), [[]], ...])
@pytest.mark.parametrize("ask", [phiscale.network, phiscale.family, phiscale.count, phiscale.plot])
def test_a_name_of_another_type_is_a_type_error(ask, name):
    with pytest.raises(TypeError):
        ask(name)


@pytest.mark.parametrize("ask", [phiscale.network, phiscale.family, phiscale.count, phiscale.plot, phiscale.spec])
def test_what_an_object_raises_reaches_the_caller(ask):
    with pytest.raises((Boom, TypeError)):
        ask(Raises())


def test_a_path_is_read_as_it_is_written(tmp_path):
    with pytest.raises(phiscale.Error, match="not-there.toml"):
        phiscale.network(tmp_path / "not-there.toml")


@pytest.mark.parametrize("ask", [phiscale.network, phiscale.count])
def test_two_hyphens_in_a_path_stay(ask):
    with pytest.raises(phiscale.Error, match="my--file.toml"):
        ask("my--file.toml")


def test_two_hyphens_in_a_shown_line_stay():
    with pytest.raises(phiscale.Error, match="never --use this"):
        phiscale.spec("x = 1 # never --use this")


@pytest.mark.parametrize("content", [b"", b"\x00" * 1000, b"\xff\xfe", bytes(range(256)) * 9, b"[[" * 5000])
def test_a_file_of_anything_else_is_an_error(tmp_path, content):
    for suffix in ["toml", "onnx"]:
        path = tmp_path / f"file.{suffix}"
        path.write_bytes(content)
        with pytest.raises(phiscale.Error):
            phiscale.network(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a folder and devices as on Unix")
@pytest.mark.parametrize("path", [os.sep, os.devnull, os.curdir])
def test_a_folder_or_a_device_is_an_error(path):
    with pytest.raises(phiscale.Error):
        phiscale.network(path)


@pytest.mark.parametrize("nested", ["x = " + "[" * 2000, "x = " + "{a=" * 2000, "x." * 2000 + "x = 1"])
def test_deep_nesting_is_an_error(nested):
    with pytest.raises(phiscale.Error):
        phiscale.spec(nested)


def test_a_spec_of_more_than_a_mebibyte_is_an_error():
    with pytest.raises(ValueError, match="limit"):
        phiscale.spec("#" * (1 << 21))


def test_an_error_shows_a_limited_number_of_problems():
    with pytest.raises(phiscale.Error) as raised:
        phiscale.spec("\n".join(f"key{index} = 1" for index in range(500)))
    assert len(raised.value.problems) <= 100


@pytest.mark.parametrize("seed", range(40))
def test_damaged_specs_end_well(seed):
    chance = random.Random(seed)
    text = list(SPEC)
    for _ in range(chance.randrange(1, 6)):
        text[chance.randrange(len(text))] = chance.choice('0-9"[]{}=\n\x00é😀\u202e')
    try:
        phiscale.spec("".join(text)).network().table(per="layer").write("json")
    except phiscale.Error as error:
        assert error.problems and all(problem.line for problem in error.problems if problem.file)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff" * 100, b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x0b" * 9999]
)
def test_damaged_onnx_is_an_error(data):
    with pytest.raises(phiscale.Error):
        phiscale.onnx(data)


@pytest.mark.parametrize("data", ["text", None, 5, bytearray(4), memoryview(b"x"), Raises()])
def test_onnx_takes_bytes_alone(data):
    with pytest.raises(TypeError):
        phiscale.onnx(data)


@pytest.mark.parametrize("text", ["a" * 4000, CONTROL, "--help", "a=b", "\ud800"])
def test_texts_that_no_option_knows_are_errors(network, family, text):
    asks = [
        lambda: network.count(text),
        lambda: network.memory(text),
        lambda: network.table(per=text),
        lambda: network.check(max_macs=text),
        lambda: network.explain(between=(text, "thop")),
        lambda: network.table().write(text),
        lambda: family.network(text),
        lambda: phiscale.count("squeezenet", convention=text),
        lambda: phiscale.count("squeezenet", input=text),
        lambda: phiscale.plot("squeezenet", size=text),
    ]
    for ask in asks:
        with pytest.raises((ValueError, TypeError)):
            ask()


def test_an_error_repeats_no_endless_text(network):
    asks = [network.count, network.memory, network.table().write, phiscale.family("squeezenet").network]
    for ask in asks:
        with pytest.raises(ValueError) as raised:
            ask("a" * 10000)
        assert len(str(raised.value)) < 10000


# Numbers


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e308, "x", b"1", [], 1j])
def test_multipliers_are_finite(family, value):
    for name in ["depth", "width", "resolution"]:
        with pytest.raises((ValueError, TypeError)):
            family.network(**{name: value})
        with pytest.raises((ValueError, TypeError)):
            phiscale.count("efficientnet", **{name: value})


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), 10**400, 2**128, "", "x", b"1", []])
def test_budgets_are_numbers_above_zero(network, value):
    for ask in [network.check, lambda **budget: phiscale.check("squeezenet", **budget)]:
        with pytest.raises((ValueError, TypeError)):
            ask(max_macs=value)


@pytest.mark.parametrize("value", [0, 2**53, 2**64 - 1])
def test_sizes_that_no_network_has_are_errors(value):
    for name in ["classes", "input"]:
        with pytest.raises(ValueError):
            phiscale.network("squeezenet", **{name: value})


@pytest.mark.parametrize("value", [-1, 10**400])
@pytest.mark.parametrize("option", ["classes", "phi", "batch", "dim", "dpi"])
def test_an_integer_out_of_range_is_a_value_error(network, family, chart, option, value):
    asks = {
        "classes": lambda: phiscale.network("squeezenet", classes=value),
        "phi": lambda: family.network(phi=10**400),
        "batch": lambda: network.count(batch=value),
        "dim": lambda: phiscale.network("squeezenet", dim={"N": value}),
        "dpi": lambda: chart.png(10**400),
    }
    with pytest.raises(ValueError):
        asks[option]()


@pytest.mark.parametrize("value", [-1, "224", (1, 2, 3), 1.5])
def test_the_type_error_of_an_input_is_in_words_of_python(value):
    with pytest.raises((TypeError, ValueError)) as raised:
        phiscale.network("squeezenet", input=value)
    assert "enum Image" not in str(raised.value)


class Size(enum.IntEnum):
    SMALL = 64


class Shown(float):
    """Shows itself as NumPy 2 shows its numbers."""

    def __repr__(self):
        return f"np.float64({float(self)})"


@pytest.mark.parametrize("options", [{"input": Size.SMALL}, {"width": Shown(0.5)}])
def test_subclasses_of_numbers_are_numbers(options):
    assert phiscale.count("efficientnet", **options)["network"] == "efficientnet"


def test_the_greatest_batch_is_counted(network):
    batch = 2**32 - 1
    assert network.count(batch=batch) == network.macs * batch
    network.memory(batch=batch)
    network.table(per="layer", batch=batch)
    network.explain(between=("thop", "fvcore"), batch=batch)


@pytest.mark.parametrize("dpi", [0, -1, float("nan"), float("inf"), 1e9, "x"])
def test_resolutions_that_no_png_has_are_errors(chart, dpi):
    with pytest.raises((ValueError, TypeError)):
        chart.png(dpi)


@pytest.mark.parametrize("path", ["", "x", "x.gif", os.curdir, os.path.join("not", "there.svg"), "\ud800.svg", None, 5])
def test_charts_are_saved_to_files_alone(chart, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, TypeError)):
        chart.save(path)
    assert not list(tmp_path.iterdir())


# Sequences and mappings


def test_endless_iterables_are_errors():
    def endless():
        while True:
            yield 1

    asks = [
        lambda: phiscale.count("squeezenet", trained=endless()),
        lambda: phiscale.scale("efficientnet", phi=endless()),
        lambda: phiscale.network("squeezenet", trained=endless()),
    ]
    for ask in asks:
        with pytest.raises((ValueError, TypeError)):
            ask()


@pytest.mark.parametrize("length", [2**40, 2**62])
@pytest.mark.parametrize("call", ["network('squeezenet'", "onnx(b''"])
def test_a_sequence_of_great_length_is_an_error(call, length):
    code = f"""
import phiscale
try:
    phiscale.{call}, trained=range({length}))
except (TypeError, ValueError):
    print("ends")
"""
    ended = python(code)
    assert (ended.returncode, ended.stdout) == (0, "ends\n")


class Endless(Sequence):
    """Has no end, but raises where no call may come to."""

    def __len__(self):
        return 1

    def __getitem__(self, index):
        if index > 100_000:
            raise Boom
        return "x"


def test_an_endless_sequence_is_an_error_of_a_command():
    with pytest.raises(ValueError, match="values"):
        phiscale.count("squeezenet", trained=Endless())


def test_an_endless_sequence_is_an_error_of_an_object():
    with pytest.raises(ValueError, match="more than 65536 items"):
        phiscale.network("squeezenet", trained=Endless())


def test_sizes_of_dimensions_are_any_mapping():
    with pytest.raises(phiscale.Error, match="dim is for ONNX"):
        phiscale.network("squeezenet", dim=types.MappingProxyType({"N": 1}))


def test_a_report_is_a_mapping(network):
    report = network.table()
    assert isinstance(report, Mapping) and report.get("not there") is None and report == network.table()


@pytest.mark.parametrize("key", ["not there", "", "\ud800", 5, None, []])
def test_a_report_lacks_other_keys(network, key):
    with pytest.raises((KeyError, TypeError, ValueError)):
        network.table()[key]


@pytest.mark.parametrize("kind", [phiscale.Network, phiscale.Family, phiscale.Report, phiscale.Chart])
def test_objects_are_made_by_functions_alone(kind):
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        object.__new__(kind)
    with pytest.raises(TypeError):
        type("Sub", (kind,), {})


# Threads, processes, signals


def test_eight_threads_call_at_once():
    failed = []

    def work():
        try:
            assert phiscale.network("squeezenet").macs == expected
            phiscale.count("squeezenet", "alexnet")
            with pytest.raises(phiscale.Error):
                phiscale.spec("x")
        except BaseException as error:
            failed.append(error)

    expected = phiscale.network("squeezenet").macs
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_draws_after_its_parent_drew():
    code = """
import os, phiscale, warnings
warnings.simplefilter("ignore")
phiscale.plot("squeezenet").svg()
child = os.fork()
if child == 0:
    phiscale.plot("alexnet").svg()
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""
    assert python(code).returncode == 0


LONG = "phiscale.fit('densenet', max_macs='100G')"

# Interrupts the process as soon as one of its threads works for a call.
INTERRUPT = """
import os, pathlib, signal, threading, phiscale

def interrupt():
    names = lambda: [path.read_text() for path in pathlib.Path("/proc/self/task").glob("*/comm")]
    while "phiscale\\n" not in names():
        pass
    os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads by their names in /proc")
@pytest.mark.parametrize(
    ("handler", "raised"),
    [("signal.default_int_handler", "KeyboardInterrupt"), ("lambda *_: 1 / 0", "ZeroDivisionError")],
)
def test_a_signal_ends_a_long_call(handler, raised):
    code = f"""{INTERRUPT}
signal.signal(signal.SIGINT, {handler})
try:
    threading.Thread(target=interrupt).start()
    {LONG}
except {raised}:
    assert phiscale.network("squeezenet").macs
    print("interrupted")
"""
    assert python(code).stdout == "interrupted\n"


def test_the_interpreter_exits_during_a_call():
    code = f"""
import threading, phiscale
threading.Thread(target=lambda: {LONG}, daemon=True).start()
phiscale.network("squeezenet")
"""
    ended = python(code)
    assert (ended.returncode, ended.stderr) == (0, "")


# Interpreters


@pytest.mark.parametrize("options", [["-W", "error"], ["-O"], ["-OO"], ["-I"], ["-bb"], ["-X", "dev"]])
def test_options_of_the_interpreter(options):
    code = "import phiscale; phiscale.network('squeezenet'); phiscale.count('squeezenet')"
    ended = python(code, *options)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_empty_environment_is_enough(tmp_path):
    kept = {name: os.environ[name] for name in ["SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONPATH"] if name in os.environ}
    assert python("import phiscale; phiscale.plot('squeezenet')", env=kept, cwd=tmp_path).returncode == 0


def test_a_module_imports_in_a_thread():
    code = """
import threading
thread = threading.Thread(target=__import__, args=("phiscale",))
thread.start()
thread.join()
import phiscale
"""
    assert python(code).returncode == 0


def test_the_import_is_small():
    code = """
import sys
before = set(sys.modules)
import phiscale
print(*{"typing", "collections", "functools", "json"} & (set(sys.modules) - before))
"""
    assert python(code).stdout == "\n"


# The program


def program(*arguments, **settings):
    command = [sys.executable, "-m", "phiscale", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, **settings)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["--version"], 0),
        (["--help"], 0),
        (["nope"], 2),
        (["count", "nope"], 2),
        (["check", "squeezenet", "--max-macs", "1T"], 0),
        (["check", "squeezenet", "--max-macs", "1"], 1),
    ],
)
def test_the_status_of_the_program(arguments, status):
    ended = program(*arguments)
    assert ended.returncode == status
    assert (ended.stderr == b"") == (status < 2)


@pytest.mark.skipif(sys.platform != "linux", reason="arguments as bytes")
@pytest.mark.parametrize("arguments", [[b"\xff"], [b"count", b"\xff"], [b"count", b"\xed\xa0\x80"]])
def test_the_program_refuses_arguments_that_are_not_unicode(arguments):
    ended = program(*arguments)
    assert ended.returncode == 2 and b"Traceback" not in ended.stderr


def test_the_program_reads_standard_input():
    ended = program("count", "-", input=b"\xff\xfe")
    assert ended.returncode == 2 and b"<stdin>" in ended.stderr and b"Traceback" not in ended.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes as on Unix")
def test_the_program_writes_to_a_closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "phiscale", "list"]
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_program_completes_and_the_module_does_not():
    settings = {"env": {**os.environ, "PHISCALE_COMPLETE": "bash"}}
    assert b"_complete_phiscale" in program(**settings).stdout
    code = "import phiscale; print(phiscale.count('squeezenet')['network'])"
    assert python(code, **settings).stdout == "squeezenet\n"


def test_the_program_ignores_an_interrupt_as_its_parent_does():
    code = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from phiscale import _phiscale, _program
_phiscale.run = lambda arguments: 0
_program.main()
assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
"""
    assert python(code).returncode == 0
