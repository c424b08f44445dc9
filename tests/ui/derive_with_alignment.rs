use mlp::*;

#[derive(Parameters)]
#[repr(C, align(64))]
pub struct Scale {
    factor: f32,
}

fn main() {
    println!("{}", Scale::COUNT);
}
