pub struct Net;
mlp::export_c!(Net, "net");

fn main() {}
