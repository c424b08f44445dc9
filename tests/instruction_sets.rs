//! Every instruction set trains like Keras and PyTorch. A test binary of its own: the selection applies to the whole
//! process.

#[allow(dead_code, reason = "shared with the golden tests")]
#[path = "goldens/golden.rs"]
mod golden;
#[path = "goldens/replay.rs"]
mod replay;

use mlp::kernels::InstructionSet;
use mlp::prelude::*;

use replay::{Tolerance, check, sine};

#[test]
fn each_trains_like_keras_and_pytorch() {
    for set in InstructionSet::ALL {
        if set > InstructionSet::widest() {
            assert!(set.select().is_err());
            continue;
        }
        set.select().expect("the processor has it");
        println!("{set}");
        for framework in ["keras", "pytorch"] {
            let double = sequential![f64; Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)];
            let single = sequential![f32; Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)];
            let file = |scalar| format!("training_{framework}_tanh_{scalar}");
            let [to_double, to_single] = [1e-10, 1e-5].map(|limit| Tolerance { losses: limit, parameters: limit });
            check(&file("float64"), double, MeanSquaredError, &sine::<f64>(), to_double);
            check(&file("float32"), single, MeanSquaredError, &sine::<f32>(), to_single);
        }
    }
}
