/* Predicts and differentiates with two networks, and prints the bits of the results. */

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sine.h"
#include "towers.h"

enum { ROWS = 20 };

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "failed: %s\n", what);
        exit(1);
    }
}

static void print(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        printf("%08" PRIX32 "\n", bits);
    }
}

static void print_double(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        printf("%016" PRIX64 "\n", bits);
    }
}

/* Reads a file of at most `size` bytes, and returns how many it has. */
static size_t read_file(const char *folder, const char *name, uint8_t *bytes, size_t size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    check(file != NULL, path);
    size_t length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

static void sine(const sine_network *network) {
    float input[ROWS], all[ROWS], one[ROWS];
    for (int row = 0; row < ROWS; row++) {
        input[row] = (float)row * 0.25f;
        check(sine_predict_one(network, &input[row], 1, &one[row], 1) == MLP_OK, "predict_one");
    }
    print(one, ROWS);
    check(sine_predict(network, input, ROWS, all, ROWS) == MLP_OK, "predict");
    for (int row = 0; row < ROWS; row++) {
        float difference = all[row] - one[row];
        check(difference < 1e-6f && difference > -1e-6f, "all rows at once are as one by one");
    }
    float x = 0.75f, dy = 2.0f, dx, parameters[SINE_PARAMETERS];
    check(sine_vjp(network, &x, 1, &dy, 1, &dx, 1, parameters, SINE_PARAMETERS) == MLP_OK, "vjp");
    print(&dx, 1);
    print(parameters, SINE_PARAMETERS);
}

static void towers(void) {
    towers_network network;
    check(towers_initialize(&network, 7) == MLP_OK, "initialize");
    double input[TOWERS_INPUTS], output[TOWERS_OUTPUTS], dy[TOWERS_OUTPUTS] = {1.0, 1.0}, dx[TOWERS_INPUTS];
    const double user[TOWERS_INPUT_USER_SIZE] = {0.25, -0.5, 0.75}, item[TOWERS_INPUT_ITEM_SIZE] = {0.125, -0.625};
    memcpy(&input[TOWERS_INPUT_USER], user, sizeof user);
    memcpy(&input[TOWERS_INPUT_ITEM], item, sizeof item);
    check(towers_predict_one(&network, input, TOWERS_INPUTS, output, TOWERS_OUTPUTS) == MLP_OK, "predict_one");
    print_double(output, TOWERS_OUTPUTS);
    check(towers_vjp(&network, input, TOWERS_INPUTS, dy, TOWERS_OUTPUTS, dx, TOWERS_INPUTS, NULL, 0) == MLP_OK, "vjp");
    print_double(dx, TOWERS_INPUTS);
}

static void mistakes(sine_network *network) {
    float x = 0.5f, y = 7.0f;
    check(sine_predict_one(NULL, &x, 1, &y, 1) == MLP_POINTER, "a null pointer");
    check(sine_predict_one(network, NULL, 1, &y, 1) == MLP_POINTER, "a null pointer");
    check(sine_predict_one(network, &x, 2, &y, 1) == MLP_LENGTH, "a length");
    check(sine_predict(network, &x, 1, &y, 0) == MLP_LENGTH, "a length");
    check(sine_predict(network, &x, 1, network->parameters, 1) == MLP_OVERLAP, "an overlap");
    check(sine_load(network, (const uint8_t *)"mlp", 3) == MLP_BYTES, "a file of something else");
    check(y == 7.0f, "nothing is written");
}

/* Several threads predict with the same network. */
static void *predict_in_thread(void *network) {
    static const float input = 0.75f;
    float expected, output;
    sine_predict_one(network, &input, 1, &expected, 1);
    for (int i = 0; i < 10000; i++) {
        check(sine_predict(network, &input, 1, &output, 1) == MLP_OK, "predict in a thread");
        check(output - expected < 1e-6f && expected - output < 1e-6f, "the prediction of a thread");
    }
    return NULL;
}

static void threads(sine_network *network) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) check(pthread_create(&threads[i], NULL, predict_in_thread, network) == 0, "a thread");
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}

/* Prints the shortest time of a prediction in nanoseconds among some rounds. */
static void measure(const sine_network *network) {
    enum { CALLS = 1000000 };
    double best = 1e9;
    for (int round = 0; round < 30; round++) {
        struct timespec start, end;
        float value = 0.5f;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int i = 0; i < CALLS; i++) sine_predict_one(network, &value, 1, &value, 1);
        clock_gettime(CLOCK_MONOTONIC, &end);
        double time = ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / CALLS;
        if (time < best) best = time;
    }
    printf("%.1f\n", best);
}

int main(int count, char **arguments) {
    static sine_network network;
    uint8_t bytes[4 * SINE_PARAMETERS];
    check(count > 1, "the argument is the folder with sine.bin");
    size_t length = read_file(arguments[1], "sine.bin", bytes, sizeof bytes);
    check(sine_load(&network, bytes, length) == MLP_OK, "sine.bin");
    if (count > 2) {
        measure(&network);
        return 0;
    }
    sine(&network);
    towers();
    mistakes(&network);
    threads(&network);
    return 0;
}
