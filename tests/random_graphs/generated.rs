//! Random networks. `UPDATE_EXPECT=1 cargo test --test random_graphs` updates this file.

use mlp::prelude::*;

use crate::check;

functional! {
    struct Inner0: f64 {
        let v0 = Input(2);
        let v1 = v0[1..2];
        let v2 = Multiply()(v1, v1);
        let layer1 = Dense(1 => 2);
        let v3 = layer1(v2);
        Model(v0 => (v3, v0))
    }
    struct Inner1: f64 {
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
    struct Inner2: f64 {
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
    struct Inner3: f64 {
        let v0 = Input(4);
        let v1 = Minimum()(v0, v0, v0);
        let v2 = v0[3..4];
        let v3 = Dense(4 => 1, sigmoid)(v1);
        let layer2 = Minimum();
        let v5 = layer2(layer2(v1[3..4], v3, v3), v3, v3);
        Model(v0 => (v5, v2))
    }
    struct Net0: f64 {
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
    struct Net1: f64 {
        let v0 = Input(4);
        let v1 = v0[0..3];
        let v3 = Dense(1 => 2, softplus)(Dot(normalize = true)(v1, v1));
        Model(v0 => v3)
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
        let v7 = Dense(3 => 4, sigmoid)(layer0(v4, v5, v3));
        let layer4 = Dense(4 => 1, silu);
        let v8 = layer4(v7);
        Model((v1, v0, v2) => v8)
    }
    struct Net3: f64 {
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
    struct Net4: f64 {
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
    struct Net5: f64 {
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
    struct Net6: f64 {
        let v0 = Input(5);
        let layer0 = Concatenate();
        let v1 = layer0(v0[0..2], v0);
        let v2 = Dense(7 => 7, relu)(v1);
        let layer2 = Subtract();
        let v3 = layer2(v1, v2);
        let v4 = layer2(v1, v1);
        let layer3 = Dense(7 => 7, silu);
        let v5 = layer3(v4);
        let v6 = layer2(v5, v5);
        Model(v0 => (v3, v6))
    }
    struct Net7: f64 {
        let v0 = Input(5);
        let v1 = Input(5);
        let v2 = Input(4);
        let v3 = v2[2..4];
        let layer0 = Dense(5 => 1, sigmoid);
        let (_, v6, _) = Inner1(v2, layer0(v1), v2);
        let layer2 = Dot();
        let v8 = layer2(v3, v6);
        let layer3 = Dense(5 => 1, softplus);
        let v9 = layer3(v1);
        Model((v2, v1, v0) => (v8, v3, v0, v9))
    }
    struct Net8: f64 {
        let v0 = Input(5);
        let v1 = Input(4);
        let v2 = v1[1..4];
        let v3 = Dense(3 => 2, sigmoid)(v0[2..5]);
        let v4 = v0[1..5];
        let v5 = Maximum()(v3[0..2], v3);
        let layer2 = Subtract();
        let v6 = layer2(v5, v3);
        let layer3 = Minimum();
        let v7 = layer3(v2, v2);
        let layer4 = Dense(2 => 4, softplus);
        let v9 = Dense(4 => 2, softplus)(layer4(v0[3..5]));
        let layer6 = Maximum();
        let v10 = layer6(v3, v9);
        let v11 = Dense(2 => 3, softplus)(v6);
        let v12 = layer3(v11, v1[0..3]);
        let v13 = Dense(1 => 3, tanh)(v10[1..2]);
        let v15 = Dense(10 => 2)(Concatenate()(v4, v7, v12));
        Model((v1, v0) => (v15, v13))
    }
    struct Net9: f64 {
        let v0 = Input(1);
        let layer0 = Dense(1 => 1);
        let v1 = layer0(v0);
        let v2 = Dense(1 => 1, softplus)(v1);
        let v3 = Multiply()(v0[0..1], v1, v0, v2);
        let v4 = Dense(1 => 1, silu)(v1);
        let v5 = Average()(v3, v4, v2);
        let v7 = Dense(5 => 1, softplus)(Dense(1 => 5, silu)(v5));
        let layer7 = Dot(normalize = true);
        let v8 = layer7(v4, v7);
        let v9 = Multiply()(v8[0..1], v8, v0);
        let layer9 = Dense(1 => 5, softplus);
        let v10 = layer9(v9);
        let v11 = Dense(1 => 5, relu)(v0);
        let v13 = Minimum()(v10, v10, v11, Dense(2 => 5, softplus)(v11[3..5]));
        let v14 = Dense(5 => 2, tanh)(v13);
        Model(v0 => (v0, v14))
    }
    struct Net10: f64 {
        let v0 = Input(1);
        let v1 = Input(4);
        let v2 = Input(4);
        let v3 = v2[1..4];
        let v4 = v2[2..3];
        let v5 = Dense(4 => 3)(v2);
        let v6 = Dense(4 => 2, softplus)(v1);
        let v7 = Dense(1 => 2, silu)(v6[1..2]);
        let v9 = Dense(2 => 5)(Dense(2 => 2, silu)(v6));
        let layer5 = Concatenate();
        let v10 = layer5(v0, v3, v4);
        let layer6 = Dense(5 => 3, silu);
        let v11 = layer6(v10);
        let v13 = Dense(10 => 3, softplus)(Concatenate()(v5, v7, v9));
        Model((v1, v0, v2) => (v11, v13))
    }
    struct Net11: f64 {
        let v0 = Input(4);
        let (v1, v2, v3) = Inner2(v0[1..4], v0[2..4], v0);
        let v4 = Dot(normalize = true)(v2, v2);
        let v5 = Dense(3 => 3, silu)(v3);
        let v6 = Dense(1 => 1, tanh)(v1);
        let v7 = v1[0..1];
        let v8 = Dense(2 => 4, silu)(v2);
        let v9 = Dense(1 => 4)(v7);
        let v10 = v8[0..1];
        let layer6 = Concatenate();
        let v11 = layer6(v4, v5, v6);
        let v12 = Dense(5 => 1, relu)(v11);
        Model(v0 => (v9, v12, v10))
    }
    struct Net12: f64 {
        let v0 = Input(1);
        let v1 = Input(2);
        let layer0 = Dense(1 => 2, relu);
        let v2 = layer0(v1[1..2]);
        let v3 = Dot(normalize = true)(v1, v2);
        let (_, v5) = Inner0(v2);
        let layer3 = Dense(2 => 3, sigmoid);
        let v6 = layer3(v5);
        let v7 = layer0(v0);
        Model((v0, v1) => (v6, v0, v7, v3))
    }
    struct Net13: f64 {
        let v0 = Input(5);
        let v1 = Input(1);
        let v2 = Input(4);
        let v3 = Dense(4 => 2)(v2);
        let v4 = Dense(2 => 2, silu)(v3);
        let layer2 = Dense(1 => 2);
        let v5 = layer2(v1);
        let v6 = Dense(2 => 3, sigmoid)(v5);
        let v7 = Dense(2 => 3)(v4);
        let v8 = Concatenate()(v0, v6);
        let layer6 = Dense(3 => 3, softplus);
        let v9 = layer6(v7);
        let layer7 = Multiply();
        let v10 = layer7(v6, v6, v9, v6);
        Model((v0, v2, v1) => (v10, v8))
    }
    struct Net14: f64 {
        let v0 = Input(5);
        let v1 = Dense(5 => 5, sigmoid)(v0);
        let layer1 = Dense(5 => 2, softplus);
        let v2 = layer1(v1);
        let v3 = v0[4..5];
        let v4 = Dense(5 => 4, silu)(v1);
        let (v5, _, _) = Inner2(v0[2..5], v0[1..3], v4);
        let v8 = Dense(1 => 1, relu)(v5[0..1]);
        let layer5 = Inner0;
        let (v9, v10) = layer5(v4[0..2]);
        let v11 = layer1(v1);
        let v13 = layer1(Dense(4 => 5, softplus)(v4));
        let v14 = Dense(4 => 3, sigmoid)(v4);
        let layer8 = Dense(1 => 5);
        let v15 = layer8(v8[0..1]);
        let v17 = Dense(5 => 1)(Concatenate()(v2, v3, v9));
        let v19 = Dense(6 => 3, softplus)(Concatenate()(v10, v11, v13));
        let layer13 = Concatenate();
        let v20 = layer13(v14, v15, v17);
        let layer14 = Dense(9 => 3, silu);
        let v21 = layer14(v20);
        Model(v0 => (v21, v19))
    }
    struct Net15: f64 {
        let v0 = Input(3);
        let v1 = Input(5);
        let v2 = Input(5);
        let v3 = Average()(v0, v0, v2[0..3], v0);
        let v4 = Dense(5 => 1, softplus)(v1);
        let v5 = v0[0..2];
        let layer2 = Dense(2 => 1, relu);
        let v6 = layer2(v5);
        Model((v1, v0, v2) => (v3, v6, v4))
    }
    struct Net16: f64 {
        let v0 = Input(4);
        let v1 = Dense(4 => 5, tanh)(v0);
        let v2 = v0[3..4];
        let layer1 = Maximum();
        let v3 = layer1(v0, v0);
        let layer2 = Dense(4 => 3, sigmoid);
        let v4 = layer2(v3);
        let v5 = Minimum()(v3, v0, v3, v1[0..4]);
        let layer4 = Dot(normalize = true);
        let v6 = layer4(v2, v2);
        let v7 = v4[1..2];
        Model(v0 => (v4, v5, v6, v7))
    }
    struct Net17: f64 {
        let v0 = Input(3);
        let v1 = Input(4);
        let v2 = Input(3);
        let v3 = Dense(4 => 4, softplus)(v1);
        let v4 = Minimum()(v1, v3);
        let v5 = Concatenate()(v4, v2, v4);
        let v6 = Dense(11 => 4, softplus)(v5);
        let v7 = Dense(11 => 4, relu)(v5);
        let (v8, _, v10) = Inner1(v1, v2[1..2], v7);
        let v11 = Dense(3 => 1, silu)(v0);
        let layer7 = Add();
        let v12 = layer7(v10, v10, v11);
        let v13 = Dense(2 => 5, silu)(v8[0..2]);
        Model((v0, v1, v2) => (v13, v6, v12))
    }
    struct Net18: f64 {
        let v0 = Input(2);
        let layer0 = Dense(2 => 3, tanh);
        let v1 = layer0(v0);
        let layer1 = Dense(3 => 4, silu);
        let v2 = layer1(v1);
        let layer2 = Inner2;
        let (v3, v4, v5) = layer2(v1, v0, v2);
        let layer3 = Dense(1 => 4, relu);
        let (_, v8) = Inner3(layer3(v3));
        let v9 = Dot(normalize = true)(v0, v4);
        let layer6 = Dot();
        let v10 = layer6(v8, v9);
        Model(v0 => (v10, v5))
    }
    struct Net19: f64 {
        let v0 = Input(5);
        let v1 = Input(4);
        let v2 = Dense(4 => 1, silu)(v1);
        let layer1 = Dense(5 => 5, relu);
        let v3 = layer1(v0);
        let v4 = v2[0..1];
        let v5 = Dense(1 => 1)(v4);
        let v6 = Dense(1 => 1)(v5[0..1]);
        let v7 = Maximum()(v4, v5, v2, v6);
        let layer5 = Dense(5 => 1, sigmoid);
        let v8 = layer5(v3);
        let v9 = Dense(1 => 3, sigmoid)(v7);
        let layer7 = Multiply();
        let v10 = layer7(v8, v6, v7);
        let v11 = layer1(v3);
        Model((v1, v0) => (v11, v9, v10))
    }
    struct Net20: f64 {
        let v0 = Input(2);
        let v1 = Input(1);
        let v2 = Input(3);
        let layer0 = Subtract();
        let v3 = layer0(v1[0..1], v1);
        let v4 = Dense(3 => 1)(v2);
        let v5 = Maximum()(v1, v2[1..2], v4, v0[1..2]);
        let v6 = layer0(v1, v5);
        let (v7, v8) = Inner0(v0);
        let v9 = Concatenate()(v6, v0);
        let v10 = Dense(3 => 4)(v9);
        let (v11, v12, v13) = Inner1(v10, v1, v10);
        let v14 = layer0(v3, v4);
        let v15 = Concatenate()(v7, v8, v11);
        let v16 = Dense(7 => 2, relu)(v15);
        let layer9 = Concatenate();
        let v17 = layer9(v12, v13, v14);
        let v18 = Dense(4 => 2, softplus)(v17);
        Model((v1, v0, v2) => (v16, v18))
    }
    struct Net21: f64 {
        let v0 = Input(5);
        let v1 = Dense(5 => 5, tanh)(v0);
        let layer1 = Dense(5 => 5, sigmoid);
        let v2 = layer1(v1);
        let layer2 = Multiply();
        let v3 = layer2(v2, v0, v2);
        let v4 = Dense(5 => 5, softplus)(v3);
        let v5 = Dense(5 => 5, tanh)(v4);
        let v6 = layer2(v4, v3, v5);
        let layer5 = Dense(5 => 4, relu);
        let v7 = layer5(v6);
        let v8 = v1[0..5];
        let v9 = Dense(5 => 3, softplus)(v8);
        let (_, _, v13) = Inner2(v9, Dense(3 => 2, relu)(v9[0..3]), v7);
        let (v14, v15, v16) = Inner2(v5[0..3], v2[3..5], v2[1..5]);
        let v17 = Dense(3 => 5)(v16);
        let v18 = layer5(v17);
        let v19 = Dense(3 => 5, tanh)(v13);
        let v20 = layer2(v2, v19, v5);
        let layer12 = Concatenate();
        let v21 = layer12(v14, v15, v18);
        let v22 = Dense(7 => 2, relu)(v21);
        Model(v0 => (v20, v22))
    }
}

#[test]
fn inner0() {
    check::<Inner0, _>(0, (MeanAbsoluteError, MeanSquaredError));
}

#[test]
fn inner1() {
    check::<Inner1, _>(1, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn inner2() {
    check::<Inner2, _>(2, (MeanSquaredError, MeanSquaredError, MeanAbsoluteError));
}

#[test]
fn inner3() {
    check::<Inner3, _>(3, (MeanAbsoluteError, MeanAbsoluteError));
}

#[test]
fn net0() {
    check::<Net0, _>(4, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net1() {
    check::<Net1, _>(5, MeanAbsoluteError);
}

#[test]
fn net2() {
    check::<Net2, _>(6, MeanSquaredError);
}

#[test]
fn net3() {
    check::<Net3, _>(7, (MeanSquaredError, MeanAbsoluteError, MeanSquaredError));
}

#[test]
fn net4() {
    check::<Net4, _>(8, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net5() {
    check::<Net5, _>(9, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn net6() {
    check::<Net6, _>(10, (MeanAbsoluteError, MeanSquaredError));
}

#[test]
fn net7() {
    check::<Net7, _>(11, (MeanAbsoluteError, MeanSquaredError, MeanAbsoluteError, MeanSquaredError));
}

#[test]
fn net8() {
    check::<Net8, _>(12, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net9() {
    check::<Net9, _>(13, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net10() {
    check::<Net10, _>(14, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net11() {
    check::<Net11, _>(15, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn net12() {
    check::<Net12, _>(16, (MeanAbsoluteError, MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn net13() {
    check::<Net13, _>(17, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net14() {
    check::<Net14, _>(18, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net15() {
    check::<Net15, _>(19, (MeanAbsoluteError, MeanAbsoluteError, MeanSquaredError));
}

#[test]
fn net16() {
    check::<Net16, _>(20, (MeanAbsoluteError, MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn net17() {
    check::<Net17, _>(21, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn net18() {
    check::<Net18, _>(22, (MeanSquaredError, MeanSquaredError));
}

#[test]
fn net19() {
    check::<Net19, _>(23, (MeanSquaredError, MeanSquaredError, MeanSquaredError));
}

#[test]
fn net20() {
    check::<Net20, _>(24, (MeanSquaredError, MeanAbsoluteError));
}

#[test]
fn net21() {
    check::<Net21, _>(25, (MeanAbsoluteError, MeanSquaredError));
}
