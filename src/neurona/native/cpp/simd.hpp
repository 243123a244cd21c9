// What the kernels know of the machine: vectors, fused products, bits of numbers.
//
// Included once per instruction set, inside the namespace of that set. Everything is in
// that namespace and nothing of the C++ library is called: an inline function shared
// with another translation unit could be kept in the version of the wrong processor.
#pragma once

#include <cstdint>

#ifndef NEURONA_ISA
#define NEURONA_ISA baseline
#endif

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// Each turn of the loop that follows stands alone: outputs may lie exactly over inputs.
#if defined(__clang__)
#define NEURONA_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define NEURONA_INDEPENDENT _Pragma("GCC ivdep")
#endif

#define NEURONA_INLINE [[gnu::always_inline]] inline

namespace neurona::NEURONA_ISA {

#if defined(__AVX512F__)
constexpr int64_t vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int64_t vector_bytes = 32;
#else
constexpr int64_t vector_bytes = 16;
#endif

// Rows of the engine's matrices start at multiples of this many bytes.
constexpr int64_t line_bytes = 64;

template <class T>
struct NumberFormat;

template <>
struct NumberFormat<float> {
    using Unsigned = uint32_t;
    typedef float Vector __attribute__((vector_size(vector_bytes)));
    typedef float Loose __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
    static constexpr int mantissa = 23;
    static constexpr Unsigned bias = 127;
    static constexpr float epsilon = 0x1p-23f;
    static constexpr float smallest_normal = 0x1p-126f;
};

template <>
struct NumberFormat<double> {
    using Unsigned = uint64_t;
    typedef double Vector __attribute__((vector_size(vector_bytes)));
    typedef double Loose __attribute__((vector_size(vector_bytes), aligned(8), may_alias));
    static constexpr int mantissa = 52;
    static constexpr Unsigned bias = 1023;
    static constexpr double epsilon = 0x1p-52;
    static constexpr double smallest_normal = 0x1p-1022;
};

template <class T>
using Unsigned = typename NumberFormat<T>::Unsigned;
template <class T>
using Vector = typename NumberFormat<T>::Vector;

template <class T>
constexpr int64_t width = vector_bytes / static_cast<int64_t>(sizeof(T));
template <class T>
constexpr int64_t line = line_bytes / static_cast<int64_t>(sizeof(T));

template <class T>
constexpr T infinity = static_cast<T>(__builtin_inf());
template <class T>
constexpr T not_a_number = static_cast<T>(__builtin_nan(""));

NEURONA_INLINE constexpr int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

NEURONA_INLINE constexpr int64_t round_up(int64_t n, int64_t unit) {
    return (n + unit - 1) / unit * unit;
}

template <class T>
NEURONA_INLINE Vector<T> load(const T* at) {
    return *reinterpret_cast<const typename NumberFormat<T>::Loose*>(at);
}

template <class T>
NEURONA_INLINE void store(T* at, Vector<T> v) {
    *reinterpret_cast<typename NumberFormat<T>::Loose*>(at) = v;
}

// Taking zero away leaves every number as it is; adding it would not, and costs.
template <class T>
NEURONA_INLINE Vector<T> spread(T x) {
    return x - Vector<T>{};
}

// a b + c: rounded once where the processor has the instruction, else twice. Which of
// the two is fixed by the instruction set, so that the bits are.
NEURONA_INLINE float fused(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

NEURONA_INLINE double fused(double a, double b, double c) {
#if defined(__FMA__) || defined(__aarch64__)
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

#if defined(__AVX512F__)
NEURONA_INLINE __m512 fused(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }
NEURONA_INLINE __m512d fused(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }
#elif defined(__AVX2__) && defined(__FMA__)
NEURONA_INLINE __m256 fused(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }
NEURONA_INLINE __m256d fused(__m256d a, __m256d b, __m256d c) { return _mm256_fmadd_pd(a, b, c); }
#elif defined(__aarch64__)
NEURONA_INLINE float32x4_t fused(float32x4_t a, float32x4_t b, float32x4_t c) { return vfmaq_f32(c, a, b); }
NEURONA_INLINE float64x2_t fused(float64x2_t a, float64x2_t b, float64x2_t c) { return vfmaq_f64(c, a, b); }
#else
NEURONA_INLINE Vector<float> fused(Vector<float> a, Vector<float> b, Vector<float> c) { return a * b + c; }
NEURONA_INLINE Vector<double> fused(Vector<double> a, Vector<double> b, Vector<double> c) { return a * b + c; }
#endif

// Whole numbers of 64 bits, a vector of them.
typedef uint64_t Words __attribute__((vector_size(vector_bytes)));
constexpr int64_t words_width = vector_bytes / 8;

// Product of the low halves; what stands in the high halves does not matter.
NEURONA_INLINE Words multiply_low_halves(Words a, Words b) {
#if defined(__AVX512F__)
    return (Words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (Words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (Words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#elif defined(__aarch64__)
    return (Words)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
#else
    return (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
#endif
}

template <class T>
NEURONA_INLINE Unsigned<T> bits_of(T x) {
    return __builtin_bit_cast(Unsigned<T>, x);
}

template <class T>
NEURONA_INLINE T from_bits(Unsigned<T> bits) {
    return __builtin_bit_cast(T, bits);
}

NEURONA_INLINE float magnitude(float x) { return __builtin_fabsf(x); }
NEURONA_INLINE double magnitude(double x) { return __builtin_fabs(x); }
NEURONA_INLINE float square_root(float x) { return __builtin_sqrtf(x); }
NEURONA_INLINE double square_root(double x) { return __builtin_sqrt(x); }
NEURONA_INLINE float whole_part(float x) { return __builtin_truncf(x); }
NEURONA_INLINE double whole_part(double x) { return __builtin_trunc(x); }
NEURONA_INLINE float with_sign_of(float sign, float x) { return __builtin_copysignf(x, sign); }
NEURONA_INLINE double with_sign_of(double sign, double x) { return __builtin_copysign(x, sign); }

// The larger of two; NaN if either is.
template <class T>
NEURONA_INLINE T larger(T a, T b) {
    return ((a >= b) | (a != a)) ? a : b;
}

template <class T>
NEURONA_INLINE T lesser(T a, T b) {
    return ((a <= b) | (a != a)) ? a : b;
}

}  // namespace neurona::NEURONA_ISA
