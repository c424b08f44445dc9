//! Random networks. `UPDATE_EXPECT=1 cargo test --test random_graphs` updates this file.

use mlp::prelude::*;

use crate::round_trip;

functional! {
    struct Inner0 {
        let v0 = Input(2);
        let v1 = v0[1..2];
        let v2 = Multiply()(v1, v1);
        let layer1 = Dense(1 => 2);
        let v3 = layer1(v2);
        Model(v0 => (v3, v0))
    }
    struct Inner1 {
        let v0 = Input(4);
        let v1 = Input(1);
        let v2 = Input(4);
        let v3 = Dense(4 => 2)(v0);
        let v4 = v0[0..3];
        let v5 = Minimum()(v4, v4, v4);
        let v6 = Dense(4 => 2, sigmoid)(v2);
        let v7 = Minimum()(v3, v3, v6, v6);
        Model((v2, v1, v0) => (v5, v7, v1))
    }
    struct Inner2 {
        let v0 = Input(3);
        let v1 = Input(4);
        let v2 = Input(2);
        let layer0 = Dense(4 => 4, sigmoid);
        let v3 = layer0(v1);
        let v4 = Maximum()(v1, v3, v3, v3);
        let v5 = layer0(v1);
        let v6 = Dot(normalize = true)(v5, v4);
        Model((v0, v2, v1) => (v6, v2, v0))
    }
    struct Inner3 {
        let v0 = Input(4);
        let v1 = Minimum()(v0, v0, v0);
        let v2 = v0[3..4];
        let v3 = Dense(4 => 1, sigmoid)(v1);
        let layer2 = Minimum();
        let v5 = layer2(layer2(v1[3..4], v3, v3), v3, v3);
        Model(v0 => (v5, v2))
    }
    struct Net0 {
        let v0 = Input(4);
        let v1 = Input(2);
        let v2 = Input(4);
        let v3 = Dense(4 => 4, silu)(v2[0..4]);
        let v4 = Average()(v0, v3, v2);
        let layer2 = Dense(3 => 4, tanh);
        let v5 = layer2(v2[0..3]);
        let v6 = Dense(4 => 4, silu)(v5);
        let layer4 = Multiply();
        let v7 = layer4(v4, v5, v3, v6);
        let (v8, v9) = Inner0(v1);
        let layer6 = Dense(4 => 4);
        let v10 = layer6(v0);
        let layer7 = Dot(normalize = true);
        let v11 = layer7(v0, v10);
        let v12 = layer6(v2);
        let v13 = Dense(2 => 1, sigmoid)(v9);
        let layer9 = Dense(1 => 3, silu);
        let v14 = layer9(v11);
        let v15 = layer7(v4, v10);
        let layer10 = Concatenate();
        let v17 = Dense(10 => 1, relu)(layer10(v7, v8, v12));
        let v18 = Concatenate()(v13, v14, v15);
        let layer13 = Dense(5 => 2, softplus);
        let v19 = layer13(v18);
        Model((v2, v1, v0) => (v19, v17))
    }
    struct Net1 {
        let v0 = Input(4);
        let v1 = v0[0..3];
        let v3 = Dense(1 => 2, softplus)(Dot(normalize = true)(v1, v1));
        Model(v0 => v3)
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
        let v7 = Dense(3 => 4, sigmoid)(layer0(v4, v5, v3));
        let layer4 = Dense(4 => 1, silu);
        let v8 = layer4(v7);
        Model((v1, v0, v2) => v8)
    }
    struct Net3 {
        let v0 = Input(1);
        let layer0 = Dense(1 => 4, tanh);
        let v1 = layer0(v0);
        let layer1 = Inner3;
        let (v2, v3) = layer1(v1);
        let (v4, v5) = layer1(v1);
        let v6 = v0[0..1];
        let layer2 = Concatenate();
        let v7 = layer2(v5, v2[0..1], v0, v2);
        let v8 = Dense(1 => 4)(v5);
        let (v9, v10) = layer1(v1);
        let v11 = layer2(v5, v10, v9, v3);
        let v12 = Average()(v8[0..4], v1);
        let v13 = v7[1..4];
        let v15 = Dense(6 => 2, softplus)(Concatenate()(v4, v6, v11));
        Model(v0 => (v15, v12, v13))
    }
    struct Net4 {
        let v0 = Input(3);
        let v1 = Input(2);
        let layer0 = Dense(3 => 3, tanh);
        let v2 = layer0(v0);
        let layer1 = Multiply();
        let v3 = layer1(v0, v2, v0, v0);
        let layer2 = Dense(3 => 2, softplus);
        let v4 = layer2(v3);
        let layer3 = Add();
        let v5 = layer3(v1, v1, v4);
        let layer4 = Dense(2 => 2, tanh);
        let v7 = Multiply()(v5, layer4(v1));
        let v9 = Dense(2 => 4)(Dense(2 => 2, softplus)(v4));
        let v10 = layer0(v9[1..4]);
        Model((v0, v1) => (v10, v7))
    }
    struct Net5 {
        let v0 = Input(3);
        let v1 = Input(1);
        let v2 = Dense(3 => 4, tanh)(v0);
        let (v3, v4, v5) = Inner1(v2, v1, v2);
        let v6 = Dense(3 => 1, sigmoid)(v3);
        let (v7, v8) = Inner3(v2);
        let v9 = Concatenate()(v4, v5, v6);
        let v10 = Dense(4 => 1)(v9);
        Model((v0, v1) => (v8, v7, v10))
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
