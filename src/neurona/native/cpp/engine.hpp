// A program with its memory: what Python holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "memory.hpp"
#include "plan.hpp"
#include "run.hpp"
#include "runner.hpp"

namespace neurona {

template <class T>
class Engine {
  public:
    Engine(const Kernels<T>& kernels, std::vector<Buffer> buffers,
           std::vector<std::vector<Instruction>> phases, int64_t arena_elements,
           int64_t workspace_elements, int64_t map_temporaries, int64_t scalars,
           int64_t most_rows, int64_t lasting_phase)
        : plan_(kernels, std::move(buffers), std::move(phases), workspace_elements,
                map_temporaries, scalars, most_rows, lasting_phase),
          memory_(arena_elements),
          runner_(plan_, memory_.data()) {}

    const Plan<T>& plan() const { return plan_; }

    // Copy a whole array into its buffer (rows padded), or out of it.
    void write(int64_t buffer, const T* values);
    void read(int64_t buffer, T* values) const;
    // Likewise for a batched buffer that is global, `rows` of them.
    void read_rows(int64_t buffer, int64_t rows, T* values) const;

    void set_input(int64_t input, InputRows value);
    void forget_inputs() { inputs_.clear(); }
    const std::vector<InputRows>& inputs() const { return inputs_; }

    // As Runner has it.
    int64_t run(const RunRequest& run, int threads, const std::function<bool()>& asked = {}) {
        return runner_.run(run, inputs_.data(), threads, asked);
    }

    // A program of one step without sums, run over any number of rows, in batches of the
    // most that it was planned for: from the rows of one input to those of one buffer.
    void predict(const T* rows, int64_t count, int64_t columns, int64_t result, T* out,
                 const double* scalars, int threads);

  private:
    T* begin_of(const Buffer& buffer) const { return memory_.data() + buffer.offset; }

    const Plan<T> plan_;
    const Memory<T> memory_;
    Runner<T> runner_;
    std::vector<InputRows> inputs_;
    std::vector<int64_t> natural_order_;  // 0, 1, 2, … as far as it was needed
};

}  // namespace neurona
