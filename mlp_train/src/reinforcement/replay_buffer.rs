//! Transitions of an environment, stored for training.

use mlp_core::Rng;

/// Ring of the last transitions, from which batches are drawn uniformly (Mnih et al., "Human-level control through deep
/// reinforcement learning", 2015). Stable-Baselines3: `ReplayBuffer`.
///
/// A transition is any type. All memory is allocated at the start.
///
/// ```
/// # mod mlp { pub use mlp_core::Rng; pub mod reinforcement { pub use mlp_train::ReplayBuffer; } }
/// use mlp::Rng;
/// use mlp::reinforcement::ReplayBuffer;
///
/// #[derive(Clone, Copy)]
/// struct Transition {
///     state: [f32; 3],
///     reward: f32,
/// }
///
/// let mut replay = ReplayBuffer::new(10_000);
/// for step in 0..100 {
///     replay.push(Transition { state: [0.1, 0.2, 0.3], reward: step as f32 });
/// }
/// let mut states = [[0.0; 3]; 32];
/// let mut rng = Rng::new(0);
/// for (row, transition) in states.iter_mut().zip(replay.sample(&mut rng)) {
///     *row = transition.state;
/// }
/// # assert!(replay.sample(&mut rng).take(9).all(|transition| transition.reward < 100.0));
/// ```
#[derive(Clone, Debug)]
pub struct ReplayBuffer<T> {
    transitions: Vec<T>,
    capacity: usize,
    /// Index of the oldest transition, once the buffer is full.
    oldest: usize,
}

impl<T> ReplayBuffer<T> {
    /// Creates an empty buffer for up to `capacity` transitions, and for at least one.
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { transitions: Vec::with_capacity(capacity), capacity, oldest: 0 }
    }

    /// Stores a transition. It replaces the oldest one if the buffer is full.
    pub fn push(&mut self, transition: T) {
        if self.transitions.len() < self.capacity {
            self.transitions.push(transition);
        } else {
            self.transitions[self.oldest] = transition;
            self.oldest = (self.oldest + 1) % self.capacity;
        }
    }

    /// Returns the number of stored transitions.
    pub fn len(&self) -> usize {
        self.transitions.len()
    }

    /// Returns whether no transition is stored.
    pub fn is_empty(&self) -> bool {
        self.transitions.is_empty()
    }

    /// Returns an endless sequence of random transitions, each drawn with the same probability. It ends at once if the
    /// buffer is empty.
    pub fn sample<'a>(&'a self, rng: &'a mut Rng) -> impl Iterator<Item = &'a T> {
        std::iter::from_fn(move || (!self.is_empty()).then(|| &self.transitions[rng.below(self.len())]))
    }
}
