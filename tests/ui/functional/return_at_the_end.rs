use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(2);
        let y = Dense(2 => 1)(a);
        y
    };
}
