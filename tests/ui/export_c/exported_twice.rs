use mlp::prelude::*;

sequential! { pub struct Net { Dense(1 => 1) } }
mlp::export_c!(Net, "net");
mlp::export_c!(Net, "other");

fn main() {}
