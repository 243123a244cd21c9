// The map instruction: every operation of kernels.hpp as a loop over elements.
#pragma once

#include "kernels.hpp"
#include "simd.hpp"

namespace neurona::NEURONA_ISA {

constexpr bool takes_second(Op op) {
    return (op >= Op::add && op <= Op::multiply_add) ||
           (op >= Op::weighted_sum && op != Op::shifted_root);
}

constexpr bool takes_third(Op op) {
    return op == Op::where || op == Op::multiply_add || op == Op::quotient_step;
}

constexpr bool takes_numbers(Op op) { return op >= Op::weighted_sum; }

// Whether the bits of `singles` may be numbers: only where loading costs as much as the
// operation, else it is not worth another copy of the code.
constexpr bool offers(Op op, int singles) {
    const bool is_light = (op >= Op::add && op <= Op::divide) || op == Op::maximum ||
                          op == Op::minimum || (op >= Op::greater && op <= Op::not_equal);
    return singles == 0 || (is_light && singles < 3) ||
           (op == Op::where && (singles == 2 || singles == 4));
}

// The operations that take more than a few instructions have a file of their own.
constexpr bool is_function(Op op) {
    return (op >= Op::exp && op <= Op::softplus && op != Op::sqrt) || op == Op::power ||
           op == Op::binary_cross_entropy;
}

template <Op op, class T>
NEURONA_INLINE T apply_function(T a, T b);

template <Op op, class T>
NEURONA_INLINE T apply(T a, T b, T c) {
    if constexpr (is_function(op)) return apply_function<op>(a, b);
    if constexpr (op == Op::copy) return a;
    if constexpr (op == Op::negative) return -a;
    if constexpr (op == Op::absolute) return magnitude(a);
    if constexpr (op == Op::sqrt) return square_root(a);
    if constexpr (op == Op::sign) {
        T size = a != a ? a : T(0);
        size = a > 0 ? T(1) : size;
        return a < 0 ? T(-1) : size;
    }
    if constexpr (op == Op::heaviside) {
        T below = a != a ? a : T(0);
        return a >= 0 ? T(1) : below;
    }
    if constexpr (op == Op::add) return a + b;
    if constexpr (op == Op::subtract) return a - b;
    if constexpr (op == Op::multiply) return a * b;
    if constexpr (op == Op::divide) return a / b;
    if constexpr (op == Op::maximum) return larger(a, b);
    if constexpr (op == Op::minimum) return lesser(a, b);
    if constexpr (op == Op::greater) return a > b ? T(1) : T(0);
    if constexpr (op == Op::greater_equal) return a >= b ? T(1) : T(0);
    if constexpr (op == Op::less) return a < b ? T(1) : T(0);
    if constexpr (op == Op::less_equal) return a <= b ? T(1) : T(0);
    if constexpr (op == Op::equal) return a == b ? T(1) : T(0);
    if constexpr (op == Op::not_equal) return a != b ? T(1) : T(0);
    if constexpr (op == Op::where) return a != 0 ? b : c;
    if constexpr (op == Op::multiply_add) return a * b + c;
    // A zero that was cast to an integer has no sign.
    if constexpr (op == Op::truncate) return whole_part(a) + T(0);
    if constexpr (op == Op::nonzero) return a != 0 ? T(1) : T(0);
}

template <Op op, class T>
NEURONA_INLINE T apply(T a, T b, T c, T s, T t) {
    if constexpr (op == Op::weighted_sum) return s * a + t * b;
    if constexpr (op == Op::weighted_square_sum) return s * a + t * (b * b);
    if constexpr (op == Op::shifted_root) return square_root(a) * s + t;
    if constexpr (op == Op::scaled_difference) return a - s * b;
    if constexpr (op == Op::quotient_step) return a - s * b / c;
    if constexpr (!takes_numbers(op)) return apply<op>(a, b, c);
}

template <Op op, int singles, class T>
void map(int64_t n, const T* a, const T* b, const T* c, const T* numbers, T* d) {
    constexpr bool has_b = takes_second(op), has_c = takes_third(op);
    // Read once: d might be any of them, as far as the compiler knows.
    const T one_a = singles & 1 ? *a : T(0);
    const T one_b = singles & 2 ? *b : T(0);
    const T one_c = singles & 4 ? *c : T(0);
    const T s = takes_numbers(op) ? (op == Op::shifted_root ? 1 / numbers[0] : numbers[0]) : T(0);
    const T t = takes_numbers(op) ? numbers[1] : T(0);
    NEURONA_INDEPENDENT
    for (int64_t i = 0; i < n; ++i) {
        d[i] = apply<op>(singles & 1 ? one_a : a[i], singles & 2 || !has_b ? one_b : b[i],
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
            const T mean = apply<Op::weighted_sum>(m[i], g[i], T(0), s, t);
            const T square = apply<Op::weighted_square_sum>(v[i], g[i], T(0), square_s, square_t);
            const T below = apply<Op::shifted_root>(square, T(0), T(0), root, shift);
            m[i] = mean;
            v[i] = square;
            d[i] = apply<Op::quotient_step>(a[i], mean, below, rate, T(0));
        }
    }
}

template <Op op, int singles, class T>
constexpr MapKernel<T> map_kernel() {
    if constexpr (offers(op, singles)) return map<op, singles, T>;
    return nullptr;
}

template <Op op, class T>
constexpr MapKernels<T> map_kernels() {
    return {{map_kernel<op, 0, T>(), map_kernel<op, 1, T>(), map_kernel<op, 2, T>(),
             map_kernel<op, 3, T>(), map_kernel<op, 4, T>(), map_kernel<op, 5, T>(),
             map_kernel<op, 6, T>(), map_kernel<op, 7, T>()}};
}

// Whether the loop over an operation is `map`, rather than one of its own.
constexpr bool is_mapped(Op op) {
    return op != Op::sin && op != Op::cos && op != Op::power;
}

// The operations that are functions, or those that are not; from `first` on.
template <bool functions, class T, int first = 0>
void put_operations(Kernels<T>& table) {
    if constexpr (first < static_cast<int>(Op::count)) {
        constexpr Op op = static_cast<Op>(first);
        if constexpr (is_function(op) == functions && is_mapped(op)) {
            table.map[first] = map_kernels<op, T>();
        }
        put_operations<functions, T, first + 1>(table);
    }
}

}  // namespace neurona::NEURONA_ISA
