use mlp::prelude::*;

sequential! {
    pub struct Output { Dense(2 => 1) }
}

fn main() {
    let mut model = sequential![Dense(1 => 2)];
    model.add(Output::new(0));
}
