// Elementwise functions as operations of a map.
#pragma once

#include "map.hpp"
#include "vector_math.hpp"

namespace neurona::NEURONA_ISA {

NEURONA_FUNCTIONS(NEURONA_VALUE)

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

}  // namespace neurona::NEURONA_ISA
