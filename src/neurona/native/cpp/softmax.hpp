// The softmax family, row by row, about each row's largest entry.
#pragma once

#include "reductions.hpp"
#include "vector_math.hpp"

namespace neurona::NEURONA_ISA {

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
    return join_lanes<Addition>(parts);
}

// Few columns: z becomes e^(z − top); top and the sums by row.
template <class T>
void exponentials_by_row(int64_t rows, int64_t n, Turned<T>& z, T (&top)[stretch],
                                        T (&total)[stretch]) {
    find_tops(rows, n, z, top);
    for (int64_t j = 0; j < n; ++j) {
        NEURONA_INDEPENDENT
        for (int64_t i = 0; i < rows; ++i) z.column[j][i] = exp(z.column[j][i] - top[i]);
    }
    join_columns<Addition>(rows, n, z, total);
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
void turn_classes(int64_t rows, int64_t n, const T* classes, int64_t stride,
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
    return {join_lanes<Addition>(all), join_lanes<Addition>(weighted)};
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
        join_columns<Addition>(count, n, t, all);
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
