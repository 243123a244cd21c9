// Sums, maxima and the softmax family, over rows or over columns.
//
// The order of every sum is fixed by the length of what is summed. Over columns: sixteen
// running sums, element i in number i mod 16, then halved; of at most sixteen columns one
// after the other. Over rows: stretches of 64, and then their sums. Matrices with few
// columns are turned, sixteen rows at a time, so that each row is a lane of a vector.
#pragma once

#include "kernels.hpp"
#include "vector_math.hpp"

namespace neurona::NEURONA_ISA {

constexpr int64_t lanes = 16;

// Rows that are added up by themselves, so that small numbers are not lost one by one
// beside a large sum.
constexpr int64_t stretch = 64;

struct Add {
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
    return join_lanes<Add>(parts);
}

// `count` columns side by side, rows in order; `written` of them belong to the result.
template <class Join, int64_t count, class T>
NEURONA_INLINE void reduce_strip(int64_t m, const T* A, int64_t lda, T* out, int64_t written) {
    T parts[count];
    for (int64_t j = 0; j < count; ++j) parts[j] = Join::template neutral<T>;
    for (int64_t first = 0; first < m; first += stretch) {
        T some[count];
        for (int64_t j = 0; j < count; ++j) some[j] = Join::template neutral<T>;
        const int64_t last = smaller(first + stretch, m);
        for (int64_t i = first; i < last; ++i) {
            for (int64_t j = 0; j < count; ++j) some[j] = Join::of(some[j], A[i * lda + j]);
        }
        for (int64_t j = 0; j < count; ++j) parts[j] = Join::of(parts[j], some[j]);
    }
    if (written == count) {
        for (int64_t j = 0; j < count; ++j) out[j] = parts[j];
    } else {
        for (int64_t j = 0; j < written; ++j) out[j] = parts[j];
    }
}

template <class Join, class T>
void reduce_rows(int64_t m, int64_t n, const T* A, int64_t lda, T* out) {
    constexpr int64_t wide = 4 * line<T>;
    int64_t j = 0;
    for (; j + wide <= n; j += wide) reduce_strip<Join, wide>(m, A + j, lda, out + j, wide);
    // Whole lines are read past the last column only where the row is known to own them.
    const bool padded = lda % line<T> == 0 && reinterpret_cast<uintptr_t>(A) % line_bytes == 0;
    for (; j + line<T> <= n || (padded && j < n); j += line<T>) {
        reduce_strip<Join, line<T>>(m, A + j, lda, out + j, smaller(line<T>, n - j));
    }
    for (; j < n; ++j) reduce_strip<Join, 1>(m, A + j, lda, out + j, 1);
}

// Few columns: at most `lanes` rows of at most `lanes` columns, turned.
template <class T>
struct Turned {
    T column[lanes][lanes];
};

// Missing rows repeat the last one.
template <class T>
NEURONA_INLINE void turn(int64_t rows, int64_t n, const T* A, int64_t lda, Turned<T>& to) {
    if (rows == lanes) {
        // Column by column, so that the short loop is the outer one.
        for (int64_t j = 0; j < n; ++j) {
#pragma GCC unroll 16
            for (int64_t i = 0; i < lanes; ++i) to.column[j][i] = A[i * lda + j];
        }
        return;
    }
    for (int64_t i = 0; i < lanes; ++i) {
        const T* row = A + smaller(i, rows - 1) * lda;
        for (int64_t j = 0; j < n; ++j) to.column[j][i] = row[j];
    }
}

template <class Join, class T>
NEURONA_INLINE void join_columns(int64_t n, const Turned<T>& z, T (&to)[lanes]) {
    for (int64_t i = 0; i < lanes; ++i) to[i] = Join::template neutral<T>;
    for (int64_t j = 0; j < n; ++j) {
        for (int64_t i = 0; i < lanes; ++i) to[i] = Join::of(to[i], z.column[j][i]);
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

template <class T>
NEURONA_INLINE void scatter(int64_t rows, const T (&values)[lanes], T* out, int64_t stride) {
    if (rows == lanes) {
#pragma GCC unroll 16
        for (int64_t i = 0; i < lanes; ++i) out[i * stride] = values[i];
        return;
    }
    for (int64_t i = 0; i < rows; ++i) out[i * stride] = values[i];
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
    T result[lanes];
    for (int64_t i = 0; i < m; i += lanes) {
        const int64_t rows = smaller(lanes, m - i);
        turn(rows, n, A + i * lda, lda, z);
        join_columns<Join>(n, z, result);
        scatter(rows, result, out + i * out_stride, out_stride);
    }
}

// What is subtracted before e^z: the largest entry, or 0 where that is not finite.
template <class T>
NEURONA_INLINE T finite_or_zero(T x) {
    return magnitude(x) < infinity<T> ? x : T(0);
}

// to[j] = e^(z[j] − top) for n columns; their sum.
template <class T>
NEURONA_INLINE T shifted_exponentials(int64_t n, const T* z, T top, T* to) {
    T parts[lanes] = {}, block[lanes];
    for (int64_t i = 0; i < n; i += lanes) {
        const int64_t count = smaller(lanes, n - i);
        for (int64_t j = 0; j < lanes; ++j) block[j] = -infinity<T>;
        if (count == lanes) {
            for (int64_t j = 0; j < lanes; ++j) block[j] = z[i + j] - top;
        } else {
            for (int64_t j = 0; j < count; ++j) block[j] = z[i + j] - top;
        }
        for (int64_t j = 0; j < lanes; ++j) block[j] = exp(block[j]);
        for (int64_t j = 0; j < lanes; ++j) parts[j] += block[j];
        if (to == nullptr) continue;
        if (count == lanes) {
            for (int64_t j = 0; j < lanes; ++j) to[i + j] = block[j];
        } else {
            for (int64_t j = 0; j < count; ++j) to[i + j] = block[j];
        }
    }
    return join_lanes<Add>(parts);
}

// Few columns: z becomes e^(z − top); top and the sums by row.
template <class T>
NEURONA_INLINE void exponentials_by_lane(int64_t n, Turned<T>& z, T (&top)[lanes],
                                         T (&total)[lanes]) {
    join_columns<Largest>(n, z, top);
    for (int64_t i = 0; i < lanes; ++i) top[i] = finite_or_zero(top[i]);
    for (int64_t j = 0; j < n; ++j) {
        for (int64_t i = 0; i < lanes; ++i) z.column[j][i] = exp(z.column[j][i] - top[i]);
    }
    join_columns<Add>(n, z, total);
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

template <class T>
void softmax(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t ldo) {
    const int64_t end = smaller(round_up(n, line<T>), ldo);
    if (n > lanes) {
        for (int64_t i = 0; i < m; ++i) {
            const T* z = A + i * lda;
            T* to = out + i * ldo;
            const T top = finite_or_zero(join_row<Largest>(n, z));
            const T total = shifted_exponentials(n, z, top, to);
            for (int64_t j = 0; j < n; ++j) to[j] = to[j] / total;
            for (int64_t j = n; j < end; ++j) to[j] = 0;
        }
        return;
    }
    Turned<T> z;
    T top[lanes], total[lanes];
    for (int64_t i = 0; i < m; i += lanes) {
        const int64_t rows = smaller(lanes, m - i);
        turn(rows, n, A + i * lda, lda, z);
        exponentials_by_lane(n, z, top, total);
        for (int64_t j = 0; j < n; ++j) {
            for (int64_t r = 0; r < lanes; ++r) z.column[j][r] = z.column[j][r] / total[r];
        }
        for (int64_t r = 0; r < rows; ++r) zero_row(n, end, out + (i + r) * ldo);
        for (int64_t j = 0; j < n; ++j) scatter(rows, z.column[j], out + i * ldo + j, ldo);
    }
}

template <class T>
void log_sum_exp(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t out_stride) {
    if (n > lanes) {
        for (int64_t i = 0; i < m; ++i) {
            const T* z = A + i * lda;
            const T top = finite_or_zero(join_row<Largest>(n, z));
            out[i * out_stride] = log(shifted_exponentials<T>(n, z, top, nullptr)) + top;
        }
        return;
    }
    Turned<T> z;
    T top[lanes], total[lanes];
    for (int64_t i = 0; i < m; i += lanes) {
        const int64_t rows = smaller(lanes, m - i);
        turn(rows, n, A + i * lda, lda, z);
        exponentials_by_lane(n, z, top, total);
        for (int64_t r = 0; r < lanes; ++r) total[r] = log(total[r]) + top[r];
        scatter(rows, total, out + i * out_stride, out_stride);
    }
}

// Sums over a row of t and of t (z − top).
template <class T>
struct TargetSums {
    T all, weighted;
};

template <class T>
NEURONA_INLINE TargetSums<T> target_sums(int64_t n, const T* z, const T* t, T top) {
    T all[lanes] = {}, weighted[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int64_t j = 0; j < lanes; ++j) all[j] += t[i + j];
        for (int64_t j = 0; j < lanes; ++j) weighted[j] += t[i + j] * (z[i + j] - top);
    }
    for (int64_t j = 0; i + j < n; ++j) {
        all[j] += t[i + j];
        weighted[j] += t[i + j] * (z[i + j] - top);
    }
    return {join_lanes<Add>(all), join_lanes<Add>(weighted)};
}

template <class T>
void cross_entropy(int64_t m, int64_t n, const T* Z, int64_t ldz, const T* target, int64_t ldt,
                   T* out, int64_t out_stride) {
    if (n > lanes) {
        for (int64_t i = 0; i < m; ++i) {
            const T* z = Z + i * ldz;
            const T top = finite_or_zero(join_row<Largest>(n, z));
            const T total = log(shifted_exponentials<T>(n, z, top, nullptr));
            const TargetSums<T> t = target_sums(n, z, target + i * ldt, top);
            out[i * out_stride] = total - t.weighted + top * (1 - t.all);
        }
        return;
    }
    Turned<T> z, t, raised;
    T top[lanes], total[lanes];
    for (int64_t i = 0; i < m; i += lanes) {
        const int64_t rows = smaller(lanes, m - i);
        turn(rows, n, Z + i * ldz, ldz, z);
        turn(rows, n, target + i * ldt, ldt, t);
        for (int64_t j = 0; j < n; ++j) {
            for (int64_t r = 0; r < lanes; ++r) raised.column[j][r] = z.column[j][r];
        }
        exponentials_by_lane(n, raised, top, total);
        T all[lanes] = {}, weighted[lanes] = {};
        for (int64_t j = 0; j < n; ++j) {
            for (int64_t r = 0; r < lanes; ++r) all[r] += t.column[j][r];
            for (int64_t r = 0; r < lanes; ++r) {
                weighted[r] += t.column[j][r] * (z.column[j][r] - top[r]);
            }
        }
        for (int64_t r = 0; r < lanes; ++r) {
            total[r] = log(total[r]) - weighted[r] + top[r] * (1 - all[r]);
        }
        scatter(rows, total, out + i * out_stride, out_stride);
    }
}

}  // namespace neurona::NEURONA_ISA
