use mlp::prelude::*;

fn main() {
    let fit = Fit::new().callback(EarlyStopping("val_loss"));
    println!("{fit:?}");
}
