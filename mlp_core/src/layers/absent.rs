//! Kinds of layers that this library does not have. A compiler's message about the name of such a layer names its kind here.

/// Convolutions and pooling, which this library does not have: inputs are vectors of features.
#[doc(alias = "AveragePooling2D")]
#[doc(alias = "AvgPool2d")]
#[doc(alias = "Conv1D")]
#[doc(alias = "Conv1d")]
#[doc(alias = "Conv2D")]
#[doc(alias = "Conv2d")]
#[doc(alias = "Conv3D")]
#[doc(alias = "Conv3d")]
#[doc(alias = "MaxPool2d")]
#[doc(alias = "MaxPooling1D")]
#[doc(alias = "MaxPooling2D")]
#[derive(Debug)]
pub enum NoConvolutions {}

/// Recurrent layers, which this library does not have: a series is fed as windows of features.
#[doc(alias = "GRU")]
#[doc(alias = "Gru")]
#[doc(alias = "LSTM")]
#[doc(alias = "Lstm")]
#[doc(alias = "RNN")]
#[doc(alias = "SimpleRNN")]
#[derive(Debug)]
pub enum NoRecurrentLayers {}

/// Attention, which this library does not have.
#[doc(alias = "Attention")]
#[doc(alias = "MultiHeadAttention")]
#[doc(alias = "MultiheadAttention")]
#[doc(alias = "Transformer")]
#[derive(Debug)]
pub enum NoAttention {}

/// Layers that change a shape, which are not needed: a sample is a vector of features.
#[doc(alias = "Flatten")]
#[doc(alias = "Permute")]
#[doc(alias = "Reshape")]
#[derive(Debug)]
pub enum SamplesAreFlat {}
