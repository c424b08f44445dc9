//! Networks of the programs. On a microcontroller, an immutable `static` is in flash.

use mlp::prelude::*;

sequential! {
    /// Approximates sin on [0, 2π].
    pub struct SineNet {
        Dense(1 => 6, tanh),
        Dense(6 => 1),
    }
}

/// Weights after 20,000 epochs; the mean squared error is 5e-7.
pub static SINE: SineNet = SineNet {
    dense_1: Dense::from_parts(
        [[-0.686_611_7, -0.630_933_3, -0.634_797_2, -0.755_707_6, 0.295_866_63, -0.878_300_55]],
        [2.402_044_9, 1.341_933_6, 3.895_942_2, 0.863_577, -0.536_117_3, -0.070_965_34],
    ),
    dense_2: Dense::from_parts(
        [[1.205_377], [0.998_105_55], [-1.720_868_3], [-0.877_801_94], [-0.053_190_96], [-0.971_277_36]],
        [0.180_074_58],
    ),
};

sequential! {
    /// One layer of each kind that a chain can have.
    pub struct Chain {
        Normalization(4),
        Dense(4 => 16, relu),
        BatchNormalization(16),
        Dropout(16, rate = 0.1),
        Dense(16 => 16, gelu),
        LayerNormalization(16),
        PRelu(16),
        RmsNormalization(16),
        Rescaling(16, scale = 0.5),
        PeriodicEmbedding(16 => 17, PeriodicInputs<3>, period = 5.0),
        FourierFeatures(17 => 16, scale = 0.1),
        Dense(16 => 3, softmax),
    }
}

functional! {
    /// Two inputs, two outputs, a shared layer, a nested network, slices and merges.
    pub struct Graph {
        let a = Input(3);
        let b = Input(3);
        let shared = Dense(3 => 8, tanh);
        let left = shared(a);
        let right = shared(b);
        let inner = SineNet(a[0..1]);
        let sum = Add()(left, right);
        let product = Multiply()(left, sum);
        let all = Concatenate()(product, right, inner);
        let first = Dense(17 => 2, sigmoid)(all);
        let second = Dense(8 => 1, softplus)(Maximum()(left, right));
        Model((a, b) => (first, second))
    }
}

functional! {
    /// A network in `f64` with a skip connection.
    pub struct Double: f64 {
        let input = Input(2);
        let hidden = Dense(2 => 2, elu)(input);
        let sum = Average()(input, hidden);
        let output = Dense(2 => 1)(sum);
        Model(input => output)
    }
}

mlp::onnx! {
    /// One period of the sine, trained by PyTorch.
    pub struct Imported = "../examples/data/sine.onnx";
}

/// An imported network with its weights in flash.
pub static IMPORTED: Imported = Imported::PRETRAINED;
