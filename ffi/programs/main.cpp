// Predicts and differentiates with two networks, and prints the bits of the results.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sine.h"
#include "towers.h"

namespace {

// Turns an error code into an exception.
void check(std::int32_t status) {
    if (status != MLP_OK) throw std::runtime_error("error " + std::to_string(status));
}

// A network as a value: it is copied and destroyed like any struct.
class Sine {
public:
    explicit Sine(const std::vector<std::uint8_t> &bytes) { check(sine_load(&network, bytes.data(), bytes.size())); }

    float operator()(float x) const {
        float y;
        check(sine_predict_one(&network, &x, 1, &y, 1));
        return y;
    }

    std::vector<float> operator()(const std::vector<float> &x) const {
        std::vector<float> y(x.size());
        check(sine_predict(&network, x.data(), x.size(), y.data(), y.size()));
        return y;
    }

    // Returns the gradient with respect to the parameters, and sets that with respect to the input.
    std::array<float, SINE_PARAMETERS> vjp(float x, float dy, float &dx) const {
        std::array<float, SINE_PARAMETERS> gradient;
        check(sine_vjp(&network, &x, 1, &dy, 1, &dx, 1, gradient.data(), gradient.size()));
        return gradient;
    }

private:
    sine_network network;
};

void print(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    std::printf("%08X\n", static_cast<unsigned>(bits));
}

void print(double value) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    std::printf("%016llX\n", static_cast<unsigned long long>(bits));
}

void towers() {
    towers_network network;
    check(towers_initialize(&network, 7));
    const std::array<double, TOWERS_INPUTS> input{0.25, -0.5, 0.75, 0.125, -0.625};
    const std::array<double, TOWERS_OUTPUTS> dy{1.0, 1.0};
    std::array<double, TOWERS_OUTPUTS> output;
    std::array<double, TOWERS_INPUTS> dx;
    check(towers_predict_one(&network, input.data(), input.size(), output.data(), output.size()));
    check(towers_vjp(&network, input.data(), input.size(), dy.data(), dy.size(), dx.data(), dx.size(), nullptr, 0));
    for (double value : output) print(value);
    for (double value : dx) print(value);
}

void run(const std::string &folder) {
    std::ifstream file(folder + "/sine.bin", std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    const Sine sine(bytes);
    std::vector<float> x(20);
    for (std::size_t row = 0; row < x.size(); row++) x[row] = static_cast<float>(row) * 0.25f;
    const std::vector<float> y = sine(x);
    for (std::size_t row = 0; row < x.size(); row++) {
        print(sine(x[row]));
        if (std::abs(sine(x[row]) - y[row]) > 1e-6f) throw std::runtime_error("all rows differ from one by one");
    }
    float dx;
    const auto gradient = sine.vjp(0.75f, 2.0f, dx);
    print(dx);
    for (float value : gradient) print(value);
    towers();
    try {
        Sine(std::vector<std::uint8_t>(3));
        throw std::logic_error("a file of three bytes was accepted");
    } catch (const std::runtime_error &) {
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            for (int call = 0; call < 1000; call++) {
                if (sine(x) != y) std::terminate();
            }
        });
    }
    for (auto &thread : threads) thread.join();
}

} // namespace

int main(int count, char **arguments) {
    try {
        run(count > 1 ? arguments[1] : ".");
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
