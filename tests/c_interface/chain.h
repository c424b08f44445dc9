/* The network Chain. Written by mlp 0.1.0. */
#ifndef CHAIN_H
#define CHAIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Results of all functions. */
#ifndef MLP_OK
#define MLP_OK 0
#define MLP_POINTER 1 /* a pointer is null or not aligned */
#define MLP_LENGTH 2 /* an array has a length that does not fit */
#define MLP_OVERLAP 3 /* an array overlaps the network */
#define MLP_BYTES 4 /* the bytes do not match the network */
#define MLP_PANIC 5 /* a panic in a custom layer */
#endif

/* Values in a row of inputs, in a row of outputs, and in the network. */
#define CHAIN_INPUTS 3
#define CHAIN_OUTPUTS 2
#define CHAIN_PARAMETERS 161

/* A network. Matrices are stored column by column:
          0  dense_1.weights [10 by 3]
         30  dense_1.bias [10]
         40  hidden.weights [7 by 10]
        110  hidden.bias [7]
        117  batch_normalization_1.gamma [7]
        124  batch_normalization_1.beta [7]
        131  batch_normalization_1.moving_mean [7]
        138  batch_normalization_1.moving_variance [7]
        145  dense_2.weights [2 by 7]
        159  dense_2.bias [2]
 */
typedef struct chain_network {
    float parameters[CHAIN_PARAMETERS];
} chain_network;

/* Sets initial weights. */
int32_t chain_initialize(chain_network *network, uint64_t seed);

/* Loads a safetensors file, or all parameters, little-endian. On error, nothing changes. */
int32_t chain_load(chain_network *network, const uint8_t *bytes, size_t length);

/* Computes the output of one row. */
int32_t chain_predict_one(
    const chain_network *network,
    const float *input, size_t input_length,
    float *output, size_t output_length);

/* Computes all rows. */
int32_t chain_predict(
    const chain_network *network,
    const float *input, size_t input_length,
    float *output, size_t output_length);

/* Computes the gradients of the sum of output_gradient * output: of each row by its inputs, and of all
   rows by the parameters. An array of length 0 is not computed. */
int32_t chain_vjp(
    const chain_network *network,
    const float *input, size_t input_length,
    const float *output_gradient, size_t output_gradient_length,
    float *input_gradient, size_t input_gradient_length,
    float *parameter_gradient, size_t parameter_gradient_length);

#ifdef __cplusplus
}
#endif

#endif
