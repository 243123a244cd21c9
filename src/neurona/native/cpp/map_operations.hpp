// The element by element operations of the map instruction: the one list of them, which
// the kernels, the tests and, by way of the module, Python read. One line more, and the
// engine has an operation more.
//
//   X(name, arrays, numbers, singles, value)
//
// The value is made of arrays a, b, c and of numbers s, t. `singles` tells which of the
// arrays may be one number for all elements instead: only where loading costs as much as
// the operation, else it is not worth another copy of the code.
#pragma once

#include <cstdint>
#include <iterator>

// A few instructions each, with functions of simd.hpp and map.hpp.
#define NEURONA_SIMPLE_OPERATIONS(X)                                        \
    X(copy, 1, 0, none, a)                                                  \
    X(negative, 1, 0, none, -a)                                             \
    X(absolute, 1, 0, none, magnitude(a))                                   \
    X(sqrt, 1, 0, none, square_root(a))                                     \
    X(sign, 1, 0, none, sign_of(a))                                         \
    X(heaviside, 1, 0, none, threshold(a))                                  \
    X(add, 2, 0, either, a + b)                                             \
    X(subtract, 2, 0, either, a - b)                                        \
    X(multiply, 2, 0, either, a * b)                                        \
    X(divide, 2, 0, either, a / b)                                          \
    X(maximum, 2, 0, either, larger(a, b)) /* NaN if either is */           \
    X(minimum, 2, 0, either, lesser(a, b))                                  \
    X(greater, 2, 0, either, a > b ? T(1) : T(0))                           \
    X(greater_equal, 2, 0, either, a >= b ? T(1) : T(0))                    \
    X(less, 2, 0, either, a < b ? T(1) : T(0))                              \
    X(less_equal, 2, 0, either, a <= b ? T(1) : T(0))                       \
    X(equal, 2, 0, either, a == b ? T(1) : T(0))                            \
    X(not_equal, 2, 0, either, a != b ? T(1) : T(0))                        \
    X(where, 3, 0, branch, a != 0 ? b : c)                                  \
    X(nonzero, 1, 0, none, a != 0 ? T(1) : T(0)) /* cast to boolean */      \
    /* Cast to integer: a zero then has no sign. */                         \
    X(truncate, 1, 0, none, whole_part(a) + T(0))                           \
    /* Several in one, each rounded as those it stands for. */              \
    X(multiply_add, 3, 0, none, a * b + c)                                  \
    X(weighted_sum, 2, 2, none, s * a + t * b)                              \
    X(weighted_square_sum, 2, 2, none, s * a + t * (b * b))                 \
    X(shifted_root, 1, 2, none, square_root(a) * s + t) /* given 1 / s */   \
    X(scaled_difference, 2, 1, none, a - s * b)                             \
    X(quotient_step, 3, 1, none, a - s * b / c)

// The functions of vector_math.hpp.
#define NEURONA_FUNCTIONS(X)                                                \
    X(exp, 1, 0, none, exp(a))                                              \
    X(expm1, 1, 0, none, expm1(a))                                          \
    X(log, 1, 0, none, log(a))                                              \
    X(log1p, 1, 0, none, log1p(a))                                          \
    X(arctan, 1, 0, none, arctan(a))                                        \
    X(erf, 1, 0, none, erf(a))                                              \
    X(tanh, 1, 0, none, tanh(a))                                            \
    X(sigmoid, 1, 0, none, sigmoid(a))                                      \
    X(softplus, 1, 0, none, softplus(a))                                    \
    X(binary_cross_entropy, 2, 0, none, binary_cross_entropy(a, b))

// Those with a loop of their own, in map_functions.hpp: its name in place of a value.
#define NEURONA_LOOPS(X)                                                    \
    X(sin, 1, 0, none, wave<false, T>)                                      \
    X(cos, 1, 0, none, wave<true, T>)                                       \
    X(power, 2, 0, none, power<T>)

#define NEURONA_MAP_OPERATIONS(X) \
    NEURONA_SIMPLE_OPERATIONS(X) NEURONA_FUNCTIONS(X) NEURONA_LOOPS(X)

namespace neurona {

enum class Op : int32_t {
#define NEURONA_NAME(name, ...) name,
    NEURONA_MAP_OPERATIONS(NEURONA_NAME)
#undef NEURONA_NAME
};

// Which of the arrays may be one number: none, either of two, either branch of a choice.
enum class Singles { none, either, branch };

struct OperationTraits {
    const char* name;
    int arrays, numbers;
    Singles singles;
    bool is_function;   // of vector_math.hpp, or one with a loop of its own

    // Whether there is a kernel that takes numbers for the arrays of these bits.
    constexpr bool offers(int bits) const {
        return bits == 0 || (singles == Singles::either && bits < 3) ||
               (singles == Singles::branch && (bits == 2 || bits == 4));
    }
};

inline constexpr OperationTraits map_operations[] = {
#define NEURONA_SIMPLE(name, arrays, numbers, singles, ...) \
    {#name, arrays, numbers, Singles::singles, false},
#define NEURONA_FUNCTION(name, arrays, numbers, singles, ...) \
    {#name, arrays, numbers, Singles::singles, true},
    NEURONA_SIMPLE_OPERATIONS(NEURONA_SIMPLE)
    NEURONA_FUNCTIONS(NEURONA_FUNCTION)
    NEURONA_LOOPS(NEURONA_FUNCTION)
#undef NEURONA_SIMPLE
#undef NEURONA_FUNCTION
};

constexpr int map_operation_count = static_cast<int>(std::size(map_operations));

constexpr const OperationTraits& about(Op op) { return map_operations[static_cast<int>(op)]; }

}  // namespace neurona
