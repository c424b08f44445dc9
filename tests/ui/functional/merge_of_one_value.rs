use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let sum = Add()(input);
        Model(input => sum)
    };
}
