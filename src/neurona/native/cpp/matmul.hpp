// Matrix products: register tiles, packed where the operands outgrow the near caches.
//
// Every element of C is one accumulator, started from the bias and run through
// p = 0 .. k-1 in order; where k is cut into depths it is stored and loaded again in its
// own precision, which changes nothing. So rows, columns and depths can be cut anywhere
// and the bits stay.
#pragma once

#include "kernels.hpp"
#include "simd.hpp"
#include "transpose.hpp"

namespace neurona::NEURONA_ISA {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int most_vectors = 4;   // 32 registers
#else
constexpr int most_vectors = 2;   // 16 registers
#endif

// Rows of a tile that is NV vectors wide: accumulators and a row of B fill the registers,
// with an element of A where an operation cannot take it from memory.
template <int NV>
constexpr int tile_rows = most_vectors == 4 ? (NV == 4 ? 7 : NV == 3 ? 8 : NV == 2 ? 12 : 16)
                                            : (NV == 2 ? 6 : 12);

// Columns of B packed at a time. Where A is read across, each row of a panel takes a
// line of A with it: one vector less leaves the first-level cache room for both.
template <class T, bool across>
constexpr int64_t panel_vectors = across && most_vectors == 4 ? 3 : most_vectors;
template <class T, bool across>
constexpr int64_t panel_columns = panel_vectors<T, across> * width<T>;

// Rows of B packed at a time: across, a panel and its lines of A fit the first-level cache;
// along, the second-level cache feeds the tiles fast enough.
template <class T, bool across>
constexpr int64_t panel_row_bytes = panel_columns<T, across> * static_cast<int64_t>(sizeof(T));
template <class T, bool across>
constexpr int64_t depth = across ? 26624 / (panel_row_bytes<T, across> + line_bytes)
                                 : smaller(256, 49152 / panel_row_bytes<T, across>);

// Rows of A, of length k, that stay in the second-level cache while the panels of B pass:
// fewer where A is read across, since then C is long. All of m if they fit, else even parts.
template <class T, bool across>
constexpr int64_t near_rows(int64_t m, int64_t k) {
    const int64_t room = across ? 393216 : 786432;
    const int64_t fitting = room / (k * static_cast<int64_t>(sizeof(T)));
    const int64_t most = fitting < 96 ? 96 : fitting;
    const int64_t parts = (m + most - 1) / most;
    return (m + parts - 1) / parts;
}

// Measured: up to this many bytes of B, operands are best left in place.
constexpr int64_t packing_pays = 327680;
// Each packed panel of B must serve this many rows of A to be worth its copy.
constexpr int64_t packing_rows = 128;

// How element (i, p) of A is found: A[i * stride + p] or, across, A[i + p * stride].
template <class T, int MR, int NV, bool across>
void tile(int64_t k, const T* A, int64_t stride, const T* B, int64_t ldb, T* C, int64_t ldc,
          const T* start, int64_t start_row, Activation activation, const T* gate,
          int64_t ldg) {
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
            if (activation == Activation::relu) value = value < 0 ? Vector<T>{} : value;
            if (activation == Activation::gate) {
                value = load(gate + i * ldg + j * width<T>) > 0 ? value : Vector<T>{};
            }
            store(C + i * ldc + j * width<T>, value);
        }
    }
}

// A pointer moved on, unless it is null.
template <class T>
NEURONA_INLINE const T* moved(const T* at, int64_t elements) {
    return at ? at + elements : nullptr;
}

// What of B is wanted after this product: fetched while its tiles are computed.
template <class T>
struct Ahead {
    const T* B;
    int64_t ldb, rows, vectors;
};

// A product that one panel of B serves, or a part of one.
template <class T>
struct PanelProduct {
    int64_t m, k;
    const T* A;
    int64_t stride;
    const T* B;
    int64_t ldb;
    T* C;
    int64_t ldc;
    const T* start;      // the bias, C itself, or null
    int64_t start_row;   // 0 for the bias, ldc for C
    Activation activation;
    const T* gate;
    int64_t ldg;
    Ahead<T> ahead;
};

// The share of rows i .. i + count of `all`.
template <class T>
NEURONA_INLINE void fetch_ahead(const Ahead<T>& ahead, int64_t i, int64_t count, int64_t all) {
    if (ahead.B == nullptr) return;
    const int64_t last = ahead.rows * (i + count) / all;
    for (int64_t p = ahead.rows * i / all; p < last; ++p) {
        for (int64_t j = 0; j < ahead.vectors; ++j) {
            __builtin_prefetch(ahead.B + p * ahead.ldb + j * width<T>, 0, 2);
        }
    }
}

template <class T, int NV, bool across, int MR>
NEURONA_INLINE int64_t run_tiles(const PanelProduct<T>& x, int64_t i) {
    for (; i + MR <= x.m; i += MR) {
        fetch_ahead(x.ahead, i, MR, x.m);
        tile<T, MR, NV, across>(x.k, x.A + (across ? i : i * x.stride), x.stride, x.B, x.ldb,
                                x.C + i * x.ldc, x.ldc,
                                moved(x.start, i * x.start_row), x.start_row, x.activation,
                                moved(x.gate, i * x.ldg), x.ldg);
    }
    return i;
}

// `count` tiles of at most MR rows, as even as can be.
template <class T, int NV, bool across, int MR>
NEURONA_INLINE void run_even_tiles(const PanelProduct<T>& x, int64_t count) {
    if constexpr (MR > 1) {
        if (x.m <= (MR - 1) * count) return run_even_tiles<T, NV, across, MR - 1>(x, count);
        PanelProduct<T> first = x;
        first.m = (x.m - (MR - 1) * count) * MR;
        const int64_t i = run_tiles<T, NV, across, MR>(first, 0);
        run_tiles<T, NV, across, MR - 1>(x, i);
    } else {
        run_tiles<T, NV, across, 1>(x, 0);
    }
}

template <class T, int NV, bool across>
void run_panel(const PanelProduct<T>& x) {
    constexpr int most = tile_rows<NV>;
    if constexpr (most <= 8) {
        return run_even_tiles<T, NV, across, most>(x, (x.m + most - 1) / most);
    }
    int64_t i = run_tiles<T, NV, across, tile_rows<NV>>(x, 0);
    i = run_tiles<T, NV, across, 8>(x, i);
    i = run_tiles<T, NV, across, 4>(x, i);
    i = run_tiles<T, NV, across, 2>(x, i);
    run_tiles<T, NV, across, 1>(x, i);
}

template <class T, bool across>
NEURONA_INLINE void run_panel(int64_t vectors, const PanelProduct<T>& x) {
    if constexpr (most_vectors == 4) {
        if (vectors == 4) return run_panel<T, 4, across>(x);
        if (vectors == 3) return run_panel<T, 3, across>(x);
    }
    if (vectors == 2) return run_panel<T, 2, across>(x);
    run_panel<T, 1, across>(x);
}

// Vectors of the panel of `most` columns that begins at column j.
template <class T>
NEURONA_INLINE int64_t vectors_at(int64_t n, int64_t j, int64_t most) {
    return (smaller(most, n - j) + width<T> - 1) / width<T>;
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

// What a product asks of the panel of B that begins at column j.
template <class T>
NEURONA_INLINE PanelProduct<T> panel_product_at(const MatrixProduct<T>& x, int64_t j) {
    return {x.m, x.k, x.A, x.stride, x.B + j, x.ldb, x.C + j, x.ldc, moved(x.bias, j), 0,
            x.activation, moved(x.gate, j), x.ldg, {}};
}

// A product in pieces: `depth` rows of a panel of B at a time, copied side by side.
// Out of line, so that small products do not pay for the buffer on the stack.
template <class T, bool across>
[[gnu::noinline]] void matmul_packed(const MatrixProduct<T>& whole) {
    constexpr int64_t columns = panel_columns<T, across>;
    alignas(64) T panel[depth<T, across> * columns];
    const int64_t m = whole.m, n = whole.n, k = whole.k;
    const int64_t most_rows = near_rows<T, across>(m, k);
    // Cut evenly: a short last piece would pay for C as much as a long one.
    const int64_t pieces = (k + depth<T, across> - 1) / depth<T, across>;
    const int64_t even_depth = (k + pieces - 1) / pieces;
    const int64_t a_row = across ? 1 : whole.stride, a_column = across ? whole.stride : 1;
    auto next = [&](int64_t p, int64_t j) -> Ahead<T> {
        if (p >= k) p = 0, j += columns;
        if (j >= n) return {};
        return {whole.B + p * whole.ldb + j, whole.ldb, smaller(even_depth, k - p),
                vectors_at<T>(n, j, columns)};
    };
    for (int64_t i = 0; i < m; i += most_rows) {
        for (int64_t j = 0; j < n; j += columns) {
            const int64_t vectors = vectors_at<T>(n, j, columns);
            for (int64_t p = 0; p < k; p += even_depth) {
                const int64_t deep = smaller(even_depth, k - p);
                pack_panel(deep, vectors, whole.B + p * whole.ldb + j, whole.ldb, panel);
                PanelProduct<T> x = panel_product_at(whole, j);
                x.m = smaller(most_rows, m - i);
                x.k = deep;
                x.A += i * a_row + p * a_column;
                x.B = panel;
                x.ldb = vectors * width<T>;
                x.C += i * x.ldc;
                x.gate = moved(x.gate, i * x.ldg);
                if (p > 0) x.start = x.C, x.start_row = x.ldc;
                if (p + deep < k) x.activation = Activation::identity;
                x.ahead = next(p + deep, j);
                run_panel<T, across>(vectors, x);
            }
        }
    }
}

template <class T, bool across>
void matmul_in_place(const MatrixProduct<T>& whole) {
    constexpr int64_t columns = most_vectors * width<T>;
    for (int64_t j = 0; j < whole.n; j += columns) {
        run_panel<T, across>(vectors_at<T>(whole.n, j, columns), panel_product_at(whole, j));
    }
}

// Products of one panel, and of one tile of few rows: small ones, for which choosing would
// take as long as multiplying.
template <class T, bool across, int NV>
void matmul_of_panel(const MatrixProduct<T>& x) {
    run_panel<T, NV, across>(panel_product_at(x, 0));
}

template <class T, bool across, int NV, int MR>
void matmul_of_tile(const MatrixProduct<T>& x) {
    tile<T, MR, NV, across>(x.k, x.A, x.stride, x.B, x.ldb, x.C, x.ldc, x.bias, 0,
                            x.activation, x.gate, x.ldg);
}

// A product with so few columns that most of a vector would be padding: the transpose of C
// is computed, rows of A being its columns. Each element is the same sum in the same order.
// An A that is read across is there as it is needed; one that is read along is transposed
// first, which pays where a vector is as wide as the squares that are.
constexpr int64_t most_narrow = tile_rows<most_vectors>;
template <class T>
constexpr bool turns_quickly = Square<T>::side == width<T> && width<T> == 16;
// Columns of A that are transposed at a time.
constexpr int64_t narrow_depth = 128;

template <class T, bool across, int n>
[[gnu::noinline]] void matmul_narrow(const MatrixProduct<T>& x) {
    constexpr int64_t columns = most_vectors * width<T>;
    alignas(64) T turned[n * columns];
    alignas(64) T turned_A[across ? 1 : narrow_depth * columns];
    for (int64_t i = 0; i < x.m; i += columns) {
        const int64_t rows = smaller(columns, x.m - i);
        const int64_t vectors = vectors_at<T>(x.m, i, columns);
        if (x.bias) {
            for (int64_t r = 0; r < n * columns; ++r) turned[r] = x.bias[r / columns];
        }
        const int64_t deep = across ? x.k : narrow_depth;
        for (int64_t p = 0; p < x.k; p += deep) {
            PanelProduct<T> y{n, smaller(deep, x.k - p), x.B + p * x.ldb, x.ldb, x.A + i, x.stride,
                       turned, columns, p || x.bias ? turned : nullptr, columns,
                       Activation::identity, nullptr, 0, {}};
            if constexpr (!across) {
                transpose(rows, y.k, x.A + i * x.stride + p, x.stride, turned_A, columns);
                for (int64_t r = rows; r < vectors * width<T>; ++r) {
                    for (int64_t q = 0; q < y.k; ++q) turned_A[q * columns + r] = 0;
                }
                y.B = turned_A;
                y.ldb = columns;
            }
            // Padding of A's rows is there to be read, in whole vectors.
            run_panel<T, true>(vectors, y);
        }
        T* to = x.C + i * x.ldc;
        for (int64_t r = 0; r < rows; ++r, to += x.ldc) {
            store(to, Vector<T>{});
            for (int j = 0; j < n; ++j) to[j] = turned[j * columns + r];
        }
    }
}

template <class T, bool across, int n = most_narrow>
ProductKernel<T> narrow_kernel(int64_t columns) {
    if constexpr (n > 1) {
        if (columns < n) return narrow_kernel<T, across, n - 1>(columns);
    }
    return matmul_narrow<T, across, n>;
}

template <class T, bool across, int NV>
ProductKernel<T> panel_kernel(int64_t rows) {
    switch (rows) {
        case 1: return matmul_of_tile<T, across, NV, 1>;
        case 2: return matmul_of_tile<T, across, NV, 2>;
        case 4: return matmul_of_tile<T, across, NV, 4>;
        default: return matmul_of_panel<T, across, NV>;
    }
}

template <class T, bool across>
ProductKernel<T> product_kernel(const MatrixProduct<T>& x) {
    const int64_t size = x.k * x.ldb * static_cast<int64_t>(sizeof(T));
    if (size > packing_pays && x.n > width<T> && x.m >= packing_rows) {
        return matmul_packed<T, across>;
    }
    if constexpr (across || turns_quickly<T>) {
        const bool is_narrow = x.n <= most_narrow && x.n < width<T> && x.m >= width<T>;
        const bool is_deep = x.k >= (across ? 1 : width<T>);
        if (is_narrow && is_deep && x.activation == Activation::identity) {
            return narrow_kernel<T, across>(x.n);
        }
    }
    const int64_t vectors = (x.n + width<T> - 1) / width<T>;
    if (vectors > most_vectors) return matmul_in_place<T, across>;
    if constexpr (most_vectors == 4) {
        if (vectors == 4) return panel_kernel<T, across, 4>(x.m);
        if (vectors == 3) return panel_kernel<T, across, 3>(x.m);
    }
    if (vectors == 2) return panel_kernel<T, across, 2>(x.m);
    return panel_kernel<T, across, 1>(x.m);
}

template <class T>
ProductKernel<T> product_kernel(const MatrixProduct<T>& x) {
    return x.across ? product_kernel<T, true>(x) : product_kernel<T, false>(x);
}

template <class T>
void matmul(const MatrixProduct<T>& x) {
    product_kernel<T>(x)(x);
}

}  // namespace neurona::NEURONA_ISA
