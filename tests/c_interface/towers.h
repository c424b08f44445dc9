/* The network Towers. Written by mlp 0.1.0. */
#ifndef TOWERS_H
#define TOWERS_H

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
#define TOWERS_INPUTS 5
#define TOWERS_OUTPUTS 5
#define TOWERS_PARAMETERS 53

/* First value of each input and output in its row, and number of values. */
#define TOWERS_INPUT_USER 0
#define TOWERS_INPUT_USER_SIZE 3
#define TOWERS_INPUT_ITEM 3
#define TOWERS_INPUT_ITEM_SIZE 2
#define TOWERS_OUTPUT_SCORE 0
#define TOWERS_OUTPUT_SCORE_SIZE 1
#define TOWERS_OUTPUT_REST 1
#define TOWERS_OUTPUT_REST_SIZE 4

/* A network. Matrices are stored column by column:
          0  encode.weights [4 by 2]
          8  encode.bias [4]
         12  left.weights [4 by 3]
         24  left.bias [4]
         28  inner.c.weights [4 by 4]
         44  inner.c.bias [4]
         48  score.weights [1 by 4]
         52  score.bias [1]
 */
typedef struct towers_network {
    double parameters[TOWERS_PARAMETERS];
} towers_network;

/* Sets initial weights. */
int32_t towers_initialize(towers_network *network, uint64_t seed);

/* Loads a safetensors file, or all parameters, little-endian. On error, nothing changes. */
int32_t towers_load(towers_network *network, const uint8_t *bytes, size_t length);

/* Computes the output of one row. */
int32_t towers_predict_one(
    const towers_network *network,
    const double *input, size_t input_length,
    double *output, size_t output_length);

/* Computes all rows. */
int32_t towers_predict(
    const towers_network *network,
    const double *input, size_t input_length,
    double *output, size_t output_length);

/* Computes the gradients of the sum of output_gradient * output: of each row by its inputs, and of all
   rows by the parameters. An array of length 0 is not computed. */
int32_t towers_vjp(
    const towers_network *network,
    const double *input, size_t input_length,
    const double *output_gradient, size_t output_gradient_length,
    double *input_gradient, size_t input_gradient_length,
    double *parameter_gradient, size_t parameter_gradient_length);

#ifdef __cplusplus
}
#endif

#endif
