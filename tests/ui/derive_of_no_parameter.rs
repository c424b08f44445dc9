use mlp::*;

#[derive(Parameters)]
#[repr(C)]
pub struct Scale {
    factor: f32,
    name: String,
}

fn main() {
    println!("{}", Scale::COUNT);
}
