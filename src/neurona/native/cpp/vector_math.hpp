// Elementary functions without branches, so that a loop over them becomes vectors.
//
// Every function is a fixed sequence of IEEE operations on one element: its bits do not
// depend on the neighbours, on the block, or on whether a vector or a scalar ran it. NaN
// in gives NaN out; infinities and zeros as in C. Polynomials are minimax (Remez) for
// the relative error of the result, below a tenth of an ulp of the precision.
//
// Largest error in ulps of the exact result. Promised: 4 for exp, log, tanh and sigmoid
// over the whole range, 8 for the others in the normal range, in either precision.
// Measured (float over its patterns, double over samples): exp 1, log 0.9, log1p 1.5,
// sin and cos 1.6, expm1, softplus and arctan 2, sigmoid, tanh and erf 2.5.
#pragma once

#include "simd.hpp"

namespace neurona::NEURONA_ISA {

// c[0] + c[1] x + c[2] x² + …
template <class T, int N>
NEURONA_INLINE T polynomial(const T (&c)[N], T x) {
    T sum = c[N - 1];
#pragma GCC unroll 32
    for (int i = N - 2; i >= 0; --i) sum = fused(sum, x, c[i]);
    return sum;
}

template <class T>
struct Constants;

template <>
struct Constants<float> {
    static constexpr float log2_e = 1.44269504088896340736f;
    // n · high is exact for every exponent n, with or without a fused product.
    static constexpr float exp_high = 0.693359375f, exp_low = -2.12194440e-4f;
    static constexpr float log_high = 6.9313812256e-01f, log_low = 9.0580006145e-06f;
    static constexpr float exp_least = -104, exp_most = 89;
    static constexpr float expm1_least = -18, tanh_most = 10;
    static constexpr Unsigned<float> sqrt_half = 0x3f3504f3;
    // (e^x − 1 − x) / x², |x| ≤ ½ ln 2
    static constexpr float exp[] = {
        0.5000000068003743848f,    0.16666665862443589664f,   0.041666293690848886285f,
        0.0083334980376741938127f, 0.001394475646271719164f, 0.00019790092473397064819f};
    // (2 artanh √z / √z − 2) / z, z ≤ ((√2 − 1) / (√2 + 1))²
    static constexpr float log[] = {0.66666665641272507683f, 0.40000336224455790302f,
                                    0.28537238009499676465f, 0.23583574458647953391f};
    static constexpr float quarter_pi = 0.785398163397448f, quarter_pi_rest = -2.1855694e-8f;
    // (arctan √z / √z − 1) / z, z ≤ tan² π/8
    static constexpr float arctan[] = {-0.33333315423663734605f, 0.1999848400159162202f,
                                       -0.14243738786679508886f, 0.10595139864618889744f,
                                       -0.060811563524831017152f};
    // erf √z / √z, z ≤ 1
    static constexpr float erf[] = {
        1.128379165726754754f,     -0.37612625824526542589f,    0.11283585151987669252f,
        -0.026853812073281589245f, 0.0051883279321188233697f,   -0.00080101956062058471248f,
        0.000078538672353571180778f};
    // e^(t²) erfc t in u = (t − 2) / (t + 2), 1 ≤ t ≤ erf_most
    static constexpr float erf_most = 4;
    static constexpr float erfc[] = {0.25539567791319229188f, -0.42718585349412459972f,
                                     0.24165727022111589377f, -0.078986906121610066752f,
                                     0.0037297384575641933361f, 0.0072125498735810117314f};
};

template <>
struct Constants<double> {
    static constexpr double log2_e = 1.44269504088896340736;
    static constexpr double exp_high = 6.93147180369123816490e-01;
    static constexpr double exp_low = 1.90821492927058770002e-10;
    static constexpr double log_high = exp_high, log_low = exp_low;
    static constexpr double exp_least = -746, exp_most = 710;
    static constexpr double expm1_least = -40, tanh_most = 20;
    static constexpr Unsigned<double> sqrt_half = 0x3fe6a09e667f3bcd;
    static constexpr double exp[] = {
        0.5000000000000000044,     0.16666666666666683583,    0.041666666666666092848,
        0.0083333333333169098037,  0.0013888888889116016366,  0.00019841269896695761624,
        0.000024801586926512249579, 2.7557234546177226108e-6, 2.7557581430816202917e-7,
        2.5112148344816727276e-8,  2.0826906587361008114e-9};
    static constexpr double log[] = {
        0.66666666666667348973, 0.39999999999411076531, 0.28571428743266029145,
        0.22222198475682856221, 0.18183569753348161317, 0.15313902953024487407,
        0.14797510179747113684};
    static constexpr double quarter_pi = 0.78539816339744830962, quarter_pi_rest = 3.061616997868383e-17;
    static constexpr double arctan[] = {
        -0.33333333333333327526, 0.19999999999997670282,  -0.14285714285388136812,
        0.11111111088185089811,  -0.090909081447717338676, 0.076922827637832465943,
        -0.06666226828099753286, 0.058770224462935083747, -0.052184082899216159292,
        0.045035642146987734765, -0.033474776586576969185, 0.015195453217201601388};
    static constexpr double erf[] = {
        1.1283791670955125737,     -0.37612638903183747604,  0.11283791670954857498,
        -0.026866170645072895423,  0.00522397762478086733,   -0.00085483269787420512511,
        0.000120553310368889494,   -0.000014925593506540704548, 1.6460972810247708704e-6,
        -1.6350025140912134475e-7, 1.4657879238739531955e-8, -1.1365663460445110125e-9,
        5.9452572845328265731e-11};
    static constexpr double erf_most = 6;
    static constexpr double erfc[] = {
        0.25539567631050574395,     -0.42718584741395835834,   0.24165819424246677499,
        -0.078978581015748353162,   0.0037328924041150669518,  0.0069974617401736765318,
        -0.00084714322578792492883, -0.00098197697291487290839, 0.000043554708802850249636,
        0.00017435646273550463211,  0.000027531669153130518583, -0.000027487474166061755518,
        -0.000013825476069680170143, 9.4694469310791681417e-7, 2.2155738634932830129e-6};
    // (sin √z / √z − 1) / z and (cos √z − 1 + z/2) / z², z ≤ (π/4)²
    static constexpr double sin[] = {-0.16666666666666666641,  0.0083333333333333227651,
                                     -0.00019841269841255063148, 2.7557319214188059303e-6,
                                     -2.5052104910956986465e-8, 1.605836654527829831e-10,
                                     -7.5786937007750261861e-13};
    static constexpr double cos[] = {0.041666666666666599153, -0.0013888888888874064923,
                                     0.000024801587289443512898, -2.755731434067015006e-7,
                                     2.0875721625303279816e-9, -1.1359559416699050224e-11};
    // π/2 in parts: the first two of 33 bits, so that n < 2²⁰ times them is exact.
    static constexpr double half_pi[] = {1.57079632673412561417e+00, 6.07710050630396597660e-11,
                                         2.02226624879595063154e-21};
};

// x = n ln 2 + rest, |rest| ≤ ½ ln 2: n as bits (two's complement), and e^rest − 1.
template <class T>
struct SplitExponential {
    Unsigned<T> n;
    T rest_minus_1;
};

template <class T>
NEURONA_INLINE SplitExponential<T> split_exponential(T x) {
    using C = Constants<T>;
    // Adding 1.5 · 2^mantissa leaves the rounded integer in the lowest bits.
    constexpr T magic = static_cast<T>(Unsigned<T>{3} << (NumberFormat<T>::mantissa - 1));
    T shifted = fused(x, C::log2_e, magic);
    T n = shifted - magic;
    T rest = fused(-n, C::exp_low, fused(-n, C::exp_high, x));
    T tail = fused(rest * rest, polynomial(C::exp, rest), rest);
    return {bits_of(shifted) - bits_of(magic), tail};
}

template <class T>
NEURONA_INLINE T power_of_two(Unsigned<T> biased) {
    return from_bits<T>(biased << NumberFormat<T>::mantissa);
}

template <class T>
NEURONA_INLINE T exp(T x) {
    using C = Constants<T>;
    x = x < C::exp_least ? C::exp_least : x;
    x = x > C::exp_most ? C::exp_most : x;
    auto [n, rest] = split_exponential(x);
    // 2^n in two factors: one alone would overflow, or round a subnormal twice.
    Unsigned<T> both = n + 2 * NumberFormat<T>::bias;
    Unsigned<T> half = both >> 1;
    return (rest + 1) * power_of_two<T>(half) * power_of_two<T>(both - half);
}

template <class T>
NEURONA_INLINE T expm1(T x) {
    using C = Constants<T>;
    T bounded = x < C::expm1_least ? C::expm1_least : x;
    bounded = bounded > C::exp_most ? C::exp_most : bounded;
    auto [n, rest] = split_exponential(bounded);
    // Half of it, since 2^n alone overflows for the largest results.
    T half = power_of_two<T>(n + (NumberFormat<T>::bias - 1));
    T result = 2 * fused(half, rest, half - T(0.5));
    return magnitude(x) < NumberFormat<T>::epsilon / 2 ? x : result;
}

// e / (e + 2) with e = e^(2|x|) − 1.
template <class T>
NEURONA_INLINE T tanh(T x) {
    using C = Constants<T>;
    T size = magnitude(x);
    size = size > C::tanh_most ? C::tanh_most : size;
    auto [n, rest] = split_exponential(size + size);
    T power = power_of_two<T>(n + NumberFormat<T>::bias);
    T e = fused(power, rest, power - 1);
    return with_sign_of(x, e / (e + 2));
}

// From e^(−|x|), so that nothing overflows and small values keep digits.
template <class T>
NEURONA_INLINE T sigmoid(T x) {
    T e = exp(-magnitude(x));
    return (x >= 0 ? T(1) : e) / (1 + e);
}

// With x = 2^k m, √½ ≤ m < √2, f = m − 1 and s = f / (2 + f): ln m = 2s + s R(s²),
// arranged about f − f²/2 as in FreeBSD's e_log.c.
template <class T>
NEURONA_INLINE T log(T x) {
    using C = Constants<T>;
    using F = NumberFormat<T>;
    constexpr T lift = static_cast<T>(Unsigned<T>{1} << F::mantissa);
    constexpr Unsigned<T> one = F::bias << F::mantissa;
    bool is_small = x < F::smallest_normal;
    T normal = is_small ? x * lift : x;
    Unsigned<T> bits = bits_of(normal) + (one - C::sqrt_half);
    // The exponent, as a number: put into the low bits of 2^mantissa, which is exact.
    T k = from_bits<T>((bits >> F::mantissa) | bits_of(lift)) -
          (lift + static_cast<T>(F::bias));
    k = is_small ? k - F::mantissa : k;
    T m = from_bits<T>((bits & ((Unsigned<T>{1} << F::mantissa) - 1)) + C::sqrt_half);
    T f = m - 1;
    T s = f / (2 + f);
    T z = s * s;
    T r = z * polynomial(C::log, z);
    T half_square = T(0.5) * f * f;
    T result = k * C::log_high -
               ((half_square - (s * (half_square + r) + k * C::log_low)) - f);
    result = x < infinity<T> ? result : x;
    result = x == 0 ? -infinity<T> : result;
    return x < 0 ? not_a_number<T> : result;
}

// ln u + what 1 + x lost in rounding to u, over u.
template <class T>
NEURONA_INLINE T log1p(T x) {
    T u = 1 + x;
    T lost = x < 1 ? x - (u - 1) : 1 - (u - x);
    T result = log(u);
    result = ((u > 0) & (u < infinity<T>)) ? result + lost / u : result;
    return magnitude(x) < NumberFormat<T>::epsilon / 2 ? x : result;
}

template <class T>
NEURONA_INLINE T softplus(T x) {
    return (x > 0 ? x : T(0)) + log1p(exp(-magnitude(x)));
}

template <class T>
NEURONA_INLINE T binary_cross_entropy(T z, T t) {
    return (z > 0 ? z : T(0)) - t * z + log1p(exp(-magnitude(z)));
}

// About 0, 1 or ∞ by size: arctan x = arctan((x − c) / (1 + c x)) + arctan c.
template <class T>
NEURONA_INLINE T arctan(T x) {
    T size = magnitude(x);
    bool is_large = size > T(2.41421356237309504880);
    bool is_middle = size > T(0.41421356237309504880);
    T above = is_large ? T(-1) : is_middle ? size - 1 : size;
    T below = is_large ? size : is_middle ? size + 1 : T(1);
    T t = above / below;
    T z = t * t;
    T near = fused(t * z, polynomial(Constants<T>::arctan, z), t);
    T turns = is_large ? T(2) : is_middle ? T(1) : T(0);
    T result = fused(turns, Constants<T>::quarter_pi_rest, near) + turns * Constants<T>::quarter_pi;
    return with_sign_of(x, result);
}

// x P(x²) up to 1, then 1 − e^(−t²) Q(t).
template <class T>
NEURONA_INLINE T erf(T x) {
    using C = Constants<T>;
    T size = magnitude(x);
    T inner = size * polynomial(C::erf, size * size);
    T t = size > C::erf_most ? C::erf_most : size;
    T outer = 1 - exp(-t * t) * polynomial(C::erfc, (t - 2) / (t + 2));
    return with_sign_of(x, size < 1 ? inner : outer);
}

// Beyond this many radians the C library's reduction takes over.
constexpr double largest_angle = 0x1p20;

// sin of x + quarter_turns π/2, |x| ≤ largest_angle; the sign of a zero is lost.
NEURONA_INLINE double sine(double x, uint64_t quarter_turns) {
    using C = Constants<double>;
    constexpr double magic = 0x1.8p52;
    double shifted = fused(x, 0.63661977236758134308, magic);
    double n = shifted - magic;
    double r = x - n * C::half_pi[0];
    r = r - n * C::half_pi[1];
    r = r - n * C::half_pi[2];
    uint64_t quadrant = bits_of(shifted) + quarter_turns;
    double z = r * r;
    double s = fused(r * z, polynomial(C::sin, z), r);
    double c = fused(z * z, polynomial(C::cos, z), fused(z, -0.5, 1.0));
    double value = (quadrant & 1) ? c : s;
    return from_bits<double>(bits_of(value) ^ ((quadrant & 2) << 62));
}

NEURONA_INLINE float library_sin(float x) { return __builtin_sinf(x); }
NEURONA_INLINE double library_sin(double x) { return __builtin_sin(x); }
NEURONA_INLINE float library_cos(float x) { return __builtin_cosf(x); }
NEURONA_INLINE double library_cos(double x) { return __builtin_cos(x); }
NEURONA_INLINE float library_power(float x, float y) { return __builtin_powf(x, y); }
NEURONA_INLINE double library_power(double x, double y) { return __builtin_pow(x, y); }

}  // namespace neurona::NEURONA_ISA
