// Sums and maxima, over rows or over columns.
//
// The order of every sum is fixed by the length of what is summed. Over columns: sixteen
// running sums, element i in number i mod 16, then halved; of at most sixteen columns one
// after the other. Over rows: stretches of 64, their even rows and their odd ones, and
// then the sums of these. Matrices with few columns are turned, so that each row is a lane
// of a vector.
#pragma once

#include "kernels.hpp"
#include "transpose.hpp"
#include "simd.hpp"

namespace neurona::NEURONA_ISA {

constexpr int64_t lanes = 16;

// Rows that are added up by themselves, so that small numbers are not lost one by one
// beside a large sum.
constexpr int64_t stretch = 64;

struct Addition {
    template <class T>
    static constexpr T neutral = 0;
    template <class T>
    NEURONA_INLINE static T of(T a, T b) { return a + b; }
};

struct Largest {
    template <class T>
    static constexpr T neutral = -infinity<T>;
    template <class T>
    NEURONA_INLINE static T of(T a, T b) { return larger(a, b); }
};

// Sixteen of a kind, the halves joined until one is left.
template <class Join, class T>
NEURONA_INLINE T join_lanes(T (&parts)[lanes]) {
    for (int64_t half = lanes / 2; half > 0; half /= 2) {
        for (int64_t i = 0; i < half; ++i) parts[i] = Join::of(parts[i], parts[i + half]);
    }
    return parts[0];
}

template <class T>
double sum(int64_t n, const T* a) {
    double parts[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int64_t j = 0; j < lanes; ++j) parts[j] += static_cast<double>(a[i + j]);
    }
    for (int64_t j = 0; i + j < n; ++j) parts[j] += static_cast<double>(a[i + j]);
    return join_lanes<Addition>(parts);
}

// One column; the order in which strips of columns are joined, too.
template <class Join, class T>
NEURONA_INLINE T reduce_column(int64_t m, const T* A, int64_t lda) {
    T joined = Join::template neutral<T>;
    for (int64_t first = 0; first < m; first += stretch) {
        T even = Join::template neutral<T>, odd = even;
        const int64_t last = smaller(first + stretch, m);
        for (int64_t i = first; i < last; i += 2) even = Join::of(even, A[i * lda]);
        for (int64_t i = first + 1; i < last; i += 2) odd = Join::of(odd, A[i * lda]);
        joined = Join::of(joined, Join::of(even, odd));
    }
    return joined;
}

// `count` vectors side by side; `written` of their numbers belong to the result.
template <class Join, int64_t count, class T>
NEURONA_INLINE void reduce_strip(int64_t m, const T* A, int64_t lda, T* out, int64_t written) {
    Vector<T> joined[count];
    for (int64_t j = 0; j < count; ++j) joined[j] = spread<T>(Join::template neutral<T>);
    for (int64_t first = 0; first < m; first += stretch) {
        // Two of each, so that neither waits for the other.
        Vector<T> even[count], odd[count];
        for (int64_t j = 0; j < count; ++j) even[j] = odd[j] = spread<T>(Join::template neutral<T>);
        const int64_t last = smaller(first + stretch, m);
        int64_t i = first;
        for (; i + 2 <= last; i += 2) {
            const T* row = A + i * lda;
            for (int64_t j = 0; j < count; ++j) even[j] = Join::of(even[j], load(row + j * width<T>));
            row += lda;
            for (int64_t j = 0; j < count; ++j) odd[j] = Join::of(odd[j], load(row + j * width<T>));
        }
        for (int64_t j = 0; i < last && j < count; ++j) {
            even[j] = Join::of(even[j], load(A + i * lda + j * width<T>));
        }
        for (int64_t j = 0; j < count; ++j) joined[j] = Join::of(joined[j], Join::of(even[j], odd[j]));
    }
    if (written == count * width<T>) {
        for (int64_t j = 0; j < count; ++j) store(out + j * width<T>, joined[j]);
    } else {
        T numbers[count * width<T>];
        for (int64_t j = 0; j < count; ++j) store(numbers + j * width<T>, joined[j]);
        for (int64_t j = 0; j < written; ++j) out[j] = numbers[j];
    }
}

template <class Join, class T>
void reduce_rows(int64_t m, int64_t n, const T* A, int64_t lda, T* out) {
    constexpr int64_t wide = 4 * width<T>;
    int64_t j = 0;
    for (; j + wide <= n; j += wide) reduce_strip<Join, 4>(m, A + j, lda, out + j, wide);
    // Whole lines are read past the last column only where the row is known to own them.
    const bool padded = lda % line<T> == 0 && reinterpret_cast<uintptr_t>(A) % line_bytes == 0;
    for (; j + width<T> <= n || (padded && j < n); j += width<T>) {
        reduce_strip<Join, 1>(m, A + j, lda, out + j, smaller(width<T>, n - j));
    }
    for (; j < n; ++j) out[j] = reduce_column<Join>(m, A + j, lda);
}

// out[i] = part 0 + part 1 + …, in that order, or the largest; n is a multiple of a line.
template <class Join, class T>
void join_parts(int64_t count, int64_t n, const T* parts, int64_t stride, T* out) {
    constexpr int64_t together = 4;
    int64_t i = 0;
    for (; i + together * width<T> <= n; i += together * width<T>) {
        Vector<T> v[together];
#pragma GCC unroll 4
        for (int64_t j = 0; j < together; ++j) v[j] = load(parts + i + j * width<T>);
        for (int64_t part = 1; part < count; ++part) {
            const T* at = parts + part * stride + i;
#pragma GCC unroll 4
            for (int64_t j = 0; j < together; ++j) v[j] = Join::of(v[j], load(at + j * width<T>));
        }
#pragma GCC unroll 4
        for (int64_t j = 0; j < together; ++j) store(out + i + j * width<T>, v[j]);
    }
    for (; i < n; i += width<T>) {
        Vector<T> v = load(parts + i);
        for (int64_t part = 1; part < count; ++part) v = Join::of(v, load(parts + part * stride + i));
        store(out + i, v);
    }
}

// Few columns: at most `stretch` rows of at most `lanes` columns, turned, so that loops
// run over rows. How many there are the compiler must not know: short loops of a known
// length it unrolls, and then finds no vectors in what it made.
template <class T>
struct alignas(line_bytes) Turned {
    T column[lanes][stretch];
};

// Rows that are turned together with `rows` of them: whole vectors.
NEURONA_INLINE constexpr int64_t turned_rows(int64_t rows) { return round_up(rows, lanes); }

// Whether rows may be read to the end of their last line.
template <class T>
NEURONA_INLINE bool owns_lines(const T* A, int64_t lda) {
    return lda % line<T> == 0 && reinterpret_cast<uintptr_t>(A) % line_bytes == 0;
}

// Matrices of a few columns in wide registers: squares would be mostly padding.
template <class T>
NEURONA_INLINE constexpr bool is_narrow(int64_t n) {
    return n <= 4 && sizeof(T) == 4 && Square<T>::side == lanes;
}

// Missing rows repeat the last one. Like turn_back a function of its own: one call is for
// many rows, and inlined everywhere these two take half the time to compile.
template <class T>
void turn(int64_t rows, int64_t n, const T* A, int64_t lda, Turned<T>& to) {
    constexpr int64_t side = Square<T>::side;
    int64_t whole = 0;
    if (owns_lines(A, lda)) {
        whole = rows / lanes * lanes;
        for (int64_t i = 0; i < whole; i += side) {
#if defined(__AVX512F__)
            if constexpr (sizeof(T) == 4) {
                if (is_narrow<T>(n)) {
                    turn_narrow(A + i * lda, lda, &to.column[0][i], stretch);
                    continue;
                }
            }
#endif
            for (int64_t j = 0; j < n; j += side) {
                transpose_square(A + i * lda + j, lda, &to.column[j][i], stretch);
            }
        }
    }
    for (int64_t i = whole; i < turned_rows(rows); ++i) {
        const T* row = A + smaller(i, rows - 1) * lda;
        for (int64_t j = 0; j < n; ++j) to.column[j][i] = row[j];
    }
}

template <class T>
NEURONA_INLINE void scatter(int64_t rows, const T* values, T* out, int64_t stride) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; ++i) out[i * stride] = values[i];
}

// Zeros from column n to `end`; what is before may be zeroed too.
template <class T>
NEURONA_INLINE void zero_row(int64_t n, int64_t end, T* to) {
    if (end % line<T> != 0) {
        for (int64_t j = n; j < end; ++j) to[j] = 0;
        return;
    }
    for (int64_t first = 0; first < end; first += line<T>) {
        __builtin_memset(to + first, 0, line_bytes);
    }
}

// Back to rows; what follows column n, up to `end`, becomes zero.
template <class T>
void turn_back(int64_t rows, int64_t n, int64_t end, Turned<T>& from, T* out, int64_t ldo) {
    constexpr int64_t side = Square<T>::side;
    int64_t whole = 0;
    if (end == round_up(n, line<T>) && owns_lines(out, ldo)) {
        whole = rows / side * side;
        const int64_t last = is_narrow<T>(n) ? 4 : end;
        for (int64_t j = n; j < last; ++j) {
            for (int64_t i = 0; i < whole; i += width<T>) store(&from.column[j][i], Vector<T>{});
        }
        for (int64_t i = 0; i < whole; i += side) {
#if defined(__AVX512F__)
            if constexpr (sizeof(T) == 4) {
                if (is_narrow<T>(n)) {
                    turn_narrow_back(&from.column[0][i], stretch, out + i * ldo, ldo);
                    continue;
                }
            }
#endif
            for (int64_t j = 0; j < end; j += side) {
                transpose_square(&from.column[j][i], stretch, out + i * ldo + j, ldo);
            }
        }
    }
    for (int64_t i = whole; i < rows; ++i) zero_row(n, end, out + i * ldo);
    for (int64_t j = 0; j < n; ++j) scatter(rows - whole, from.column[j] + whole, out + whole * ldo + j, ldo);
}

template <class Join, class T>
NEURONA_INLINE void join_columns(int64_t rows, int64_t n, const Turned<T>& z, T (&to)[stretch]) {
    for (int64_t i = 0; i < rows; i += width<T>) {
        Vector<T> joined = spread<T>(Join::template neutral<T>);
        for (int64_t j = 0; j < n; ++j) joined = Join::of(joined, load(&z.column[j][i]));
        store(to + i, joined);
    }
}

template <class Join, class T>
NEURONA_INLINE T join_row(int64_t n, const T* row) {
    T parts[lanes];
    for (int64_t j = 0; j < lanes; ++j) parts[j] = Join::template neutral<T>;
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int64_t j = 0; j < lanes; ++j) parts[j] = Join::of(parts[j], row[i + j]);
    }
    for (int64_t j = 0; i + j < n; ++j) parts[j] = Join::of(parts[j], row[i + j]);
    return join_lanes<Join>(parts);
}

template <class Join, class T>
void reduce_columns(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t out_stride) {
    if (n == 1) {
        for (int64_t i = 0; i < m; ++i) {
            out[i * out_stride] = Join::of(Join::template neutral<T>, A[i * lda]);
        }
        return;
    }
    if (n > lanes) {
        for (int64_t i = 0; i < m; ++i) out[i * out_stride] = join_row<Join>(n, A + i * lda);
        return;
    }
    Turned<T> z;
    alignas(line_bytes) T result[stretch];
    for (int64_t i = 0; i < m; i += stretch) {
        const int64_t rows = smaller(stretch, m - i);
        turn(rows, n, A + i * lda, lda, z);
        join_columns<Join>(turned_rows(rows), n, z, result);
        scatter(rows, result, out + i * out_stride, out_stride);
    }
}

}  // namespace neurona::NEURONA_ISA
