use mlp::prelude::*;

fn main() {
    let _ = functional! { let a = Input(1); let b = Input(1); let c = Add()(a, b); Model([a, b] => c) };
}
