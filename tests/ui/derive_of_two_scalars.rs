use mlp::*;

#[derive(Parameters)]
#[repr(C)]
pub struct Scale {
    factor: f32,
    offset: f64,
}

fn main() {
    println!("{}", Scale::COUNT);
}
