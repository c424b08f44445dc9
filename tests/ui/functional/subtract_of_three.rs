use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(2);
        let b = Input(2);
        let c = Input(2);
        let y = Subtract()(a, b, c);
        Model((a, b, c) => y)
    };
}
