use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(2);
        let b = Dense(2 => 2)(a);
        let y = Dense(2 => 1)(a + b);
        Model(a => y)
    };
}
