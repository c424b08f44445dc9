use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(3);
        let b = Input(4);
        let both = Concatenate()(a, b);
        let output = Dense(8 => 1)(both);
        Model((a, b) => output)
    };
}
