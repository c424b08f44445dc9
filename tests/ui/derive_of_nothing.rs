use mlp::*;

#[derive(Parameters)]
#[repr(C)]
pub struct Scale;

fn main() {
    println!("{}", Scale::COUNT);
}
