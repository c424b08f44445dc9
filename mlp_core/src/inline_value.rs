//! Values of any type in static memory, for closures without a heap.

use core::mem::{MaybeUninit, needs_drop};

/// Memory of an [`InlineValue`].
type Storage<const WORDS: usize> = [MaybeUninit<u64>; WORDS];

/// Value of an unknown type of at most `WORDS` times 8 bytes, together with functions `F` on it.
pub(crate) struct InlineValue<F, const WORDS: usize> {
    storage: Storage<WORDS>,
    functions: F,
    clone: unsafe fn(&Storage<WORDS>, &mut Storage<WORDS>),
    /// `None` for values that need no drop. Its argument is the bytes themselves: with a pointer to them, the
    /// compiler would not remove an unused value, such as the initializers in the options of a prediction.
    drop: Option<unsafe fn(Storage<WORDS>)>,
}

// SAFETY: `new` requires that the value is `Send` and `Sync`; functions are both.
unsafe impl<F: Send, const WORDS: usize> Send for InlineValue<F, WORDS> {}
// SAFETY: as above.
unsafe impl<F: Sync, const WORDS: usize> Sync for InlineValue<F, WORDS> {}

impl<F, const WORDS: usize> InlineValue<F, WORDS> {
    /// Stores a value. The functions must be called with pointers to a value of type `V`.
    pub(crate) fn new<V: Clone + Send + Sync + 'static>(value: V, functions: F) -> Self {
        const {
            assert!(
                size_of::<V>() <= size_of::<Storage<WORDS>>(),
                "captured values are too large: put them in an `Arc`"
            );
            assert!(align_of::<V>() <= align_of::<Storage<WORDS>>(), "captured values are aligned to at most 8 bytes");
        }
        let mut storage = [MaybeUninit::uninit(); WORDS];
        // SAFETY: the storage is large and aligned enough, as asserted above.
        unsafe { storage.as_mut_ptr().cast::<V>().write(value) };
        let drop: Option<unsafe fn(Storage<WORDS>)> =
            if needs_drop::<V>() { Some(drop_value::<V, WORDS>) } else { None };
        Self { storage, functions, clone: clone_value::<V, WORDS>, drop }
    }

    /// Returns the functions.
    pub(crate) fn functions(&self) -> &F {
        &self.functions
    }

    /// Returns a pointer to the value, valid for reads as long as `self` is borrowed.
    pub(crate) fn as_ptr(&self) -> *const () {
        self.storage.as_ptr().cast()
    }
}

/// Clones a value into another storage.
///
/// # Safety
/// `source` must hold a value of type `V`.
unsafe fn clone_value<V: Clone, const WORDS: usize>(source: &Storage<WORDS>, target: &mut Storage<WORDS>) {
    // SAFETY: the caller guarantees a value of type `V`; `target` is as large and aligned as `source`.
    unsafe { target.as_mut_ptr().cast::<V>().write((*source.as_ptr().cast::<V>()).clone()) };
}

/// Drops the value of a storage.
///
/// # Safety
/// `storage` must hold a value of type `V`, which is not used afterward.
unsafe fn drop_value<V, const WORDS: usize>(mut storage: Storage<WORDS>) {
    // SAFETY: the caller's contract.
    unsafe { storage.as_mut_ptr().cast::<V>().drop_in_place() };
}

impl<F: Copy, const WORDS: usize> Clone for InlineValue<F, WORDS> {
    fn clone(&self) -> Self {
        let mut storage = [MaybeUninit::uninit(); WORDS];
        // SAFETY: `new` stored a value of the type that `clone` belongs to.
        unsafe { (self.clone)(&self.storage, &mut storage) };
        Self { storage, functions: self.functions, clone: self.clone, drop: self.drop }
    }
}

impl<F, const WORDS: usize> Drop for InlineValue<F, WORDS> {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: `new` or `clone` stored a value of the type that `drop` belongs to, and it is not used afterward.
            unsafe { drop(self.storage) };
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_value_is_cloned_and_dropped_once() {
        let shared = Arc::new(7_u32);
        let value = InlineValue::<_, 4>::new(Arc::clone(&shared), ());
        let copy = value.clone();
        assert_eq!(Arc::strong_count(&shared), 3);
        // SAFETY: the value is an `Arc<u32>`.
        assert_eq!(unsafe { &**copy.as_ptr().cast::<Arc<u32>>() }, &7);
        drop((value, copy));
        assert_eq!(Arc::strong_count(&shared), 1);
    }
}
