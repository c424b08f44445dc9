use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let a = Input(2);
        let b = LSTM(2 => 3)(a);
        let y = Dense(3 => 1)(b);
        Model(a => y)
    };
}
