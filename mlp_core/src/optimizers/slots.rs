use crate::layers::Layer;
use crate::scalar::Scalar;

/// Slots of an optimizer: values of the network's own type, such as its moments. Keras: slot variables.
///
/// Without a heap there are three, used or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Slots<N>(#[cfg(feature = "std")] Vec<Box<N>>, #[cfg(not(feature = "std"))] [N; 3]);

#[cfg(not(feature = "std"))]
impl<N: Layer> Slots<N> {
    /// Creates one slot for each initial value.
    pub fn new<const COUNT: usize>(initial: [f64; COUNT]) -> Self {
        const { assert!(COUNT <= 3, "without `std` there are three slots") };
        let mut slots = Self([N::ZEROS; 3]);
        for (slot, value) in slots.0.iter_mut().zip(initial) {
            slot.as_mut_slice().fill(N::Scalar::from_f64(value));
        }
        slots
    }

    /// Returns the first `COUNT` slots.
    pub fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        const { assert!(COUNT <= 3, "without `std` there are three slots") };
        let mut slots = self.0.iter_mut();
        core::array::from_fn(|_| slots.next().expect("there are three slots"))
    }

    /// Returns all slots.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut N> {
        self.0.iter_mut()
    }
}

#[cfg(feature = "std")]
impl<N: Layer> Slots<N> {
    /// Creates one slot for each initial value.
    pub fn new<const COUNT: usize>(initial: [f64; COUNT]) -> Self {
        let filled = |value: f64| {
            let mut slot = N::zeroed();
            // Zeros are not written: pages that are never touched occupy no memory.
            if value != 0.0 {
                slot.as_mut_slice().fill(N::Scalar::from_f64(value));
            }
            slot
        };
        Self(initial.into_iter().map(filled).collect())
    }

    /// Returns the first `COUNT` slots. Missing ones, after a change of the optimizer, are added, filled with zeros.
    pub fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        while self.0.len() < COUNT {
            self.0.push(N::zeroed());
        }
        let mut slots = self.0.iter_mut();
        core::array::from_fn(|_| &mut **slots.next().expect("there are `COUNT` slots"))
    }

    /// Returns all slots, read-only.
    pub fn as_slice(&self) -> &[Box<N>] {
        &self.0
    }

    /// Returns all slots.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut N> {
        self.0.iter_mut().map(|slot| &mut **slot)
    }
}
