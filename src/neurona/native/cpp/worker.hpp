// A thread of a run, and the step that it is at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "memory.hpp"
#include "plan.hpp"
#include "run.hpp"
#include "team.hpp"

namespace neurona {

struct CurrentStep {
    const RunRequest* run;
    const InputRows* inputs;
    Team* team;
    double* sums;
    const int64_t* order;
    int64_t rows, block_rows, blocks, number;
    int64_t stamp;            // no other step of this engine has it
    bool may_be_abandoned;
    bool looks_often;         // whether somebody wishes to leave
};

inline CurrentStep step_of(const RunRequest& run, int64_t rows) {
    CurrentStep step{};
    step.run = &run;
    step.rows = rows;
    step.blocks = blocks_of(rows);
    step.block_rows = (rows + step.blocks - 1) / step.blocks;
    return step;
}

inline int64_t rows_of(const Buffer& b, const CurrentStep& step, int64_t block) {
    if (!b.batched()) return b.rows;
    const int64_t left = step.rows - block * step.block_rows;
    return left < step.block_rows ? left : step.block_rows;
}

template <class T>
struct Worker {
    Worker(const Plan<T>& plan, T* arena, int thread)
        : thread(thread),
          memory(plan.thread_elements()),
          temporaries(memory.data() + plan.workspace_elements),
          scalars(static_cast<size_t>(plan.scalars)),
          places{arena, memory.data(), arena, scalars.data()} {}

    T* at(const Buffer& b, const CurrentStep& step, int64_t block) const {
        T* first = places[static_cast<int>(b.place)] + b.offset;
        if (block == 0) return first;
        if (b.place == Place::partial) return first + block * b.stride;
        const bool is_shared = b.place == Place::global && b.batched();
        return is_shared ? first + block * step.block_rows * b.ld : first;
    }

    int thread;
    Memory<T> memory;
    T* temporaries;
    std::vector<T> scalars;  // of the step at hand
    T* places[4];            // where the buffers of each Place begin
    StrayIndex wrong;        // the first that this thread has met in a run
};

// One execution of an instruction: by whom, in which step, over which block of rows or
// which piece of the whole.
template <class T>
struct Turn {
    const Plan<T>& plan;
    const CurrentStep& step;
    Worker<T>& worker;
    int64_t block;
    int piece, pieces;

    T* at(const Buffer& b) const { return worker.at(b, step, block); }
    int64_t rows(const Buffer& b) const { return rows_of(b, step, block); }
    const Kernels<T>& kernels() const { return plan.kernels; }
    // Of row i of the block: which of the batch it is.
    int64_t row_of_batch(int64_t i) const { return block * step.block_rows + i; }
};

}  // namespace neurona
