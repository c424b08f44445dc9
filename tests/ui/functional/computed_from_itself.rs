use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let a = Add()(input, a);
        Model(input => a)
    };
}
