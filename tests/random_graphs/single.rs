//! Random networks. `UPDATE_EXPECT=1 cargo test --test random_graphs` updates this file.

use mlp::prelude::*;

use crate::round_trip;

functional! {
    struct Inner0 {
        let v0 = Input(2);
        let v1 = v0[1..2];
        let v2 = Multiply()(v1, v1);
        let layer1 = Dense(1 => 3, tanh);
        let v3 = layer1(v2);
        let v4 = Dropout(3, rate = 0.0)(v3);
        Model(v0 => v4)
    }
    struct Inner1 {
        let v0 = Input(4);
        let v1 = Input(1);
        let v2 = Input(4);
        let v3 = Dense(4 => 2, elu)(v0);
        let layer1 = Dense(4 => 5, sin);
        let v4 = layer1(v2);
        let v5 = Subtract()(v1, v1);
        let layer3 = PeriodicEmbedding(5 => 7, PeriodicInputs<3, 2>, period = 3.0);
        let v6 = layer3(v4);
        Model((v2, v1, v0) => (v3, v6, v5))
    }
    struct Inner2 {
        let v0 = Input(3);
        let v1 = Input(4);
        let v2 = Input(2);
        let v3 = PeriodicEmbedding(2 => 5, PeriodicInputs<1, 1>, period = 3.0)(v2);
        let v4 = Dense(4 => 1, sin)(v1);
        let layer2 = Dense(3 => 3, tanh);
        let v5 = layer2(v0);
        let v6 = PRelu(3)(v5);
        Model((v0, v2, v1) => (v4, v3, v6))
    }
    struct Inner3 {
        let v0 = Input(4);
        let v1 = Minimum()(v0, v0, v0);
        let v2 = v0[3..4];
        let v3 = PeriodicEmbedding(4 => 7, PeriodicInputs<0, 1>, period = 3.0)(v1);
        let layer2 = Concatenate();
        let v4 = layer2(v2, v1, v2);
        Model(v0 => (v3, v2, v4))
    }
    struct Net0 {
        let v0 = Input(4);
        let v1 = Input(2);
        let v2 = Input(4);
        let v3 = Dense(4 => 4, sin)(v2[0..4]);
        let v4 = Average()(v0, v3, v2);
        let layer2 = Dense(3 => 4, softsign);
        let v5 = layer2(v2[0..3]);
        let v6 = Dense(4 => 4, sin)(v5);
        let layer4 = Multiply();
        let v7 = layer4(v4, v5, v3, v6);
        let v8 = Dense(2 => 2, softmax)(v1);
        let layer6 = Dense(1 => 4, gelu);
        let v9 = layer6(v7[2..3]);
        let v11 = Dense(2 => 3, relu)(Add()(v7, v9)[2..4]);
        let v12 = FourierFeatures(3 => 2, trainable = true)(v11);
        let v13 = Dense(2 => 4, sigmoid)(v8);
        let layer11 = Maximum();
        let v14 = layer11(v9, v0, v3);
        Model((v2, v1, v0) => (v12, v14, v13))
    }
    struct Net1 {
        let v0 = Input(4);
        let v1 = v0[0..3];
        let v3 = Dense(1 => 2, tanh)(Dot(normalize = true)(v1, v1));
        let v4 = PRelu(2)(v3);
        Model(v0 => v4)
    }
    struct Net2 {
        let v0 = Input(4);
        let v1 = Input(3);
        let v2 = Input(1);
        let layer0 = Add();
        let v3 = layer0(v1, v1, v0[0..3]);
        let v4 = Dense(1 => 3, relu)(v2);
        let layer2 = Dense(3 => 3, silu);
        let v5 = layer2(v4);
        let v7 = Dense(3 => 4, selu)(layer0(v4, v5, v3));
        let v9 = Dropout(2, rate = 0.0)(Dense(4 => 2, tanh)(v7));
        Model((v1, v0, v2) => v9)
    }
    struct Net3 {
        let v0 = Input(1);
        let layer0 = Dense(1 => 2, tanh);
        let v1 = layer0(v0);
        let v2 = layer0(v1[0..1]);
        let v3 = layer0(v0);
        let layer1 = Dense(2 => 5, tanh);
        let v5 = Dropout(5, rate = 0.0)(layer1(v3));
        let layer3 = Dense(3 => 2, sin);
        let v6 = layer3(v5[2..5]);
        let layer4 = Dense(5 => 4, tanh);
        let v7 = layer4(v5);
        let v8 = PRelu(4)(v7);
        let layer6 = Dense(2 => 5, tanh);
        let v9 = layer6(v2);
        let v10 = Rescaling(5, scale = 1.5, offset = -0.25)(v9);
        let layer8 = Minimum();
        let v11 = layer8(v1, v1, v10[2..4], v1);
        let v12 = PeriodicEmbedding(4 => 10, PeriodicInputs<2, 2>, period = 3.0)(v8);
        Model(v0 => (v12, v11, v6))
    }
    struct Net4 {
        let v0 = Input(3);
        let v1 = Input(2);
        let layer0 = Dense(3 => 3, tanh);
        let v2 = layer0(v0);
        let layer1 = Multiply();
        let v3 = layer1(v0, v2, v0, v0);
        let v4 = PeriodicEmbedding(2 => 5, PeriodicInputs<1, 1>, period = 3.0)(v1);
        let layer3 = Dense(3 => 5, relu);
        let v5 = layer3(v3);
        let layer4 = Dot(normalize = true);
        let v6 = layer4(v4, v5);
        let v7 = Dense(3 => 5, sigmoid)(v0);
        let v8 = Add()(v5, v7);
        let v9 = Multiply()(v6, v5[0..1]);
        let v10 = Inner0(v8[3..5]);
        Model((v0, v1) => (v9, v10))
    }
    struct Net5 {
        let v0 = Input(3);
        let v1 = Input(1);
        let v2 = Dense(3 => 4, tanh)(v0);
        let (v3, _, _) = Inner1(v2, v1, v2);
        let v6 = Dense(2 => 1, sigmoid)(v3);
        let v7 = Dense(3 => 4, tanh)(v0[0..3]);
        Model((v0, v1) => (v6, v7))
    }
}

#[test]
fn single_precision_check() {
    round_trip::check::<Inner0>(0);
    round_trip::check::<Inner1>(1);
    round_trip::check::<Inner2>(2);
    round_trip::check::<Inner3>(3);
    round_trip::check::<Net0>(4);
    round_trip::check::<Net1>(5);
    round_trip::check::<Net2>(6);
    round_trip::check::<Net3>(7);
    round_trip::check::<Net4>(8);
    round_trip::check::<Net5>(9);
}
