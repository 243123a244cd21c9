// The map instruction: every operation of map_operations.hpp as a loop over elements.
#pragma once

#include "kernels.hpp"
#include "simd.hpp"

namespace neurona::NEURONA_ISA {

// -1, 0 or 1; NaN stays NaN.
template <class T>
NEURONA_INLINE T sign_of(T a) {
    T size = a != a ? a : T(0);
    size = a > 0 ? T(1) : size;
    return a < 0 ? T(-1) : size;
}

// 1 where a >= 0, else 0; NaN stays NaN.
template <class T>
NEURONA_INLINE T threshold(T a) {
    T below = a != a ? a : T(0);
    return a >= 0 ? T(1) : below;
}

// What an operation makes of one element of each array.
template <Op op>
struct Value;

#define NEURONA_VALUE(name, arrays, numbers, singles, ...)                             \
    template <>                                                                        \
    struct Value<Op::name> {                                                           \
        template <class T>                                                             \
        NEURONA_INLINE static T of([[maybe_unused]] T a, [[maybe_unused]] T b,         \
                                   [[maybe_unused]] T c, [[maybe_unused]] T s,         \
                                   [[maybe_unused]] T t) {                             \
            return __VA_ARGS__;                                                        \
        }                                                                              \
    };
NEURONA_SIMPLE_OPERATIONS(NEURONA_VALUE)

template <Op op, int singles, class T>
void map(int64_t n, const T* a, const T* b, const T* c, const T* numbers, T* d) {
    constexpr bool has_b = about(op).arrays >= 2, has_c = about(op).arrays >= 3;
    constexpr bool has_numbers = about(op).numbers > 0;
    // Read once: d might be any of them, as far as the compiler knows.
    const T one_a = singles & 1 ? *a : T(0);
    const T one_b = singles & 2 ? *b : T(0);
    const T one_c = singles & 4 ? *c : T(0);
    const T s = has_numbers ? (op == Op::shifted_root ? 1 / numbers[0] : numbers[0]) : T(0);
    const T t = has_numbers ? numbers[1] : T(0);
    NEURONA_INDEPENDENT
    for (int64_t i = 0; i < n; ++i) {
        d[i] = Value<op>::of(singles & 1 ? one_a : a[i],
                             singles & 2 || !has_b ? one_b : b[i],
                             singles & 4 || !has_c ? one_c : c[i], s, t);
    }
}

// Weights are what other threads have read since they were last written: a processor asks
// for leave to write them again so many stretches ahead.
template <class T>
constexpr int64_t moments_stretch = 4 * line<T>;
constexpr int64_t stretches_ahead = 4;

// m = s m + t g;  v = s' v + t' (g g);  d = a - (rate m) / (sqrt(v) (1 / root) + shift), as
// weighted_sum, weighted_square_sum, shifted_root and quotient_step after each other.
template <class T>
void moments_step(int64_t n, const T* a, const T* g, T* m, T* v, const T* numbers, T* d) {
    const T s = numbers[0], t = numbers[1], square_s = numbers[2], square_t = numbers[3];
    const T root = 1 / numbers[4], shift = numbers[5], rate = numbers[6];
    for (int64_t begin = 0; begin < n; begin += moments_stretch<T>) {
        const int64_t end = smaller(n, begin + moments_stretch<T>);
        for (int64_t i = begin; i < end; i += line<T>) {
            __builtin_prefetch(d + i + stretches_ahead * moments_stretch<T>, 1);
        }
        NEURONA_INDEPENDENT
        for (int64_t i = begin; i < end; ++i) {
            const T mean = Value<Op::weighted_sum>::of(m[i], g[i], T(0), s, t);
            const T square = Value<Op::weighted_square_sum>::of(v[i], g[i], T(0), square_s, square_t);
            const T below = Value<Op::shifted_root>::of(square, T(0), T(0), root, shift);
            m[i] = mean;
            v[i] = square;
            d[i] = Value<Op::quotient_step>::of(a[i], mean, below, rate, T(0));
        }
    }
}

template <Op op, int singles, class T>
constexpr MapKernel<T> map_kernel() {
    if constexpr (about(op).offers(singles)) return map<op, singles, T>;
    return nullptr;
}

template <Op op, class T>
constexpr MapKernels<T> map_kernels() {
    return {{map_kernel<op, 0, T>(), map_kernel<op, 1, T>(), map_kernel<op, 2, T>(),
             map_kernel<op, 3, T>(), map_kernel<op, 4, T>(), map_kernel<op, 5, T>(),
             map_kernel<op, 6, T>(), map_kernel<op, 7, T>()}};
}

}  // namespace neurona::NEURONA_ISA
