// Matrix products: register tiles, packed where the operands outgrow the near caches.
//
// Every element of C is one accumulator, started from the bias and run through
// p = 0 .. k-1 in order; where k is cut into depths it is stored and loaded again in its
// own precision, which changes nothing. So rows, columns and depths can be cut anywhere
// and the bits stay.
#pragma once

#include "kernels.hpp"
#include "simd.hpp"

namespace neurona::NEURONA_ISA {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int most_vectors = 3;   // 32 registers
#else
constexpr int most_vectors = 2;   // 16 registers
#endif

// Rows of a tile that is NV vectors wide: accumulators, a row of B and one element of A
// fill the registers.
template <int NV>
constexpr int tile_rows = most_vectors == 3 ? (NV == 3 ? 8 : NV == 2 ? 12 : 16)
                                            : (NV == 2 ? 6 : 12);

// Elements of B packed at a time: `depth` rows of a tile's columns, within half of the
// first-level cache. Elements of A: as many rows as fit a part of the second.
template <class T>
constexpr int64_t panel_columns = most_vectors * width<T>;
template <class T>
constexpr int64_t depth = smaller(256, 24576 / (panel_columns<T> * static_cast<int64_t>(sizeof(T))));
template <class T>
constexpr int64_t packed_rows = 832 / static_cast<int64_t>(sizeof(T));

// Measured: up to half a second-level cache of B, operands are best left in place.
constexpr int64_t packing_pays = 524288;
// Each packed panel of B must serve this many rows of A to be worth its copy.
constexpr int64_t packing_rows = 128;

// How element (i, p) of A is found: A[i * stride + p] or, across, A[i + p * stride].
template <class T, int MR, int NV, bool across>
void tile(int64_t k, const T* A, int64_t stride, const T* B, int64_t ldb, T* C, int64_t ldc,
          const T* start, int64_t start_row, bool rectify) {
    Vector<T> sum[MR][NV];
#pragma GCC unroll 16
    for (int i = 0; i < MR; ++i) {
#pragma GCC unroll 4
        for (int j = 0; j < NV; ++j) {
            sum[i][j] = start ? load(start + i * start_row + j * width<T>) : Vector<T>{};
        }
    }
    for (int64_t p = 0; p < k; ++p) {
        Vector<T> b[NV];
#pragma GCC unroll 4
        for (int j = 0; j < NV; ++j) b[j] = load(B + j * width<T>);
#pragma GCC unroll 16
        for (int i = 0; i < MR; ++i) {
            const Vector<T> a = spread(across ? A[i] : A[i * stride]);
#pragma GCC unroll 4
            for (int j = 0; j < NV; ++j) sum[i][j] = fused(a, b[j], sum[i][j]);
        }
        A += across ? stride : 1;
        B += ldb;
    }
#pragma GCC unroll 16
    for (int i = 0; i < MR; ++i) {
#pragma GCC unroll 4
        for (int j = 0; j < NV; ++j) {
            Vector<T> value = sum[i][j];
            // Not the other way round: NaN is not below zero, and stays.
            if (rectify) value = value < 0 ? Vector<T>{} : value;
            store(C + i * ldc + j * width<T>, value);
        }
    }
}

template <class T>
struct Product {
    int64_t m, k;
    const T* A;
    int64_t stride;
    const T* B;
    int64_t ldb;
    T* C;
    int64_t ldc;
    const T* start;      // the bias, C itself, or null
    int64_t start_row;   // 0 for the bias, ldc for C
    bool rectify;
};

template <class T, int NV, bool across, int MR>
NEURONA_INLINE int64_t run_tiles(const Product<T>& x, int64_t i) {
    for (; i + MR <= x.m; i += MR) {
        tile<T, MR, NV, across>(x.k, x.A + (across ? i : i * x.stride), x.stride, x.B, x.ldb,
                                x.C + i * x.ldc, x.ldc,
                                x.start ? x.start + i * x.start_row : nullptr, x.start_row,
                                x.rectify);
    }
    return i;
}

template <class T, int NV, bool across>
void run_panel(const Product<T>& x) {
    int64_t i = run_tiles<T, NV, across, tile_rows<NV>>(x, 0);
    if constexpr (tile_rows<NV> > 8) i = run_tiles<T, NV, across, 8>(x, i);
    if constexpr (tile_rows<NV> > 4) i = run_tiles<T, NV, across, 4>(x, i);
    i = run_tiles<T, NV, across, 2>(x, i);
    run_tiles<T, NV, across, 1>(x, i);
}

template <class T, bool across>
NEURONA_INLINE void run_panel(int64_t vectors, const Product<T>& x) {
    if constexpr (most_vectors == 3) {
        if (vectors == 3) return run_panel<T, 3, across>(x);
    }
    if (vectors == 2) return run_panel<T, 2, across>(x);
    run_panel<T, 1, across>(x);
}

// to (k, columns of a panel) = rows of B, side by side.
template <class T>
NEURONA_INLINE void pack_panel(int64_t k, int64_t vectors, const T* B, int64_t ldb, T* to) {
    for (int64_t p = 0; p < k; ++p) {
        for (int64_t j = 0; j < vectors; ++j) {
            store(to + j * width<T>, load(B + j * width<T>));
        }
        B += ldb;
        to += vectors * width<T>;
    }
}

// to (k, packed_rows) = the transpose of A (m, k), of any strides.
template <class T>
NEURONA_INLINE void pack_rows(int64_t m, int64_t k, const T* A, int64_t a_row,
                              int64_t a_column, T* to) {
    for (int64_t p = 0; p < k; ++p, A += a_column, to += packed_rows<T>) {
        if (a_row == 1) {
            NEURONA_INDEPENDENT
            for (int64_t i = 0; i < m; ++i) to[i] = A[i];
        } else {
            for (int64_t i = 0; i < m; ++i) to[i] = A[i * a_row];
        }
    }
}

// Out of line, so that small products do not pay for the buffers on the stack.
template <class T>
[[gnu::noinline]] void matmul_packed(int64_t m, int64_t n, int64_t k, const T* A,
                                     int64_t a_row, int64_t a_column, const T* B,
                                     int64_t ldb, T* C, int64_t ldc, const T* bias,
                                     Activation activation) {
    alignas(64) T panel[depth<T> * panel_columns<T>];
    alignas(64) T rows[depth<T> * packed_rows<T>];
    const bool in_place = a_column == 1;
    const int64_t most_rows = in_place ? m : packed_rows<T>;
    for (int64_t i = 0; i < m; i += most_rows) {
        const int64_t height = smaller(most_rows, m - i);
        for (int64_t p = 0; p < k; p += depth<T>) {
            const int64_t deep = smaller(depth<T>, k - p);
            const bool is_last = p + deep == k;
            const T* part = A + i * a_row + p * a_column;
            if (!in_place) pack_rows(height, deep, part, a_row, a_column, rows);
            for (int64_t j = 0; j < n; j += panel_columns<T>) {
                const int64_t vectors = (smaller(panel_columns<T>, n - j) + width<T> - 1) / width<T>;
                pack_panel(deep, vectors, B + p * ldb + j, ldb, panel);
                T* to = C + i * ldc + j;
                const T* first = bias ? bias + j : nullptr;
                Product<T> x{height, deep, in_place ? part : rows,
                             in_place ? a_row : packed_rows<T>, panel, vectors * width<T>,
                             to, ldc, p ? to : first, p ? ldc : 0,
                             is_last && activation == Activation::relu};
                if (in_place) {
                    run_panel<T, false>(vectors, x);
                } else {
                    run_panel<T, true>(vectors, x);
                }
            }
        }
    }
}

template <class T>
void matmul(int64_t m, int64_t n, int64_t k, const T* A, int64_t a_row, int64_t a_column,
            const T* B, int64_t ldb, T* C, int64_t ldc, const T* bias,
            Activation activation) {
    const bool along = a_column == 1, across = a_row == 1;
    const bool is_large = k * ldb * static_cast<int64_t>(sizeof(T)) > packing_pays &&
                          n > width<T> && m >= packing_rows;
    // A product over nothing still writes the bias.
    if (k > 0 && (is_large || !(along || across))) {
        return matmul_packed(m, n, k, A, a_row, a_column, B, ldb, C, ldc, bias, activation);
    }
    const bool rectify = activation == Activation::relu;
    for (int64_t j = 0; j < n; j += panel_columns<T>) {
        const int64_t vectors = (smaller(panel_columns<T>, n - j) + width<T> - 1) / width<T>;
        const T* first = bias ? bias + j : nullptr;
        Product<T> x{m, k, A, along ? a_row : a_column, B + j, ldb, C + j, ldc, first, 0, rectify};
        if (along) {
            run_panel<T, false>(vectors, x);
        } else {
            run_panel<T, true>(vectors, x);
        }
    }
}

}  // namespace neurona::NEURONA_ISA
