//! Chooses the linker's arguments and the memory map of the target.

use std::path::PathBuf;
use std::{env, fs};

/// Flash and RAM of the BBC micro:bit (Cortex-M0). The board with the Cortex-M4F, MPS2 AN386, has more of both.
const CORTEX_M: &str = "MEMORY {
    FLASH : ORIGIN = 0x00000000, LENGTH = 256K
    RAM : ORIGIN = 0x20000000, LENGTH = 16K
}
";

/// RAM of QEMU's machine `virt`, divided into the sizes of a small chip.
const RISC_V: &str = "MEMORY {
    FLASH : ORIGIN = 0x80000000, LENGTH = 256K
    RAM : ORIGIN = 0x80040000, LENGTH = 16K
}
REGION_ALIAS(\"REGION_TEXT\", FLASH);
REGION_ALIAS(\"REGION_RODATA\", FLASH);
REGION_ALIAS(\"REGION_DATA\", RAM);
REGION_ALIAS(\"REGION_BSS\", RAM);
REGION_ALIAS(\"REGION_HEAP\", RAM);
REGION_ALIAS(\"REGION_STACK\", RAM);
";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(microbit)");
    let target = env::var("TARGET").expect("Cargo sets it");
    if target.starts_with("thumbv6m") {
        println!("cargo:rustc-cfg=microbit");
    }
    let arguments: &[&str] = if target.starts_with("thumb") {
        memory_map(CORTEX_M);
        &["--nmagic", "-Tlink.x"]
    } else if target.starts_with("riscv") {
        memory_map(RISC_V);
        &["-Tmemory.x", "-Tlink.x"]
    } else {
        // A static program without start-up code and without a C library.
        &["-nostartfiles", "-nostdlib", "-static", "-no-pie"]
    };
    for argument in arguments {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
}

/// Writes the memory map where the linker finds it.
fn memory_map(text: &str) {
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it"));
    fs::write(folder.join("memory.x"), text).expect("a writable folder");
    println!("cargo:rustc-link-search={}", folder.display());
}
