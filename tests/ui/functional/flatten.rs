use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(2);
        let b = Flatten()(a);
        let y = Dense(2 => 1)(b);
        Model(a => y)
    };
}
