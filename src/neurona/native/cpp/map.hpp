// The map instruction: every operation of kernels.hpp as a loop over elements.
#pragma once

#include "kernels.hpp"
#include "vector_math.hpp"

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

template <Op op, class T>
NEURONA_INLINE T apply(T a, T b, T c) {
    if constexpr (op == Op::copy) return a;
    if constexpr (op == Op::negative) return -a;
    if constexpr (op == Op::absolute) return magnitude(a);
    if constexpr (op == Op::exp) return exp(a);
    if constexpr (op == Op::expm1) return expm1(a);
    if constexpr (op == Op::log) return log(a);
    if constexpr (op == Op::log1p) return log1p(a);
    if constexpr (op == Op::sqrt) return square_root(a);
    if constexpr (op == Op::arctan) return arctan(a);
    if constexpr (op == Op::erf) return erf(a);
    if constexpr (op == Op::tanh) return tanh(a);
    if constexpr (op == Op::sigmoid) return sigmoid(a);
    if constexpr (op == Op::softplus) return softplus(a);
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
    if constexpr (op == Op::binary_cross_entropy) return binary_cross_entropy(a, b);
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

// Operations whose rare elements go to the C library look at this many at once; which
// way an element goes depends on it alone, never on its neighbours.
constexpr int64_t glance = 256;

template <bool cosine, class T>
NEURONA_INLINE T near_wave(T x) {
    T value = static_cast<T>(sine(static_cast<double>(x), cosine ? 1 : 0));
    return !cosine && x == 0 ? x : value;
}

template <bool cosine, class T>
void wave(int64_t n, const T* a, const T*, const T*, const T*, T* d) {
    constexpr T limit = static_cast<T>(largest_angle);
    for (int64_t begin = 0; begin < n; begin += glance) {
        const int64_t end = smaller(n, begin + glance);
        Unsigned<T> far = 0;
        for (int64_t i = begin; i < end; ++i) far |= magnitude(a[i]) > limit ? 1 : 0;
        if (!far) {
            NEURONA_INDEPENDENT
            for (int64_t i = begin; i < end; ++i) d[i] = near_wave<cosine>(a[i]);
            continue;
        }
        for (int64_t i = begin; i < end; ++i) {
            if (!(magnitude(a[i]) > limit)) {
                d[i] = near_wave<cosine>(a[i]);
            } else if constexpr (cosine) {
                d[i] = library_cos(a[i]);
            } else {
                d[i] = library_sin(a[i]);
            }
        }
    }
}

// pow(a, b) for a few exponents, by products and roots: within 2 ulp.
enum class Exponent { minus_two, minus_one, half, one, two, three, other };

template <class T>
NEURONA_INLINE Exponent exponent_of(T b) {
    if (b == T(2)) return Exponent::two;
    if (b == T(0.5)) return Exponent::half;
    if (b == T(-1)) return Exponent::minus_one;
    if (b == T(1)) return Exponent::one;
    if (b == T(3)) return Exponent::three;
    if (b == T(-2)) return Exponent::minus_two;
    return Exponent::other;
}

template <Exponent exponent, class T>
NEURONA_INLINE T simple_power(T a) {
    if constexpr (exponent == Exponent::minus_two) return (1 / a) * (1 / a);
    if constexpr (exponent == Exponent::minus_one) return 1 / a;
    // As C has it, pow(−0, ½) is +0 and pow(−∞, ½) is ∞.
    if constexpr (exponent == Exponent::half) {
        T root = square_root(a + T(0));
        return a == -infinity<T> ? infinity<T> : root;
    }
    if constexpr (exponent == Exponent::one) return a;
    if constexpr (exponent == Exponent::two) return a * a;
    if constexpr (exponent == Exponent::three) return a * a * a;
}

// Single precision of a positive base: e^(b ln a) in double precision rounds once.
NEURONA_INLINE float positive_power(float a, float b) {
    return static_cast<float>(exp(static_cast<double>(b) * log(static_cast<double>(a))));
}

template <class T>
NEURONA_INLINE bool is_ordinary(T a, T b) {
    return sizeof(T) == 4 && a > 0 && a < infinity<T> && magnitude(b) < infinity<T>;
}

template <class T>
T power_of_one(T a, T b) {
    switch (exponent_of(b)) {
        case Exponent::minus_two: return simple_power<Exponent::minus_two>(a);
        case Exponent::minus_one: return simple_power<Exponent::minus_one>(a);
        case Exponent::half: return simple_power<Exponent::half>(a);
        case Exponent::one: return a;
        case Exponent::two: return simple_power<Exponent::two>(a);
        case Exponent::three: return simple_power<Exponent::three>(a);
        case Exponent::other: break;
    }
    if constexpr (sizeof(T) == 4) {
        if (is_ordinary(a, b)) return positive_power(a, b);
    }
    return library_power(a, b);
}

template <Exponent exponent, class T>
void power_all(int64_t begin, int64_t end, const T* a, T* d) {
    NEURONA_INDEPENDENT
    for (int64_t i = begin; i < end; ++i) d[i] = simple_power<exponent>(a[i]);
}

template <class T>
void power(int64_t n, const T* a, const T* b, const T*, const T*, T* d) {
    for (int64_t begin = 0; begin < n; begin += glance) {
        const int64_t end = smaller(n, begin + glance);
        const T first = b[begin];
        Unsigned<T> differs = 0, odd = 0;
        for (int64_t i = begin; i < end; ++i) differs |= b[i] != first ? 1 : 0;
        const Exponent exponent = differs ? Exponent::other : exponent_of(first);
        switch (exponent) {
            case Exponent::minus_two: power_all<Exponent::minus_two>(begin, end, a, d); continue;
            case Exponent::minus_one: power_all<Exponent::minus_one>(begin, end, a, d); continue;
            case Exponent::half: power_all<Exponent::half>(begin, end, a, d); continue;
            case Exponent::one: power_all<Exponent::one>(begin, end, a, d); continue;
            case Exponent::two: power_all<Exponent::two>(begin, end, a, d); continue;
            case Exponent::three: power_all<Exponent::three>(begin, end, a, d); continue;
            case Exponent::other: break;
        }
        if constexpr (sizeof(T) == 4) {
            for (int64_t i = begin; i < end; ++i) {
                const bool simple = exponent_of(b[i]) != Exponent::other;
                odd |= simple || !is_ordinary(a[i], b[i]) ? 1 : 0;
            }
            if (!odd) {
                NEURONA_INDEPENDENT
                for (int64_t i = begin; i < end; ++i) d[i] = positive_power(a[i], b[i]);
                continue;
            }
        }
        for (int64_t i = begin; i < end; ++i) d[i] = power_of_one(a[i], b[i]);
    }
}

template <Op op, int singles, class T>
constexpr MapKernel<T> map_kernel() {
    if constexpr (!offers(op, singles)) {
        return nullptr;
    } else if constexpr (op == Op::sin) {
        return wave<false, T>;
    } else if constexpr (op == Op::cos) {
        return wave<true, T>;
    } else if constexpr (op == Op::power) {
        return power<T>;
    } else {
        return map<op, singles, T>;
    }
}

template <Op op, class T>
constexpr MapKernels<T> map_kernels() {
    return {{map_kernel<op, 0, T>(), map_kernel<op, 1, T>(), map_kernel<op, 2, T>(),
             map_kernel<op, 3, T>(), map_kernel<op, 4, T>(), map_kernel<op, 5, T>(),
             map_kernel<op, 6, T>(), map_kernel<op, 7, T>()}};
}

}  // namespace neurona::NEURONA_ISA
