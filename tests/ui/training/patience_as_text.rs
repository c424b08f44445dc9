use mlp::prelude::*;

fn main() {
    let callback = EarlyStopping::new("val_loss").patience("10");
    println!("{callback:?}");
}
