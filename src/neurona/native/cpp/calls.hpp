// Small steps: a list of calls in place of instructions that look up what to call.
//
// A step of a few rows takes less time than finding out where its arrays are, how they are
// shared and which kernel suits them. For a block that is alone in its step, on one thread,
// all that depends on the number of rows only. What has no shorter form here stays an
// instruction.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "instructions.hpp"
#include "worker.hpp"

namespace neurona {

template <class T>
class CallList {
  public:
    // The calls of a step of so many rows, unless they are there already.
    void prepare(const Plan<T>& plan, const CurrentStep& step, Worker<T>& worker);

    void run(const Plan<T>& plan, size_t phase, const CurrentStep& step, Worker<T>& worker) const;

  private:
    struct ProductCall {
        ProductKernel<T> kernel;
        MatrixProduct<T> product;
    };
    struct GatherCall {
        int64_t input, rows, ld;
        T* to;
    };
    struct InstructionCall {
        InstructionFunction<T> function;
        const Instruction* instruction;
    };
    using Call = std::variant<MapCall<T>, MomentsCall<T>, ProductCall, GatherCall,
                              InstructionCall>;
    using Calls = std::vector<Call>;

    static void add(const Instruction& instruction, const Turn<T>& turn, Calls& calls);
    // Append a call, or let the last one do its work too.
    template <class Kind>
    static void append(const Kind& call, Calls& calls);
    static bool goes_on_as(const MapCall<T>& call, const MapCall<T>& next);
    static bool goes_on_as(const MomentsCall<T>& call, const MomentsCall<T>& next);

    int64_t rows_ = 0;   // 0: not made yet
    std::vector<Calls> phases_;
};

}  // namespace neurona
