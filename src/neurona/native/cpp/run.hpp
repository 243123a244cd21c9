// What a run of a program is given, step by step, and what it may end with.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <tuple>

namespace neurona {

// Rows of data that runs read.
struct InputRows {
    const void* data;  // rows of T
    int64_t rows;
    int64_t columns;
    std::shared_ptr<const void> owner;  // keeps them; null where a call outlives them
};

struct RunRequest {
    const int64_t* order;      // rows to visit
    int64_t rows;              // how many
    int64_t batch;             // rows of a full batch
    int64_t epoch_rows;        // of a whole epoch, whose last batch may be shorter
    int64_t skipped;           // rows of the first epoch that are done, in full batches
    const double* scalars;     // (steps, scalars)
    int64_t steps;
    int64_t seed;
    int64_t first_step;
    double* sums;              // (epochs that the run touches, sum_count)
    int64_t sum_count;
};

// What a run ends with where an index points outside of its table: the first of them, by
// step, row of the batch and column.
struct StrayIndex {
    int64_t step = -1;      // of the run; -1: there is none
    int64_t batch_row, column;
    int64_t row;            // of the data
    int64_t index, size;    // no_index for what is not even a whole number of 64 bits

    bool comes_before(const StrayIndex& other) const {
        return other.step < 0 || std::tie(step, batch_row, column) <
                                     std::tie(other.step, other.batch_row, other.column);
    }
};

constexpr int64_t no_index = std::numeric_limits<int64_t>::min();

// A number as an index of a table of `size` entries, or -1 where it is none. Of NaN and of
// what is too large the language leaves the cast open, and processors differ.
template <class T>
int64_t index_of(T value, int64_t size) {
    return value >= 0 && value < static_cast<T>(size) ? static_cast<int64_t>(value) : -1;
}

// The rows of a step: where they begin in the order, how many, and in which epoch.
struct BatchRows {
    int64_t first, rows, epoch;
};

inline BatchRows batch_of(const RunRequest& run, int64_t step) {
    const int64_t batches = (run.epoch_rows + run.batch - 1) / run.batch;
    const int64_t index = run.skipped / run.batch + step;
    const int64_t epoch = index / batches;
    const int64_t within = index % batches * run.batch;
    const int64_t left = run.epoch_rows - within;
    return {epoch * run.epoch_rows + within - run.skipped, left < run.batch ? left : run.batch,
            epoch};
}

// The batch of the next step, without the divisions of batch_of.
inline BatchRows batch_after(const RunRequest& run, const BatchRows& before) {
    BatchRows next{before.first + before.rows, run.batch, before.epoch};
    const int64_t left = (next.epoch + 1) * run.epoch_rows - run.skipped - next.first;
    if (left == 0) {
        ++next.epoch;
        next.rows = run.epoch_rows;
    } else {
        next.rows = left;
    }
    next.rows = next.rows < run.batch ? next.rows : run.batch;
    return next;
}

}  // namespace neurona
