// Rows of the data, in a given order, copied into the rows of a matrix.
#pragma once

#include "simd.hpp"

namespace neurona::NEURONA_ISA {

// How many rows ahead the memory is asked for one: in a random order no processor
// guesses which comes next.
constexpr int64_t rows_ahead = 8;

template <class T>
NEURONA_INLINE void copy_row(int64_t columns, const T* from, T* to) {
    int64_t j = 0;
    for (; j + width<T> <= columns; j += width<T>) store(to + j, load(from + j));
    if (j == columns) return;
    if (columns >= width<T>) {
        // The last numbers, some of them a second time.
        store(to + columns - width<T>, load(from + columns - width<T>));
    } else {
        for (; j < columns; ++j) to[j] = from[j];
    }
}

template <class T>
void gather_rows(int64_t count, int64_t columns, const T* data, const int64_t* order, T* out,
                 int64_t ldo) {
    if (columns == 1) {
        for (int64_t i = 0; i < count; ++i) out[i * ldo] = data[order[i]];
        return;
    }
    const int64_t fetched = smaller(columns, 4 * line<T>);
    for (int64_t i = 0; i < count; ++i) {
        if (i + rows_ahead < count) {
            const T* later = data + order[i + rows_ahead] * columns;
            for (int64_t j = 0; j < fetched; j += line<T>) __builtin_prefetch(later + j);
            __builtin_prefetch(later + fetched - 1);
        }
        copy_row(columns, data + order[i] * columns, out + i * ldo);
    }
}

}  // namespace neurona::NEURONA_ISA
