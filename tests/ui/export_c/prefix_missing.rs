use mlp::prelude::*;

sequential! { pub struct Net { Dense(1 => 1) } }
mlp::export_c!(Net);

fn main() {}
