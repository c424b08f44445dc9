use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let a = Add()(input, c);
        let b = Dense(1 => 1)(a);
        let c = Dense(1 => 1)(b);
        Model(input => c)
    };
}
