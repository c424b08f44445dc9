//! Ctrl-C.

#[cfg(feature = "ctrlc")]
mod handler {
    use std::process;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    static LISTENERS: AtomicUsize = AtomicUsize::new(0);
    static PRESSED: AtomicBool = AtomicBool::new(false);

    /// A listener to Ctrl-C. While there is one, the first Ctrl-C is recorded, and the second one ends the program.
    pub(crate) struct Interrupt(());

    impl Interrupt {
        /// Creates a listener.
        pub(crate) fn listen() -> Result<Self, String> {
            // The handler stays for the rest of the program. Between two trainings it does what the system would do.
            static HANDLER: OnceLock<Result<(), String>> = OnceLock::new();
            HANDLER.get_or_init(|| ctrlc::set_handler(press).map_err(|error| error.to_string())).clone()?;
            if LISTENERS.fetch_add(1, Ordering::SeqCst) == 0 {
                PRESSED.store(false, Ordering::SeqCst);
            }
            Ok(Self(()))
        }

        /// Returns whether Ctrl-C was pressed.
        pub(crate) fn is_pressed(&self) -> bool {
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
            // The exit code with which shells report a program ended by Ctrl-C.
            process::exit(130);
        }
    }
}

#[cfg(not(feature = "ctrlc"))]
mod handler {
    /// A listener that is never pressed: without the feature `ctrlc`, `Fit` cannot request one.
    pub(crate) struct Interrupt(());

    impl Interrupt {
        /// Creates a listener.
        pub(crate) fn listen() -> Result<Self, String> {
            Ok(Self(()))
        }

        /// Returns `false`.
        pub(crate) fn is_pressed(&self) -> bool {
            false
        }
    }
}

pub(crate) use handler::Interrupt;
