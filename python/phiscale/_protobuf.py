"""The little of protobuf that it takes to add tensors to an ONNX file. Field numbers are those of onnx.proto."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

GRAPH = 7  # of ModelProto
NODE, INITIALIZER, INPUT = 1, 5, 11  # of GraphProto
OUTPUT, NODE_NAME, OPERATOR = 2, 3, 4  # of NodeProto
DIMS, DATA_TYPE, TENSOR_NAME, RAW_DATA = 1, 2, 8, 9  # of TensorProto
VALUE_NAME = 1  # of ValueInfoProto
FIXED = {1: 8, 5: 4}  # bytes of a value, by its wire type


def names(model: bytes) -> tuple[set[str], list[str]]:
    """The names of a model's inputs, and of the outputs of its Constant nodes."""
    inputs: set[str] = set()
    constants: list[str] = []
    for graph in _fields(memoryview(model), GRAPH):
        inputs.update(_text(value, VALUE_NAME) for value in _fields(graph, INPUT))
        nodes = _fields(graph, NODE)
        constants += [_text(node, OUTPUT) for node in nodes if _text(node, OPERATOR) == "Constant"]
    return inputs, constants


def with_initializers(model: bytes, tensors: Sequence[bytes]) -> bytes:
    """A model with more initializers: parts of a message that is written twice are joined when it is read."""
    graph = b"".join(_message(INITIALIZER, tensor) for tensor in tensors)
    return model + _message(GRAPH, graph)


def with_node_names(model: bytes, renamed: Callable[[str], str]) -> bytes:
    """A model whose nodes have other names."""

    def node(message: memoryview) -> bytes:
        return _changed(message, NODE_NAME, lambda name: renamed(str(name, "utf-8")).encode())

    def graph(message: memoryview) -> bytes:
        return _changed(message, NODE, node)

    return _changed(memoryview(model), GRAPH, graph)


def tensor(name: str, shape: Sequence[int], data_type: int, data: bytes | None = None) -> bytes:
    """A TensorProto; without ``data``, its elements are unknown."""
    dims = b"".join(_varint(DIMS << 3) + _varint(size) for size in shape)
    kind = _varint(DATA_TYPE << 3) + _varint(data_type)
    raw = b"" if data is None else _message(RAW_DATA, data)
    return dims + kind + _message(TENSOR_NAME, name.encode()) + raw


def _message(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def _text(message: memoryview, number: int) -> str:
    return str(next(_fields(message, number), b""), "utf-8")


def _changed(message: memoryview, wanted: int, change: Callable[[memoryview], bytes]) -> bytes:
    """A message with its fields of one number changed."""
    return b"".join(
        _message(number, change(value)) if number == wanted and value is not None else bytes(whole)
        for number, whole, value in _all_fields(message)
    )


def _fields(message: memoryview, wanted: int) -> Iterator[memoryview]:
    """The fields of one number that are messages or texts."""
    for number, _, value in _all_fields(message):
        if number == wanted and value is not None:
            yield value


def _all_fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview | None]]:
    """The number of each field, the field, and its value where that is a message or a text."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        kind, length = key & 7, 0
        if kind == 0:
            _, at = _read_varint(message, at)
        elif kind == 2:
            length, at = _read_varint(message, at)
        else:
            length = FIXED[kind]
        yield key >> 3, message[start : at + length], message[at : at + length] if kind == 2 else None
        at += length


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
