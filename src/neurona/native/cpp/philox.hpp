// Counter-based random numbers, bit for bit those of reference/random_numbers.py.
#pragma once

#include "simd.hpp"

namespace neurona::NEURONA_ISA {

NEURONA_INLINE uint64_t splitmix64(uint64_t x) {
    uint64_t z = x + 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

// Elements of two vectors, chosen by their places in both.
#if defined(__clang__)
#define NEURONA_CHOOSE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define NEURONA_CHOOSE(a, b, ...) __builtin_shuffle(a, b, Words{__VA_ARGS__})
#endif

// 0, 1, 2, … and the lower and upper halves of two vectors, taken in turn.
#if defined(__AVX512F__)
constexpr Words counting = {0, 1, 2, 3, 4, 5, 6, 7};
NEURONA_INLINE Words low_in_turn(Words a, Words b) { return NEURONA_CHOOSE(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
NEURONA_INLINE Words high_in_turn(Words a, Words b) { return NEURONA_CHOOSE(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
#elif defined(__AVX2__)
constexpr Words counting = {0, 1, 2, 3};
NEURONA_INLINE Words low_in_turn(Words a, Words b) { return NEURONA_CHOOSE(a, b, 0, 4, 1, 5); }
NEURONA_INLINE Words high_in_turn(Words a, Words b) { return NEURONA_CHOOSE(a, b, 2, 6, 3, 7); }
#else
constexpr Words counting = {0, 1};
NEURONA_INLINE Words low_in_turn(Words a, Words b) { return NEURONA_CHOOSE(a, b, 0, 2); }
NEURONA_INLINE Words high_in_turn(Words a, Words b) { return NEURONA_CHOOSE(a, b, 1, 3); }
#endif

// Vectors of blocks at once: a round waits for its products, so others run meanwhile.
constexpr int together = vector_bytes == 64 ? 4 : 2;

// Words of `together` words_width blocks from the first, four each, by Philox4x32-10.
// Each lane holds one block's counter word in its low half; the high half is of no use.
NEURONA_INLINE void philox(uint64_t first, uint64_t step, uint64_t key, uint32_t* words) {
    Words c0[together], c1[together], c2[together], c3[together];
#pragma GCC unroll 4
    for (int u = 0; u < together; ++u) {
        c0[u] = counting + (first + static_cast<uint64_t>(u * words_width));
        c1[u] = c0[u] >> 32;
        c2[u] = Words{} + step;
        c3[u] = Words{} + (step >> 32);
    }
    const Words first_multiplier = Words{} + 0xD2511F53;
    const Words second_multiplier = Words{} + 0xCD9E8D57;
    uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 4
        for (int u = 0; u < together; ++u) {
            const Words a = multiply_low_halves(c0[u], first_multiplier);
            const Words b = multiply_low_halves(c2[u], second_multiplier);
            c0[u] = (b >> 32) ^ c1[u] ^ (Words{} + k0);
            c2[u] = (a >> 32) ^ c3[u] ^ (Words{} + k1);
            c1[u] = b;
            c3[u] = a;
        }
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    const Words low = Words{} + 0xFFFFFFFF;
#pragma GCC unroll 4
    for (int u = 0; u < together; ++u) {
        const Words even = (c0[u] & low) | (c1[u] << 32), odd = (c2[u] & low) | (c3[u] << 32);
        const Words halves[2] = {low_in_turn(even, odd), high_in_turn(even, odd)};
        __builtin_memcpy(words + u * 4 * words_width, halves, sizeof(halves));
    }
}

// Words begin .. end - 1 of a stream, handed out in runs of at most `words_at_once`.
constexpr int64_t words_at_once = 512;

template <class Take>
NEURONA_INLINE void draw(uint64_t seed, uint64_t stream, uint64_t step, int64_t begin,
                         int64_t end, Take take) {
    constexpr int64_t batch = 4 * words_width * together;
    const uint64_t key = splitmix64(splitmix64(seed) + stream);
    alignas(64) uint32_t words[words_at_once];
    for (int64_t start = begin / batch * batch; start < end; start += words_at_once) {
        const int64_t stop = smaller(end, start + words_at_once);
        for (int64_t i = start; i < stop; i += batch) {
            philox(static_cast<uint64_t>(i) / 4, step, key, words + (i - start));
        }
        const int64_t skipped = start < begin ? begin - start : 0;
        take(start + skipped, stop, words + skipped);
    }
}

inline void integers(uint64_t seed, uint64_t stream, uint64_t step, int64_t count,
                     uint32_t* out) {
    draw(seed, stream, step, 0, count, [&](int64_t begin, int64_t end, const uint32_t* words) {
        for (int64_t i = begin; i < end; ++i) out[i] = words[i - begin];
    });
}

// 1 where the element is kept, else 0: word ≥ round(rate 2³²), ties to even.
template <class T>
void mask(uint64_t seed, uint64_t stream, uint64_t step, double rate, int64_t first_row,
          int64_t rows, int64_t columns, T* out, int64_t ldo) {
    const double magic = 0x1p52;
    const auto threshold = static_cast<uint64_t>((rate * 0x1p32 + magic) - magic);
    if (columns == 0) return;
    // Beyond the largest word nothing is kept; a 32-bit threshold could not say so.
    const auto least = static_cast<uint32_t>(threshold);
    const T kept = threshold >> 32 ? T(0) : T(1);
    int64_t row = 0, column = 0;
    draw(seed, stream, step, first_row * columns, (first_row + rows) * columns,
         [&](int64_t begin, int64_t end, const uint32_t* words) {
             while (begin < end) {
                 const int64_t count = smaller(end - begin, columns - column);
                 T* to = out + row * ldo + column;
                 NEURONA_INDEPENDENT
                 for (int64_t i = 0; i < count; ++i) to[i] = words[i] >= least ? kept : T(0);
                 words += count;
                 begin += count;
                 column += count;
                 if (column == columns) {
                     column = 0;
                     ++row;
                 }
             }
         });
}

// Order of 0 .. count - 1 by random 64-bit keys; equal keys keep their order.
//
// The upper bytes, as many as tell most keys apart, are sorted byte by byte from the
// lowest up; the few neighbours that the rest would order are then put in place by
// insertion; of a few keys, all. scratch: 3 count words.
inline void permutation(uint64_t seed, uint64_t stream, uint64_t step, int64_t count,
                        int64_t* order, uint64_t* scratch) {
    uint64_t* keys = scratch;
    uint64_t* other_keys = scratch + count;
    auto* indices = order;
    auto* other_indices = reinterpret_cast<int64_t*>(scratch + 2 * count);
    draw(seed, stream, step, 0, 2 * count,
         [&](int64_t begin, int64_t end, const uint32_t* words) {
             for (int64_t i = begin / 2; i < end / 2; ++i, words += 2) {
                 keys[i] = words[0] | static_cast<uint64_t>(words[1]) << 32;
             }
         });
    for (int64_t i = 0; i < count; ++i) indices[i] = i;
    int bytes = count > 32 ? 1 : 0;
    while (bytes > 0 && bytes < 8 && (count >> (8 * bytes - 2)) > 0) ++bytes;
    for (int shift = 64 - 8 * bytes; shift < 64; shift += 8) {
        int64_t starts[256] = {};
        for (int64_t i = 0; i < count; ++i) ++starts[(keys[i] >> shift) & 255];
        int64_t total = 0;
        for (int64_t& start : starts) {
            const int64_t here = start;
            start = total;
            total += here;
        }
        for (int64_t i = 0; i < count; ++i) {
            const int64_t place = starts[(keys[i] >> shift) & 255]++;
            other_keys[place] = keys[i];
            other_indices[place] = indices[i];
        }
        uint64_t* swapped_keys = keys;
        keys = other_keys;
        other_keys = swapped_keys;
        int64_t* swapped_indices = indices;
        indices = other_indices;
        other_indices = swapped_indices;
    }
    for (int64_t i = 1; i < count; ++i) {
        const uint64_t key = keys[i];
        const int64_t index = indices[i];
        int64_t place = i;
        for (; place > 0 && keys[place - 1] > key; --place) {
            keys[place] = keys[place - 1];
            indices[place] = indices[place - 1];
        }
        keys[place] = key;
        indices[place] = index;
    }
    if (indices != order) {
        for (int64_t i = 0; i < count; ++i) order[i] = indices[i];
    }
}

}  // namespace neurona::NEURONA_ISA
