"""ONNX Runtime: inference only, with inputs and outputs bound to memory once."""

import protocol

try:
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    protocol.decline("module `onnx` or `onnxruntime` is missing: pip install onnx onnxruntime")


def peer(workload, _):
    if workload.training:
        protocol.decline("predicts only")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(network(workload), options, providers=["CPUExecutionProvider"])
    x, y = workload.x(), np.zeros((workload.batch, workload.widths[-1]), np.float32)
    binding = session.io_binding()
    for bind, name, array in (binding.bind_input, "x", x), (binding.bind_output, "y", y):
        bind(name, "cpu", 0, np.float32, array.shape, array.ctypes.data)

    def predict(_):
        session.run_with_iobinding(binding)
        return y

    def run(steps):
        if workload.task == "latency":
            protocol.feed(predict, x, steps)
        else:
            for _ in range(steps):
                predict(x)

    return run, lambda: float(predict(x)[0, 0])


def network(workload):
    nodes, constants, value = [], [], "x"
    layers = workload.parameters()
    for layer, (weights, bias) in enumerate(layers):
        last = layer + 1 == len(layers)
        constants += [numpy_helper.from_array(weights, f"w{layer}"), numpy_helper.from_array(bias, f"b{layer}")]
        output = "y" if last else f"z{layer}"
        nodes.append(helper.make_node("Gemm", [value, f"w{layer}", f"b{layer}"], [output]))
        if not last:
            nodes.append(helper.make_node(workload.activation.capitalize(), [output], [f"a{layer}"]))
            value = f"a{layer}"
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [workload.batch, width])
        for name, width in (("x", workload.widths[0]), ("y", workload.widths[-1]))
    ]
    graph = helper.make_graph(nodes, "network", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


protocol.serve(onnxruntime.__version__, peer)
