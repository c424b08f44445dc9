//! Random networks. `UPDATE_EXPECT=1 cargo test --test random_graphs` updates this file.

use mlp::prelude::*;

use crate::{check, derivatives};

functional! {
    struct Inner0: f64 {
        let v0 = Input(2);
        let v1 = v0[1..2];
        let v2 = Multiply()(v1, v1);
        let layer1 = Dense(1 => 3, tanh);
        let v3 = layer1(v2);
        let v4 = Dropout(3, rate = 0.0)(v3);
        Model(v0 => v4)
    }
    struct Inner1: f64 {
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
    struct Inner2: f64 {
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
    struct Inner3: f64 {
        let v0 = Input(4);
        let v1 = Minimum()(v0, v0, v0);
        let v2 = v0[3..4];
        let v3 = PeriodicEmbedding(4 => 7, PeriodicInputs<0, 1>, period = 3.0)(v1);
        let layer2 = Concatenate();
        let v4 = layer2(v2, v1, v2);
        Model(v0 => (v3, v2, v4))
    }
    struct Net0: f64 {
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
    struct Net1: f64 {
        let v0 = Input(4);
        let v1 = v0[0..3];
        let v3 = Dense(1 => 2, tanh)(Dot(normalize = true)(v1, v1));
        let v4 = PRelu(2)(v3);
        Model(v0 => v4)
    }
    struct Net2: f64 {
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
    struct Net3: f64 {
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
    struct Net4: f64 {
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
    struct Net5: f64 {
        let v0 = Input(3);
        let v1 = Input(1);
        let v2 = Dense(3 => 4, tanh)(v0);
        let (v3, _, _) = Inner1(v2, v1, v2);
        let v6 = Dense(2 => 1, sigmoid)(v3);
        let v7 = Dense(3 => 4, tanh)(v0[0..3]);
        Model((v0, v1) => (v6, v7))
    }
    struct Net6: f64 {
        let v0 = Input(5);
        let layer0 = Concatenate();
        let v1 = layer0(v0[0..2], v0);
        let v2 = FourierFeatures(7 => 2, trainable = true)(v1);
        let v3 = v1[1..5];
        let layer2 = PeriodicEmbedding(2 => 5, PeriodicInputs<1, 1>, period = 3.0);
        let v4 = layer2(v2);
        Model(v0 => (v3, v4, v2))
    }
    struct Net7: f64 {
        let v0 = Input(5);
        let v1 = Input(5);
        let v2 = Input(4);
        let v3 = v2[2..4];
        let v4 = Dense(5 => 4, tanh)(v1[0..5]);
        let v5 = v2[0..4];
        let layer1 = Dot();
        let v6 = layer1(v3, v3);
        let layer2 = Concatenate();
        let v7 = layer2(v0, v4, v5);
        let v8 = Dense(13 => 3, gelu)(v7);
        Model((v2, v1, v0) => (v8, v4, v6))
    }
    struct Net8: f64 {
        let v0 = Input(5);
        let v1 = Input(4);
        let layer0 = Dense(4 => 4, tanh);
        let v2 = layer0(v1);
        let v3 = v1[0..4];
        let v5 = Dense(2 => 4, tanh)(Dense(4 => 4, silu)(v0[1..5])[1..3]);
        let v6 = UnitNormalization(4)(v5);
        let layer4 = Inner3;
        let (v7, v8, v9) = layer4(v3);
        let v10 = v7[0..5];
        let v11 = layer0(v3);
        let v12 = Dense(5 => 1, softplus)(v10);
        let v13 = Dense(1 => 1, softplus)(v12);
        let layer7 = Multiply();
        let v14 = layer7(v11[0..1], v12, v8, v13);
        let v15 = Dense(4 => 4, softmax)(v6);
        let (v16, _, _) = layer4(v15);
        let layer9 = Dense(1 => 3, tanh);
        let v19 = layer9(v14);
        let v20 = Rescaling(3, scale = 1.5, offset = -0.25)(v19);
        let v21 = Concatenate()(v2, v9, v16);
        let v22 = Dense(17 => 2, softplus)(v21);
        Model((v1, v0) => (v20, v22))
    }
    struct Net9: f64 {
        let v0 = Input(1);
        let layer0 = Dense(1 => 1, gelu);
        let v1 = layer0(v0);
        let v2 = Dense(1 => 1, softplus)(v1);
        let v3 = Multiply()(v0[0..1], v1, v0, v2);
        let v4 = Dense(1 => 1, sin)(v1);
        let v5 = Average()(v3, v4, v2);
        let v6 = Dense(1 => 5, silu)(v5);
        let v7 = PeriodicEmbedding(1 => 4, PeriodicInputs<0, 1>, period = 3.0)(v4);
        let layer7 = Dense(4 => 2, softplus);
        let v8 = layer7(v7);
        let layer8 = Dense(1 => 2, selu);
        let v9 = layer8(v0);
        let v11 = Average()(v9, v8, Dense(2 => 2)(v9));
        let v12 = Multiply()(v11, v7[2..4]);
        Model(v0 => (v12, v6))
    }
    struct Net10: f64 {
        let v0 = Input(1);
        let v1 = Input(4);
        let v2 = Input(4);
        let layer0 = Dense(4 => 1, softmax);
        let v3 = layer0(v1);
        let v5 = Dropout(5, rate = 0.0)(Dense(4 => 5, tanh)(v2));
        let v7 = UnitNormalization(3)(Dense(1 => 3, tanh)(v0));
        let v8 = v7[1..2];
        let v9 = Dense(5 => 3, sin)(v5);
        let v10 = FourierFeatures(1 => 2, trainable = true)(v8);
        let v11 = Dense(1 => 3, gelu)(v0);
        let (v13, v14, v15) = Inner2(v11, Dense(3 => 2, relu)(v9), v5[1..5]);
        let v16 = Average()(v8, v14[2..3], v3, v14[2..3]);
        let layer11 = Dense(1 => 3, tanh);
        let v17 = layer11(v16);
        let v18 = LayerNormalization(3)(v17);
        let layer13 = Concatenate();
        let v19 = layer13(v10, v13, v15);
        let v20 = Dense(6 => 1, silu)(v19);
        Model((v1, v0, v2) => (v20, v8, v18))
    }
    struct Net11: f64 {
        let v0 = Input(4);
        let v1 = Dense(4 => 5, elu)(v0);
        let v3 = Dense(6 => 1, selu)(PeriodicEmbedding(5 => 6, PeriodicInputs<4, 1>, period = 3.0)(v1));
        let v4 = Maximum()(v3, v3, v3);
        let v5 = v1[3..4];
        let v6 = Dense(5 => 4, sin)(v1);
        let v7 = Dense(5 => 4, elu)(v1);
        let layer6 = Inner1;
        let (v8, v9, v10) = layer6(v7, v3, v6);
        let v11 = Dense(1 => 1, relu)(v4);
        let layer8 = Concatenate();
        let v12 = layer8(v5, v8, v9);
        let layer9 = Dense(10 => 1, softmax);
        let v13 = layer9(v12);
        Model(v0 => (v1, v11, v13, v10))
    }
    struct Net12: f64 {
        let v0 = Input(1);
        let v1 = Input(2);
        let layer0 = Dense(1 => 2, relu);
        let v3 = Dot(normalize = true)(v1, layer0(v1[1..2]));
        let v4 = Dense(1 => 3, sin)(v3);
        let v5 = Maximum()(v0, v0);
        let layer4 = Dense(2 => 1);
        let v6 = layer4(v1);
        Model((v0, v1) => (v5, v6, v4))
    }
    struct Net13: f64 {
        let v0 = Input(5);
        let v1 = Input(1);
        let v2 = Input(4);
        let v3 = Dense(4 => 2, gelu)(v2);
        let v4 = Dense(2 => 2, sin)(v3);
        let layer2 = Dense(1 => 2, gelu);
        let v5 = layer2(v1);
        let v6 = Dense(2 => 3, selu)(v5);
        let v7 = Dense(2 => 3, gelu)(v4);
        let v8 = Concatenate()(v0, v6);
        let layer6 = Dense(3 => 3, softplus);
        let v9 = layer6(v7);
        let layer7 = Multiply();
        let v10 = layer7(v6, v6, v9, v6);
        Model((v0, v2, v1) => (v10, v8))
    }
    struct Net14: f64 {
        let v0 = Input(5);
        let v1 = Dense(5 => 5, selu)(v0);
        let layer1 = Dense(5 => 2, softmax);
        let v2 = layer1(v1);
        let v3 = layer1(v1);
        let layer2 = Dense(2 => 2);
        let v4 = layer2(v2[0..2]);
        let v5 = Dense(2 => 4, tanh)(v2);
        let v6 = UnitNormalization(4)(v5);
        let v7 = layer1(v1);
        let v8 = layer1(v1);
        let layer5 = Dense(2 => 3, gelu);
        let v9 = layer5(v8);
        let v10 = layer1(v1);
        let v11 = Dense(2 => 5, softmax)(v3);
        let v12 = layer1(v11);
        let layer7 = Concatenate();
        let v13 = layer7(v4, v6, v7);
        let layer8 = Dense(8 => 3, elu);
        let v14 = layer8(v13);
        let v15 = Concatenate()(v9, v10, v12);
        let v16 = Dense(7 => 2, relu)(v15);
        Model(v0 => (v16, v15, v14))
    }
    struct Net15: f64 {
        let v0 = Input(3);
        let v1 = Input(5);
        let v2 = Input(5);
        let v3 = Average()(v0, v0, v2[0..3], v0);
        let v4 = Dense(5 => 1, softplus)(v1);
        let v5 = Dense(3 => 1, relu)(v3);
        let v6 = Dense(1 => 1, softsign)(v5);
        let layer4 = Subtract();
        let v7 = layer4(v4, v6);
        Model((v1, v0, v2) => (v1, v7))
    }
    struct Net16: f64 {
        let v0 = Input(4);
        let v1 = Dense(4 => 5, tanh)(v0);
        let v2 = v0[3..4];
        let layer1 = PeriodicEmbedding(1 => 2, PeriodicInputs<0, 1>, period = 3.0);
        let v3 = layer1(v2);
        let (v4, v5, v6) = Inner2(v1[2..5], v3, v0);
        let layer3 = Dense(1 => 2, tanh);
        let v7 = layer3(v2);
        let v8 = PRelu(2)(v7);
        let v9 = Dense(1 => 3, tanh)(v4);
        let v10 = UnitNormalization(3)(v9);
        let v11 = layer3(v2);
        let layer7 = Concatenate();
        let v13 = Dense(10 => 2, gelu)(layer7(v5, v6, v8));
        Model(v0 => (v13, v10, v11))
    }
    struct Net17: f64 {
        let v0 = Input(3);
        let v1 = Input(4);
        let v2 = Input(3);
        let v3 = Dense(4 => 4, softmax)(v1);
        let v4 = Minimum()(v1, v3);
        let layer2 = FourierFeatures(4 => 6, trainable = true);
        let v5 = layer2(v1);
        let v7 = Maximum()(v5, Dense(3 => 6, gelu)(v2));
        let v9 = PRelu(2)(Dense(4 => 2, tanh)(v4));
        let layer7 = Dense(2 => 4, tanh);
        let v11 = Rescaling(4, scale = 1.5, offset = -0.25)(layer7(v9));
        let layer9 = PeriodicEmbedding(4 => 5, PeriodicInputs<3, 1>, period = 3.0);
        let v12 = layer9(v11);
        Model((v0, v1, v2) => (v7, v12, v0))
    }
    struct Net18: f64 {
        let v0 = Input(2);
        let v1 = Dense(1 => 2, selu)(v0[1..2]);
        let v2 = Dense(2 => 2)(v1);
        let v3 = PeriodicEmbedding(2 => 3, PeriodicInputs<1, 1>, period = 3.0)(v1);
        let v4 = Dot(normalize = true)(v0, v2);
        Model(v0 => (v4, v3, v2))
    }
    struct Net19: f64 {
        let v0 = Input(5);
        let v1 = Input(4);
        let v3 = UnitNormalization(2)(Dense(4 => 2, tanh)(v1));
        let layer2 = Dense(2 => 1, gelu);
        let v4 = layer2(v3);
        let layer3 = Dense(1 => 4, tanh);
        let v5 = layer3(v4);
        let v7 = Concatenate()(v0, RmsNormalization(4)(v5)[2..3]);
        let v8 = Dense(4 => 2, gelu)(v1);
        let v9 = Maximum()(v7, v7);
        let v11 = UnitNormalization(3)(Dense(4 => 3, tanh)(v5));
        let layer10 = Dense(6 => 2, softmax);
        let v13 = layer2(layer10(v9));
        Model((v1, v0) => (v13, v8, v11))
    }
    struct Net20: f64 {
        let v0 = Input(2);
        let v1 = Input(1);
        let v2 = Input(3);
        let layer0 = Subtract();
        let v3 = layer0(v1[0..1], v1);
        let v5 = PeriodicEmbedding(6 => 12, PeriodicInputs<4, 2>, period = 3.0)(FourierFeatures(1 => 6, trainable = true)(v3));
        let v7 = Rescaling(2, scale = 1.5, offset = -0.25)(Dense(12 => 2, tanh)(v5));
        let v8 = layer0(v1, v3);
        let v9 = Inner0(v0);
        let v10 = Concatenate()(v7, v0);
        let layer7 = Concatenate();
        let v11 = layer7(v2, v8, v9);
        let v12 = Dense(7 => 2, gelu)(v11);
        Model((v1, v0, v2) => (v3, v10, v12))
    }
    struct Net21: f64 {
        let v0 = Input(5);
        let v1 = Dense(5 => 5, tanh)(v0);
        let v3 = Dense(5 => 2, gelu)(RmsNormalization(5)(v1));
        let layer3 = Dense(2 => 3, selu);
        let v4 = layer3(v3);
        let v5 = v3[0..1];
        let v6 = Concatenate()(v4, v4, v1, v5);
        let layer5 = Dense(12 => 2, gelu);
        let v7 = layer5(v6);
        let v9 = FourierFeatures(2 => 2, trainable = true)(layer5(v6));
        let layer7 = PeriodicEmbedding(3 => 5, PeriodicInputs<0, 2>, period = 3.0);
        let v10 = layer7(v4);
        let v11 = Dense(2 => 3, tanh)(v7);
        let v12 = Rescaling(3, scale = 1.5, offset = -0.25)(v11);
        Model(v0 => (v10, v9, v12))
    }
    struct Field0: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 5, sigmoid)(v0);
        let v3 = RmsNormalization(5)(Dense(5 => 5, tanh)(v1));
        let layer3 = Dense(2 => 4, tanh);
        let v5 = PRelu(4)(layer3(v0));
        let v6 = Concatenate()(v3, v5);
        let layer6 = Dense(9 => 2);
        let v7 = layer6(v6);
        Model(v0 => v7)
    }
    struct Field1: f64 {
        let v0 = Input(2);
        let layer0 = Dense(2 => 5, selu);
        let v1 = layer0(v0);
        let v2 = PeriodicEmbedding(2 => 5, PeriodicInputs<1, 1>, period = 3.0)(v0);
        let layer2 = Dense(2 => 2, gelu);
        let v3 = layer2(v0);
        let layer3 = Concatenate();
        let v5 = Concatenate()(layer3(v1, v2), v3);
        let v6 = Dense(12 => 2)(v5);
        Model(v0 => v6)
    }
    struct Field2: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 3, softsign)(v0);
        let v2 = Dense(3 => 1, softmax)(v1);
        let layer2 = Maximum();
        let v3 = layer2(v1[2..3], v0[0..1], v2);
        let v4 = layer2(v2, v1[1..2], v1[0..1]);
        let layer3 = Dense(1 => 4, sin);
        let v5 = layer3(v3);
        let v7 = layer2(v2, v0[1..2], Dot(normalize = true)(v1[1..3], v1[1..3]));
        let layer5 = FourierFeatures(1 => 4, trainable = true);
        let v8 = layer5(v4);
        let layer6 = Inner3;
        let (v9, _, _) = layer6(v5);
        let v12 = Concatenate()(v7, v8);
        let layer8 = Concatenate();
        let v13 = layer8(v12, v9);
        let v14 = Dense(12 => 2)(v13);
        Model(v0 => v14)
    }
    struct Field3: f64 {
        let v0 = Input(2);
        let v1 = v0[1..2];
        let v2 = Multiply()(v1, v1, v1, v1);
        let v3 = Concatenate()(v2, v2[0..1]);
        let v5 = Dense(5 => 4, elu)(PeriodicEmbedding(2 => 5, PeriodicInputs<1, 1>, period = 3.0)(v3));
        let layer4 = Dense(3 => 5, softsign);
        let v7 = Dense(5 => 4, tanh)(layer4(v5[0..3]));
        let v9 = Dense(4 => 1)(UnitNormalization(4)(v7));
        Model(v0 => v9)
    }
    struct Field4: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 3, sin)(v0);
        let layer1 = Inner0;
        let v2 = layer1(v0);
        let v3 = Dense(3 => 4, softmax)(v1);
        let layer3 = Inner3;
        let (v4, v5, v6) = layer3(v3);
        let v7 = Dense(4 => 1, softsign)(v3);
        let layer5 = FourierFeatures(1 => 2, trainable = true);
        let v8 = layer5(v7[0..1]);
        let layer6 = Concatenate();
        let v9 = layer6(v2, v4);
        let v10 = Concatenate()(v9, v5);
        let layer8 = Concatenate();
        let v11 = layer8(v10, v6);
        let layer9 = Concatenate();
        let v12 = layer9(v11, v8);
        let layer10 = Dense(19 => 1);
        let v13 = layer10(v12);
        Model(v0 => v13)
    }
    struct Field5: f64 {
        let v0 = Input(2);
        let layer0 = Dot();
        let v1 = layer0(v0, v0);
        let v2 = Dense(1 => 1, relu)(v1);
        let v3 = Add()(v1, v2, v2, v0[1..2]);
        let layer3 = Dense(1 => 5, sin);
        let v4 = layer3(v3);
        let layer4 = Dense(5 => 1);
        let v5 = layer4(v4);
        Model(v0 => v5)
    }
    struct Field6: f64 {
        let v0 = Input(2);
        let layer0 = Dense(2 => 5, softplus);
        let v1 = layer0(v0);
        let v2 = layer0(v0);
        let v3 = v0[0..2];
        let layer1 = Dense(5 => 3, tanh);
        let v4 = layer1(v1);
        let v5 = UnitNormalization(3)(v4);
        let v6 = layer0(v3);
        let layer3 = Dense(5 => 5, softsign);
        let v7 = layer3(v2);
        let layer4 = Dense(1 => 4, tanh);
        let v9 = RmsNormalization(4)(layer4(v5[1..2]));
        let v10 = v4[0..1];
        let v11 = Concatenate()(v6, v7);
        let layer7 = Concatenate();
        let v13 = Concatenate()(layer7(v11, v9), v10);
        let layer9 = Dense(15 => 2);
        let v14 = layer9(v13);
        Model(v0 => v14)
    }
    struct Field7: f64 {
        let v0 = Input(2);
        let v1 = Concatenate()(v0, v0, v0);
        let layer1 = Dense(6 => 2, softplus);
        let v3 = Dot(normalize = true)(v0, layer1(v1));
        let layer3 = Inner3;
        let (v4, _, _) = layer3(v1[1..5]);
        let v7 = Dense(7 => 3, sin)(v4);
        let layer5 = Inner2;
        let (v8, v9, v10) = layer5(v7, v1[3..5], v1[2..6]);
        let layer6 = Inner3;
        let (v11, v12, v13) = layer6(v9[0..4]);
        let (v14, v15, v16) = layer5(v7, v11[0..2], v13[0..4]);
        let v17 = Dense(3 => 2, tanh)(v7[0..3]);
        let v19 = Dense(2 => 2, elu)(Dropout(2, rate = 0.0)(v17));
        let v21 = Concatenate()(Concatenate()(v3, v8), v10);
        let v23 = Concatenate()(Concatenate()(v21, v12), v14);
        let layer14 = Concatenate();
        let v24 = layer14(v23, v15);
        let layer15 = Concatenate();
        let v25 = layer15(v24, v16);
        let layer16 = Concatenate();
        let v27 = Dense(17 => 1)(layer16(v25, v19));
        Model(v0 => v27)
    }
    struct Field8: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 2, softplus)(v0);
        let layer1 = Dense(2 => 2, elu);
        let v2 = layer1(v1);
        let v3 = Maximum()(v0, v1, v2, v2);
        let v4 = Average()(v3, v1, v1);
        let layer4 = Concatenate();
        let v5 = layer4(v1[0..1], v4[0..2], v4);
        let layer5 = Dense(2 => 2, softplus);
        let v6 = layer5(v1);
        let v7 = Dot(normalize = true)(v6, v2);
        let layer7 = Dense(2 => 3, tanh);
        let v8 = layer7(v6);
        let v9 = Dense(1 => 2, tanh)(v7);
        let v10 = UnitNormalization(2)(v9);
        let v11 = Dense(3 => 5, selu)(v5[0..3]);
        let v13 = Concatenate()(Concatenate()(v8, v10), v11);
        let v14 = Dense(10 => 2)(v13);
        Model(v0 => v14)
    }
    struct Field9: f64 {
        let v0 = Input(2);
        let layer0 = Dense(2 => 1, softmax);
        let v1 = layer0(v0);
        let v2 = layer0(v0);
        let v3 = Dense(1 => 3, softplus)(v1);
        let (_, v6, v7) = Inner2(v3, v0, Dense(3 => 4, softplus)(v3));
        let v8 = Dense(5 => 3, softsign)(v6);
        let v9 = Add()(v2, v1, v7[2..3]);
        let v10 = layer0(v0);
        let v11 = Concatenate()(v8, v9);
        let layer7 = Concatenate();
        let v13 = Dense(5 => 1)(layer7(v11, v10));
        Model(v0 => v13)
    }
    struct Field10: f64 {
        let v0 = Input(2);
        let layer0 = Dense(2 => 4, tanh);
        let v1 = layer0(v0);
        let v2 = layer0(v0);
        let v3 = Dense(4 => 4, sigmoid)(v2);
        let layer2 = Dot(normalize = true);
        let v4 = layer2(v2, v3);
        let (v5, _, v7) = Inner3(v1);
        let v8 = Dense(7 => 1, selu)(v5);
        let v9 = Dense(1 => 2, elu)(v4);
        let v10 = Inner0(v9);
        let layer7 = FourierFeatures(6 => 2, trainable = true);
        let v11 = layer7(v7);
        let layer8 = FourierFeatures(1 => 6, trainable = true);
        let v12 = layer8(v8);
        let v13 = Concatenate()(v10, v11);
        let layer10 = Concatenate();
        let v15 = Dense(11 => 1)(layer10(v13, v12));
        Model(v0 => v15)
    }
    struct Field11: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 3, elu)(v0);
        let layer1 = Multiply();
        let v2 = layer1(v1, v1, v1, v1);
        let v3 = Dense(3 => 3, gelu)(v2);
        let v5 = Dense(1 => 1, softmax)(Dot()(v2[0..3], v3));
        let v6 = Dense(1 => 1)(v5);
        Model(v0 => v6)
    }
    struct Field12: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 3, softsign)(v0);
        let v2 = Dot(normalize = true)(v1, v1);
        let layer2 = Dense(3 => 1, relu);
        let v3 = layer2(v1);
        let v4 = Dense(1 => 5, silu)(v3);
        let v5 = Dense(1 => 3, tanh)(v2);
        let v6 = UnitNormalization(3)(v5);
        let v7 = v5[0..2];
        let v9 = Dense(1 => 4, softplus)(layer2(v1));
        let layer7 = Inner3;
        let (v10, _, _) = layer7(v9);
        let v13 = Concatenate()(v4, v6);
        let layer9 = Concatenate();
        let v14 = layer9(v13, v7);
        let layer10 = Concatenate();
        let v15 = layer10(v14, v10);
        let layer11 = Dense(17 => 1);
        let v16 = layer11(v15);
        Model(v0 => v16)
    }
    struct Field13: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 1, softsign)(v0[0..2]);
        let v2 = v1[0..1];
        let layer1 = Dense(1 => 4, tanh);
        let v3 = layer1(v2);
        let (v4, _, _) = Inner3(v3);
        let v7 = Dense(7 => 1)(v4);
        Model(v0 => v7)
    }
    struct Field14: f64 {
        let v0 = Input(2);
        let v1 = Dense(2 => 1, selu)(v0);
        let v2 = Dense(1 => 3, selu)(v1);
        let v3 = Dense(3 => 4, gelu)(v2);
        let layer3 = Inner2;
        let (v4, v5, v6) = layer3(v2, v2[0..2], v3);
        let layer4 = Dense(1 => 1, elu);
        let v7 = layer4(v4);
        let v8 = PeriodicEmbedding(3 => 6, PeriodicInputs<0, 1>, period = 3.0)(v2);
        let layer6 = Inner0;
        let v9 = layer6(v0);
        let v11 = Concatenate()(Concatenate()(v5, v6), v7);
        let v13 = Concatenate()(Concatenate()(v11, v8), v9);
        let layer11 = Dense(18 => 2);
        let v14 = layer11(v13);
        Model(v0 => v14)
    }
    struct Field15: f64 {
        let v0 = Input(2);
        let v1 = Dot(normalize = true)(v0, v0);
        let v2 = Average()(v1, v1, v0[0..1]);
        let v3 = Dot(normalize = true)(v2, v0[1..2]);
        let layer3 = Minimum();
        let v5 = layer3(layer3(v3, v2, v3, v1), v0[1..2], v2, v3);
        let v6 = Dense(1 => 4, elu)(v3);
        let layer5 = Concatenate();
        let v7 = layer5(v5, v6);
        let v8 = Dense(5 => 1)(v7);
        Model(v0 => v8)
    }
}

#[test]
fn inner0() {
    check::<Inner0, _>(0, MeanAbsoluteError);
    derivatives::check::<Inner0>(0);
}

#[test]
fn inner1() {
    check::<Inner1, _>(1, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Inner1>(1);
}

#[test]
fn inner2() {
    check::<Inner2, _>(2, (MeanAbsoluteError, MeanAbsoluteError, MeanSquaredError));
    derivatives::check::<Inner2>(2);
}

#[test]
fn inner3() {
    check::<Inner3, _>(3, (MeanAbsoluteError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Inner3>(3);
}

#[test]
fn net0() {
    check::<Net0, _>(4, (MeanSquaredError, MeanAbsoluteError, MeanSquaredError));
    derivatives::check::<Net0>(4);
}

#[test]
fn net1() {
    check::<Net1, _>(5, MeanSquaredError);
    derivatives::check::<Net1>(5);
}

#[test]
fn net2() {
    check::<Net2, _>(6, MeanSquaredError);
    derivatives::check::<Net2>(6);
}

#[test]
fn net3() {
    check::<Net3, _>(7, (MeanSquaredError, MeanSquaredError, MeanAbsoluteError));
    derivatives::check::<Net3>(7);
}

#[test]
fn net4() {
    check::<Net4, _>(8, (MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net4>(8);
}

#[test]
fn net5() {
    check::<Net5, _>(9, (MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net5>(9);
}

#[test]
fn net6() {
    check::<Net6, _>(10, (MeanSquaredError, MeanSquaredError, MeanAbsoluteError));
    derivatives::check::<Net6>(10);
}

#[test]
fn net7() {
    check::<Net7, _>(11, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net7>(11);
}

#[test]
fn net8() {
    check::<Net8, _>(12, (MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net8>(12);
}

#[test]
fn net9() {
    check::<Net9, _>(13, (MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net9>(13);
}

#[test]
fn net10() {
    check::<Net10, _>(14, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net10>(14);
}

#[test]
fn net11() {
    check::<Net11, _>(15, (MeanSquaredError, MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net11>(15);
}

#[test]
fn net12() {
    check::<Net12, _>(16, (MeanSquaredError, MeanAbsoluteError, MeanSquaredError));
    derivatives::check::<Net12>(16);
}

#[test]
fn net13() {
    check::<Net13, _>(17, (MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net13>(17);
}

#[test]
fn net14() {
    check::<Net14, _>(18, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net14>(18);
}

#[test]
fn net15() {
    check::<Net15, _>(19, (MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net15>(19);
}

#[test]
fn net16() {
    check::<Net16, _>(20, (MeanAbsoluteError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net16>(20);
}

#[test]
fn net17() {
    check::<Net17, _>(21, (MeanSquaredError, MeanAbsoluteError, MeanSquaredError));
    derivatives::check::<Net17>(21);
}

#[test]
fn net18() {
    check::<Net18, _>(22, (MeanSquaredError, MeanSquaredError, MeanAbsoluteError));
    derivatives::check::<Net18>(22);
}

#[test]
fn net19() {
    check::<Net19, _>(23, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net19>(23);
}

#[test]
fn net20() {
    check::<Net20, _>(24, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net20>(24);
}

#[test]
fn net21() {
    check::<Net21, _>(25, (MeanAbsoluteError, MeanSquaredError, MeanSquaredError));
    derivatives::check::<Net21>(25);
}

#[test]
fn field0() {
    check::<Field0, _>(26, MeanSquaredError);
    derivatives::check::<Field0>(26);
    derivatives::check_field::<Field0, 2, _>(26, derivatives::System);
}

#[test]
fn field1() {
    check::<Field1, _>(27, MeanSquaredError);
    derivatives::check::<Field1>(27);
    derivatives::check_field::<Field1, 2, _>(27, derivatives::System);
}

#[test]
fn field2() {
    check::<Field2, _>(28, MeanSquaredError);
    derivatives::check::<Field2>(28);
    derivatives::check_field::<Field2, 2, _>(28, derivatives::System);
}

#[test]
fn field3() {
    check::<Field3, _>(29, MeanSquaredError);
    derivatives::check::<Field3>(29);
    derivatives::check_field::<Field3, 1, _>(29, derivatives::Scalar);
}

#[test]
fn field4() {
    check::<Field4, _>(30, MeanSquaredError);
    derivatives::check::<Field4>(30);
    derivatives::check_field::<Field4, 1, _>(30, derivatives::Scalar);
}

#[test]
fn field5() {
    check::<Field5, _>(31, MeanSquaredError);
    derivatives::check::<Field5>(31);
    derivatives::check_field::<Field5, 1, _>(31, derivatives::Scalar);
}

#[test]
fn field6() {
    check::<Field6, _>(32, MeanSquaredError);
    derivatives::check::<Field6>(32);
    derivatives::check_field::<Field6, 2, _>(32, derivatives::System);
}

#[test]
fn field7() {
    check::<Field7, _>(33, MeanSquaredError);
    derivatives::check::<Field7>(33);
    derivatives::check_field::<Field7, 1, _>(33, derivatives::Scalar);
}

#[test]
fn field8() {
    check::<Field8, _>(34, MeanSquaredError);
    derivatives::check::<Field8>(34);
    derivatives::check_field::<Field8, 2, _>(34, derivatives::System);
}

#[test]
fn field9() {
    check::<Field9, _>(35, MeanSquaredError);
    derivatives::check::<Field9>(35);
    derivatives::check_field::<Field9, 1, _>(35, derivatives::Scalar);
}

#[test]
fn field10() {
    check::<Field10, _>(36, MeanSquaredError);
    derivatives::check::<Field10>(36);
    derivatives::check_field::<Field10, 1, _>(36, derivatives::Scalar);
}

#[test]
fn field11() {
    check::<Field11, _>(37, MeanSquaredError);
    derivatives::check::<Field11>(37);
    derivatives::check_field::<Field11, 1, _>(37, derivatives::Scalar);
}

#[test]
fn field12() {
    check::<Field12, _>(38, MeanSquaredError);
    derivatives::check::<Field12>(38);
    derivatives::check_field::<Field12, 1, _>(38, derivatives::Scalar);
}

#[test]
fn field13() {
    check::<Field13, _>(39, MeanSquaredError);
    derivatives::check::<Field13>(39);
    derivatives::check_field::<Field13, 1, _>(39, derivatives::Scalar);
}

#[test]
fn field14() {
    check::<Field14, _>(40, MeanSquaredError);
    derivatives::check::<Field14>(40);
    derivatives::check_field::<Field14, 2, _>(40, derivatives::System);
}

#[test]
fn field15() {
    check::<Field15, _>(41, MeanSquaredError);
    derivatives::check::<Field15>(41);
    derivatives::check_field::<Field15, 1, _>(41, derivatives::Scalar);
}
