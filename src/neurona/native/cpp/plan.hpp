// What an engine knows about its program before it runs: constant from then on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels.hpp"
#include "map_plan.hpp"
#include "program.hpp"
#include "run.hpp"

namespace neurona {

// Slices of arrays that one thread makes in a row, since each reads the one before.
struct ThreadJob {
    size_t first, last;   // instructions of the phase
    int64_t most_pieces;  // that are worth a thread's while; one if it cannot be shared
    size_t number;        // of all jobs and phases

    // Pieces of each thread's share.
    int pieces_each(int threads) const {
        if (most_pieces < 2 * threads) return 1;
        return static_cast<int>(std::min<int64_t>(4, most_pieces / threads));
    }
};

// Instructions that treat whole arrays, in the order they run: `alone` of them are not
// shared among threads, the others belong to jobs. Then those for a block of rows.
struct Phase {
    std::vector<Instruction> whole, in_blocks;
    size_t alone;
    std::vector<ThreadJob> jobs;
    size_t number;
};

template <class T>
class Plan {
  public:
    Plan(const Kernels<T>& kernels, std::vector<Buffer> buffers,
         std::vector<std::vector<Instruction>> phases, int64_t workspace_elements,
         int64_t map_temporaries, int64_t scalars, int64_t most_rows, int64_t lasting_phase);

    // Instructions point to the buffers of their own plan.
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    // Refuse, with std::invalid_argument, what would touch memory that is not there.
    void check_size(int64_t buffer, size_t elements) const;
    void check_rows(int64_t buffer, int64_t rows, size_t elements) const;
    void check_run(const RunRequest& run, const std::vector<InputRows>& inputs,
                   int64_t scalars, int64_t epochs, int threads) const;
    void check_predict(int64_t columns, int64_t result, int64_t result_columns,
                       int64_t scalars, int threads) const;

    // Elements that a thread needs for itself.
    int64_t thread_elements() const {
        return workspace_elements + map_temporaries * map_chunk;
    }

    const Kernels<T>& kernels;
    const std::vector<Buffer> buffers;
    const int64_t workspace_elements, map_temporaries, scalars, most_rows;
    const size_t lasting_phase;  // the first that changes what lasts from step to step
    std::vector<Phase> phases;
    std::vector<MapPlan<T>> maps;
    std::vector<std::pair<int64_t, int64_t>> read;  // inputs, and how many columns each has
    size_t numbers = 0;                             // of jobs and phases
    int64_t map_chunk = map_elements;

  private:
    // Classes that some instruction has looked at, and how many there are.
    std::vector<std::pair<const Buffer*, int64_t>> checked_;

    void add_phase(std::vector<Instruction> instructions);
    Instruction resolved(Instruction instruction);
    bool have_been_checked(const Instruction& instruction);
    bool depends(const Instruction& one, const Instruction& other) const;
    int64_t flat_size(const Instruction& instruction) const;
    int64_t most_pieces(const Instruction* first, const Instruction* last) const;
};

}  // namespace neurona
