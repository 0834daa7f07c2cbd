"""Removes the parts of a file that counting does not read."""

import onnx

NAMES = "pkg.torch.onnx.name_scopes"


# Tables of up to so many bytes are kept where some of their first 64 numbers are equal: counting reads those.
TABLE = 1 << 22


def strip(path, to, most=256, tables=False):
    """Writes the file at `path` to `to`, tensors of more than `most` bytes as external data that is not there.

    External data of at most `most` bytes is read, so that the values of small tensors stay; with `tables`, those of
    larger tables too.
    """
    model = onnx.load(path, load_external_data=False)
    for _, tensor in tensors(model.graph):
        limit = TABLE if tables else most
        if tensor.data_location == onnx.TensorProto.EXTERNAL and size(tensor, path) <= limit:
            onnx.external_data_helper.load_external_data_for_tensor(tensor, str(path.parent))
            tensor.data_location = onnx.TensorProto.DEFAULT
            del tensor.external_data[:]
        is_kept = len(tensor.raw_data) <= most or tables and is_table(tensor)
        if not is_kept or tensor.data_location == onnx.TensorProto.EXTERNAL:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            del tensor.external_data[:]
            tensor.external_data.add(key="location", value="weights.bin")
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if entry.key == NAMES]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
        node.doc_string = ""
    onnx.save(model, to)


def is_table(tensor):
    """Whether counting reads a tensor as a whole."""
    if len(tensor.raw_data) > TABLE or tensor.data_type != onnx.TensorProto.FLOAT:
        return False
    start = [tensor.raw_data[at : at + 4] for at in range(0, 256, 4)]
    return len(set(start)) < len(start)


def tensors(graph):
    """The graph's stored tensors and their names, among them those of Constant nodes."""
    for tensor in graph.initializer:
        yield tensor.name, tensor
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield node.output[0], attribute.t


def size(tensor, path):
    """Bytes of a tensor in external data; a tensor without a length has a file to itself."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    return int(entries.get("length") or (path.parent / entries["location"]).stat().st_size)
