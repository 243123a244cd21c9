// The transpose of a matrix, by square blocks that are interleaved in registers.
#pragma once

#include "simd.hpp"

namespace neurona::NEURONA_ISA {

// Interleaving rows i and i + side/2 of a square, log2(side) times, transposes it. Sides
// are those for which one instruction interleaves: 16 bytes, or 64 with AVX-512, which has
// a shorter way for floats.
template <class T>
struct Square;

#if defined(__AVX512F__)
template <>
struct Square<float> {
    static constexpr int side = 16;
};

template <>
struct Square<double> {
    static constexpr int side = 8;
    using Row = Vector<double>;
    NEURONA_INLINE static Row low(Row a, Row b) {
        return _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), b);
    }
    NEURONA_INLINE static Row high(Row a, Row b) {
        return _mm512_permutex2var_pd(a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), b);
    }
};
#else
template <>
struct Square<float> {
    static constexpr int side = 4;
    typedef float Row __attribute__((vector_size(16)));
    NEURONA_INLINE static Row low(Row a, Row b) { return Row{a[0], b[0], a[1], b[1]}; }
    NEURONA_INLINE static Row high(Row a, Row b) { return Row{a[2], b[2], a[3], b[3]}; }
};

template <>
struct Square<double> {
    static constexpr int side = 2;
    typedef double Row __attribute__((vector_size(16)));
    NEURONA_INLINE static Row low(Row a, Row b) { return Row{a[0], b[0]}; }
    NEURONA_INLINE static Row high(Row a, Row b) { return Row{a[1], b[1]}; }
};
#endif

#if defined(__AVX512F__)
// Sixteen rows of four numbers, in registers: each quarter of a register is a square.
NEURONA_INLINE void turn_quarters(__m512 (&v)[4]) {
    const __m512 a = _mm512_unpacklo_ps(v[0], v[1]), b = _mm512_unpackhi_ps(v[0], v[1]);
    const __m512 c = _mm512_unpacklo_ps(v[2], v[3]), d = _mm512_unpackhi_ps(v[2], v[3]);
    auto low = [](__m512 x, __m512 y) {
        return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(x), _mm512_castps_pd(y)));
    };
    auto high = [](__m512 x, __m512 y) {
        return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(x), _mm512_castps_pd(y)));
    };
    v[0] = low(a, c), v[1] = high(a, c), v[2] = low(b, d), v[3] = high(b, d);
}

// Sixteen rows that own their lines, of which the first four columns matter.
NEURONA_INLINE void turn_narrow(const float* A, int64_t lda, float* At, int64_t ldt) {
    __m512 v[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        // Masked, a quarter comes into its place as it is loaded, without a shuffle.
        auto quarter = [&](int q) { return _mm_loadu_ps(A + (i + 4 * q) * lda); };
        v[i] = _mm512_castps128_ps512(quarter(0));
        v[i] = _mm512_mask_broadcast_f32x4(v[i], 0x00F0, quarter(1));
        v[i] = _mm512_mask_broadcast_f32x4(v[i], 0x0F00, quarter(2));
        v[i] = _mm512_mask_broadcast_f32x4(v[i], 0xF000, quarter(3));
    }
    turn_quarters(v);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) _mm512_storeu_ps(At + j * ldt, v[j]);
}

// Back, whole lines of sixteen, all but the first four numbers zero.
NEURONA_INLINE void turn_narrow_back(const float* At, int64_t ldt, float* A, int64_t lda) {
    __m512 v[4];
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) v[j] = _mm512_loadu_ps(At + j * ldt);
    turn_quarters(v);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        _mm512_storeu_ps(A + i * lda, _mm512_maskz_mov_ps(0xF, v[i]));
        _mm512_storeu_ps(A + (i + 4) * lda, _mm512_zextps128_ps512(_mm512_extractf32x4_ps(v[i], 1)));
        _mm512_storeu_ps(A + (i + 8) * lda, _mm512_zextps128_ps512(_mm512_extractf32x4_ps(v[i], 2)));
        _mm512_storeu_ps(A + (i + 12) * lda, _mm512_zextps128_ps512(_mm512_extractf32x4_ps(v[i], 3)));
    }
}

NEURONA_INLINE void transpose_square(const float* B, int64_t ldb, float* Bt, int64_t ldt) {
    constexpr int side = Square<float>::side;
    for (int64_t j = 0; j < side; j += 4) turn_narrow(B + j, ldb, Bt + j * ldt, ldt);
}
#endif

template <class T>
NEURONA_INLINE void transpose_square(const T* B, int64_t ldb, T* Bt, int64_t ldt) {
    constexpr int side = Square<T>::side;
    using Row = typename Square<T>::Row;
    Row rows[side], mixed[side];
#pragma GCC unroll 16
    for (int i = 0; i < side; ++i) __builtin_memcpy(&rows[i], B + i * ldb, sizeof(Row));
#pragma GCC unroll 4
    for (int round = 1; round < side; round *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < side / 2; ++i) {
            mixed[2 * i] = Square<T>::low(rows[i], rows[i + side / 2]);
            mixed[2 * i + 1] = Square<T>::high(rows[i], rows[i + side / 2]);
        }
#pragma GCC unroll 16
        for (int i = 0; i < side; ++i) rows[i] = mixed[i];
    }
#pragma GCC unroll 16
    for (int i = 0; i < side; ++i) __builtin_memcpy(Bt + i * ldt, &rows[i], sizeof(Row));
}

// Rows of B that are walked along together: few enough that their pages stay known.
constexpr int64_t strip = 64;

template <class T>
void transpose(int64_t k, int64_t n, const T* B, int64_t ldb, T* Bt, int64_t ldt) {
    constexpr int64_t side = Square<T>::side;
    const int64_t whole_k = k / side * side, whole_n = n / side * side;
    for (int64_t first = 0; first < whole_k; first += strip) {
        const int64_t last = smaller(first + strip, whole_k);
        for (int64_t j = 0; j < whole_n; j += side) {
            for (int64_t p = first; p < last; p += side) {
                transpose_square(B + p * ldb + j, ldb, Bt + j * ldt + p, ldt);
            }
        }
    }
    for (int64_t j = 0; j < whole_n; ++j) {
        for (int64_t p = whole_k; p < k; ++p) Bt[j * ldt + p] = B[p * ldb + j];
    }
    for (int64_t j = whole_n; j < n; ++j) {
        for (int64_t p = 0; p < k; ++p) Bt[j * ldt + p] = B[p * ldb + j];
    }
}

}  // namespace neurona::NEURONA_ISA
