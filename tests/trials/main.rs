//! Trial programs, as users write them: a port from Keras, one from scikit-learn, a loop of reinforcement learning, and one
//! that cleans data. Each checks its results.

mod data_cleaning;
mod keras_port;
mod reinforcement_loop;
mod scikit_port;
