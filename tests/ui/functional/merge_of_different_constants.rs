use mlp::prelude::*;

const WIDTH: usize = 10;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let a = Dense(1 => WIDTH, relu)(input);
        let b = Dense(1 => 12, relu)(input);
        let product = Multiply()(a, b);
        Model(input => product)
    };
}
