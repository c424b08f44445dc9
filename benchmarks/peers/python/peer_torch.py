"""PyTorch. Variants: `eager`, with the fused Adam, and `compiled`, with the whole step in one `torch.compile`."""

import protocol

try:
    import torch
    from torch.nn import functional
except ImportError:
    protocol.decline("module `torch` is missing: pip install torch --index-url https://download.pytorch.org/whl/cpu")

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def peer(workload, variant):
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    # As in XLA and TensorFlow.
    torch.set_flush_denormal(True)
    model = network(workload)
    x, y = torch.from_numpy(workload.x()), torch.from_numpy(workload.y())
    loss = functional.mse_loss if workload.loss == "mse" else functional.cross_entropy
    if workload.training:
        training = compiled_training if variant == "compiled" else eager_training
        return training(model, loss, x, y), lambda: loss(model(x), y).item()

    model.requires_grad_(False)
    predict = torch.compile(model, fullgraph=True) if variant == "compiled" else model

    def run(steps):
        with torch.inference_mode():
            if workload.task == "latency":
                # The tensor and the array share memory.
                protocol.feed(lambda _: predict(x).numpy(), x.numpy(), steps)
            else:
                for _ in range(steps):
                    predict(x)

    return run, lambda: model(x)[0, 0].item()


def network(workload):
    activation = torch.nn.ReLU if workload.activation == "relu" else torch.nn.Tanh
    layers = []
    for weights, bias in workload.parameters():
        linear = torch.nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, activation()]
    return torch.nn.Sequential(*layers[:-1])


def eager_training(model, loss, x, y):
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=True)

    def run(steps):
        for _ in range(steps):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()

    return run


def compiled_training(model, loss, x, y):
    parameters = {name: parameter.detach() for name, parameter in model.named_parameters()}
    m = {name: torch.zeros_like(parameter) for name, parameter in parameters.items()}
    v = {name: torch.zeros_like(parameter) for name, parameter in parameters.items()}
    t = torch.zeros(())

    def value(parameters):
        return loss(torch.func.functional_call(model, parameters, (x,)), y)

    @torch.compile(fullgraph=True)
    def step():
        gradients = torch.func.grad(value)(parameters)
        t.add_(1)
        scale_m, scale_v = 1 / (1 - BETA_1**t), 1 / (1 - BETA_2**t)
        for name, g in gradients.items():
            m[name].mul_(BETA_1).add_(g, alpha=1 - BETA_1)
            v[name].mul_(BETA_2).addcmul_(g, g, value=1 - BETA_2)
            parameters[name].sub_(RATE * (m[name] * scale_m) / ((v[name] * scale_v).sqrt() + EPSILON))

    def run(steps):
        with torch.no_grad():
            for _ in range(steps):
                step()

    return run


protocol.serve(torch.__version__, peer)
