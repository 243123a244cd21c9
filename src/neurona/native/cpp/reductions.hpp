// Sums, maxima and the softmax family, over rows or over columns.
//
// The order of every sum is fixed by the length of what is summed. Over columns: sixteen
// running sums, element i in number i mod 16, then halved; of at most sixteen columns one
// after the other. Over rows: stretches of 64, their even rows and their odd ones, and
// then the sums of these. Matrices with few columns are turned, so that each row is a lane
// of a vector.
#pragma once

#include "kernels.hpp"
#include "transpose.hpp"
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
    return n <= 4 && sizeof(T) == 4 && Block<T>::side == lanes;
}

// Missing rows repeat the last one.
template <class T>
NEURONA_INLINE void turn(int64_t rows, int64_t n, const T* A, int64_t lda, Turned<T>& to) {
    constexpr int64_t side = Block<T>::side;
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
                transpose_block(A + i * lda + j, lda, &to.column[j][i], stretch);
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
NEURONA_INLINE void turn_back(int64_t rows, int64_t n, int64_t end, Turned<T>& from, T* out, int64_t ldo) {
    constexpr int64_t side = Block<T>::side;
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
                transpose_block(&from.column[j][i], stretch, out + i * ldo + j, ldo);
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

// What is subtracted before e^z: the largest entry, or 0 where that is not finite.
template <class T>
NEURONA_INLINE T finite_or_zero(T x) {
    return magnitude(x) < infinity<T> ? x : T(0);
}

// Of every row.
template <class T>
NEURONA_INLINE void find_tops(int64_t rows, int64_t n, const Turned<T>& z, T (&top)[stretch]) {
    join_columns<Largest>(rows, n, z, top);
    for (int64_t i = 0; i < rows; i += width<T>) {
        const Vector<T> v = load(top + i);
        // What is not finite leaves no zero.
        store(top + i, v - v == 0 ? v : Vector<T>{});
    }
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
NEURONA_INLINE void exponentials_by_row(int64_t rows, int64_t n, Turned<T>& z, T (&top)[stretch],
                                        T (&total)[stretch]) {
    find_tops(rows, n, z, top);
    for (int64_t j = 0; j < n; ++j) {
        NEURONA_INDEPENDENT
        for (int64_t i = 0; i < rows; ++i) z.column[j][i] = exp(z.column[j][i] - top[i]);
    }
    join_columns<Add>(rows, n, z, total);
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
    alignas(line_bytes) T top[stretch], total[stretch];
    for (int64_t i = 0; i < m; i += stretch) {
        const int64_t rows = smaller(stretch, m - i), count = turned_rows(rows);
        turn(rows, n, A + i * lda, lda, z);
        exponentials_by_row(count, n, z, top, total);
        for (int64_t j = 0; j < n; ++j) {
            NEURONA_INDEPENDENT
            for (int64_t r = 0; r < count; ++r) z.column[j][r] = z.column[j][r] / total[r];
        }
        turn_back(rows, n, end, z, out + i * ldo, ldo);
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
    alignas(line_bytes) T top[stretch], total[stretch];
    for (int64_t i = 0; i < m; i += stretch) {
        const int64_t rows = smaller(stretch, m - i), count = turned_rows(rows);
        turn(rows, n, A + i * lda, lda, z);
        exponentials_by_row(count, n, z, top, total);
        NEURONA_INDEPENDENT
        for (int64_t r = 0; r < count; ++r) total[r] = log(total[r]) + top[r];
        scatter(rows, total, out + i * out_stride, out_stride);
    }
}

// Turned rows that are 1 in the column of their class, else 0.
template <class T>
NEURONA_INLINE void turn_classes(int64_t rows, int64_t n, const T* classes, int64_t stride,
                                 Turned<T>& to) {
    alignas(line_bytes) T wanted[stretch];
    const int64_t count = turned_rows(rows);
    for (int64_t i = 0; i < rows; ++i) wanted[i] = classes[i * stride];
    for (int64_t i = rows; i < count; ++i) wanted[i] = wanted[rows - 1];
    for (int64_t j = 0; j < n; ++j) {
        for (int64_t i = 0; i < count; i += width<T>) {
            const Vector<T> hot = spread<T>(T(1));
            store(&to.column[j][i], load(wanted + i) == static_cast<T>(j) ? hot : Vector<T>{});
        }
    }
}

// out = (softmax(z) − t) scale, t being 1 in the column of the row's class, else 0: the
// gradient of the cross-entropy.
template <class T>
void softmax_slope(int64_t m, int64_t n, const T* A, int64_t lda, const T* classes,
                   int64_t stride, T scale, T* out, int64_t ldo) {
    const int64_t end = smaller(round_up(n, line<T>), ldo);
    if (n > lanes) {
        for (int64_t i = 0; i < m; ++i) {
            const T* z = A + i * lda;
            T* to = out + i * ldo;
            const T top = finite_or_zero(join_row<Largest>(n, z));
            const T total = shifted_exponentials(n, z, top, to);
            const T wanted = classes[i * stride];
            for (int64_t j = 0; j < n; ++j) {
                const T t = static_cast<T>(j) == wanted ? T(1) : T(0);
                to[j] = (to[j] / total - t) * scale;
            }
            for (int64_t j = n; j < end; ++j) to[j] = 0;
        }
        return;
    }
    Turned<T> z, t;
    alignas(line_bytes) T top[stretch], total[stretch];
    for (int64_t i = 0; i < m; i += stretch) {
        const int64_t rows = smaller(stretch, m - i), count = turned_rows(rows);
        turn(rows, n, A + i * lda, lda, z);
        turn_classes(rows, n, classes + i * stride, stride, t);
        exponentials_by_row(count, n, z, top, total);
        for (int64_t j = 0; j < n; ++j) {
            NEURONA_INDEPENDENT
            for (int64_t r = 0; r < count; ++r) {
                z.column[j][r] = (z.column[j][r] / total[r] - t.column[j][r]) * scale;
            }
        }
        turn_back(rows, n, end, z, out + i * ldo, ldo);
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

// The same of a t that is 1 in one column and 0 elsewhere: a logit that is not finite
// makes NaN of its product with 0.
template <class T>
NEURONA_INLINE TargetSums<T> class_sums(int64_t n, const T* z, T wanted, T top) {
    T all = 0, weighted = 0;
    Unsigned<T> odd = 0;
    for (int64_t j = 0; j < n; ++j) {
        odd |= magnitude(z[j] - top) < infinity<T> || static_cast<T>(j) == wanted ? 0 : 1;
    }
    if (wanted >= 0 && wanted < static_cast<T>(n)) {
        all = 1;
        weighted = z[static_cast<int64_t>(wanted)] - top;
    }
    return {all, odd ? not_a_number<T> : weighted};
}

// The target is a row of numbers, or the class that it is 1 for.
template <bool by_class, class T>
void cross_entropy(int64_t m, int64_t n, const T* Z, int64_t ldz, const T* target, int64_t ldt,
                   T* out, int64_t out_stride) {
    if (n > lanes) {
        for (int64_t i = 0; i < m; ++i) {
            const T* z = Z + i * ldz;
            const T top = finite_or_zero(join_row<Largest>(n, z));
            const T total = log(shifted_exponentials<T>(n, z, top, nullptr));
            const TargetSums<T> t = by_class ? class_sums(n, z, target[i * ldt], top)
                                             : target_sums(n, z, target + i * ldt, top);
            out[i * out_stride] = total - t.weighted + top * (1 - t.all);
        }
        return;
    }
    Turned<T> z, t;
    alignas(line_bytes) T top[stretch], total[stretch], all[stretch], weighted[stretch];
    for (int64_t i = 0; i < m; i += stretch) {
        const int64_t rows = smaller(stretch, m - i), count = turned_rows(rows);
        turn(rows, n, Z + i * ldz, ldz, z);
        if constexpr (by_class) {
            turn_classes(rows, n, target + i * ldt, ldt, t);
        } else {
            turn(rows, n, target + i * ldt, ldt, t);
        }
        join_columns<Add>(count, n, t, all);
        find_tops(count, n, z, top);
        for (int64_t r = 0; r < count; ++r) total[r] = weighted[r] = 0;
        for (int64_t j = 0; j < n; ++j) {
            NEURONA_INDEPENDENT
            for (int64_t r = 0; r < count; ++r) {
                const T shifted = z.column[j][r] - top[r];
                total[r] += exp(shifted);
                weighted[r] += t.column[j][r] * shifted;
            }
        }
        NEURONA_INDEPENDENT
        for (int64_t r = 0; r < count; ++r) {
            total[r] = log(total[r]) - weighted[r] + top[r] * (1 - all[r]);
        }
        scatter(rows, total, out + i * out_stride, out_stride);
    }
}

}  // namespace neurona::NEURONA_ISA
