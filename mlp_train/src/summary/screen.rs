/// Style of the progress of a training and of a [`Summary`](crate::Summary) on the screen.
///
/// | | Keras 3, the default | Keras 2 |
/// |---|---|---|
/// | bar | `25/25 ━━━━━━━━━━━━━━━━━━━━ 0s 3ms/step - loss: 0.7335` | `25/25 [====…====] - 0s 3ms/step - loss: 0.7335` |
/// | line | `25/25 - 0s - 3ms/step - loss: 0.7335` | `25/25 - 0s - loss: 0.7335 - 75ms/epoch - 3ms/step` |
/// | summary | a table with borders, sizes in bytes | a table of lines |
///
/// ```
/// # mod mlp { pub use mlp_train::{Fit, Screen}; }
/// use mlp::{Fit, Screen};
///
/// let fit = Fit::new().epochs(10).screen(Screen::Keras2);
/// # let _ = fit;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The screens of Keras 3.
    #[default]
    Keras3,
    /// The screens of Keras 2.
    Keras2,
}
