use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(2);
        let b = Input(3);
        let c = Concatenate(a, b);
        let y = Dense(5 => 1)(c);
        Model((a, b) => y)
    };
}
