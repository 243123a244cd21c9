// How much of an array is whose.
#pragma once

#include <algorithm>
#include <cstdint>

#include "memory.hpp"
#include "program.hpp"

namespace neurona {

struct Slice {
    int64_t first, last;
};

// A thread's even part of `count` things.
inline Slice part_of(int64_t count, int thread, int threads) {
    // Divisions cost as much as the work on a few numbers.
    if (threads == 1) return {0, count};
    return {count * thread / threads, count * (thread + 1) / threads};
}

// Likewise of `count` elements of a row, cut between lines of memory alone.
template <class T>
Slice lines_of(int64_t count, int thread, int threads) {
    constexpr int64_t line = alignment / sizeof(T);
    const Slice lines = part_of((count + line - 1) / line, thread, threads);
    return {lines.first * line, std::min(count, lines.last * line)};
}

// The chunks of `count` elements that a thread takes: of one chunk, the last thread.
inline Slice slice_of(int64_t count, int thread, int threads) {
    if (threads == 1) return {0, count};
    if (count <= slice_elements) return {0, thread + 1 == threads ? count : 0};
    const int64_t chunks = (count + slice_elements - 1) / slice_elements;
    const Slice share = part_of(chunks, thread, threads);
    const int64_t last = share.last * slice_elements;
    return {share.first * slice_elements, last < count ? last : count};
}

}  // namespace neurona
