// The transpose of a matrix, by square blocks that are interleaved in registers.
#pragma once

#include "simd.hpp"

namespace neurona::NEURONA_ISA {

// Interleaving rows i and i + side/2 of a square, log2(side) times, transposes it. Sides
// are those for which one instruction interleaves: 16 bytes, or 64 with AVX-512.
template <class T>
struct Block;

#if defined(__AVX512F__)
template <>
struct Block<float> {
    static constexpr int side = 16;
    using Row = Vector<float>;
    NEURONA_INLINE static Row low(Row a, Row b) {
        const __m512i order = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        return _mm512_permutex2var_ps(a, order, b);
    }
    NEURONA_INLINE static Row high(Row a, Row b) {
        const __m512i order = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        return _mm512_permutex2var_ps(a, order, b);
    }
};

template <>
struct Block<double> {
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
struct Block<float> {
    static constexpr int side = 4;
    typedef float Row __attribute__((vector_size(16)));
    NEURONA_INLINE static Row low(Row a, Row b) { return Row{a[0], b[0], a[1], b[1]}; }
    NEURONA_INLINE static Row high(Row a, Row b) { return Row{a[2], b[2], a[3], b[3]}; }
};

template <>
struct Block<double> {
    static constexpr int side = 2;
    typedef double Row __attribute__((vector_size(16)));
    NEURONA_INLINE static Row low(Row a, Row b) { return Row{a[0], b[0]}; }
    NEURONA_INLINE static Row high(Row a, Row b) { return Row{a[1], b[1]}; }
};
#endif

template <class T>
NEURONA_INLINE void transpose_block(const T* B, int64_t ldb, T* Bt, int64_t ldt) {
    constexpr int side = Block<T>::side;
    using Row = typename Block<T>::Row;
    Row rows[side], mixed[side];
#pragma GCC unroll 16
    for (int i = 0; i < side; ++i) __builtin_memcpy(&rows[i], B + i * ldb, sizeof(Row));
#pragma GCC unroll 4
    for (int round = 1; round < side; round *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < side / 2; ++i) {
            mixed[2 * i] = Block<T>::low(rows[i], rows[i + side / 2]);
            mixed[2 * i + 1] = Block<T>::high(rows[i], rows[i + side / 2]);
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
    constexpr int64_t side = Block<T>::side;
    const int64_t whole_k = k / side * side, whole_n = n / side * side;
    for (int64_t first = 0; first < whole_k; first += strip) {
        const int64_t last = smaller(first + strip, whole_k);
        for (int64_t j = 0; j < whole_n; j += side) {
            for (int64_t p = first; p < last; p += side) {
                transpose_block(B + p * ldb + j, ldb, Bt + j * ldt + p, ldt);
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
