//! Ctrl-C.

#[cfg(feature = "ctrlc")]
mod listening {
    use std::process;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    static LISTENERS: AtomicUsize = AtomicUsize::new(0);
    static PRESSED: AtomicBool = AtomicBool::new(false);

    /// While there is one, Ctrl-C is noted instead of ending the program. A second time it ends it.
    pub(in crate::training) struct Interrupt(());

    impl Interrupt {
        pub(in crate::training) fn listen() -> Result<Self, String> {
            // The handler stays for the rest of the program; between two trainings it does what the system would do.
            static HANDLER: OnceLock<Result<(), String>> = OnceLock::new();
            HANDLER.get_or_init(|| ctrlc::set_handler(press).map_err(|error| error.to_string())).clone()?;
            if LISTENERS.fetch_add(1, Ordering::SeqCst) == 0 {
                PRESSED.store(false, Ordering::SeqCst);
            }
            Ok(Self(()))
        }

        pub(in crate::training) fn is_pressed(&self) -> bool {
            PRESSED.load(Ordering::Relaxed)
        }
    }

    impl Drop for Interrupt {
        fn drop(&mut self) {
            LISTENERS.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn press() {
        if LISTENERS.load(Ordering::SeqCst) == 0 || PRESSED.swap(true, Ordering::SeqCst) {
            // As a shell reports a program that Ctrl-C has ended.
            process::exit(130);
        }
    }
}

#[cfg(not(feature = "ctrlc"))]
mod listening {
    /// Never pressed: without the feature `ctrlc`, nobody can ask for it.
    pub(in crate::training) struct Interrupt(());

    impl Interrupt {
        pub(in crate::training) fn listen() -> Result<Self, String> {
            Ok(Self(()))
        }

        pub(in crate::training) fn is_pressed(&self) -> bool {
            false
        }
    }
}

pub(super) use listening::Interrupt;
