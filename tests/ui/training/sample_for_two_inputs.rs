use mlp::prelude::*;

fn main() {
    functional! { struct Two { let a = Input(1); let b = Input(1); let c = Add()(a, b); Model((a, b) => c) } }
    let _ = Two::new(0).predict_one([1.0, 2.0]);
}
