// What instructions do: a function for each.
#pragma once

#include <cstdint>

#include "program.hpp"
#include "worker.hpp"

namespace neurona {

template <class T>
using InstructionFunction = void (*)(const Instruction&, const Turn<T>&);

// The function of an instruction's code.
template <class T>
InstructionFunction<T> function_of(Code code);

template <class T>
void execute(const Instruction& instruction, const Turn<T>& turn) {
    function_of<T>(instruction.code)(instruction, turn);
}

// instruction_map.cpp
template <class T>
void map(const Instruction& instruction, const Turn<T>& turn);
// Where the places of a map begin, for elements from `first` on; those of numbers and of
// temporaries stay where they are.
template <class T>
void place_map(const MapPlan<T>& map, int64_t first, const Turn<T>& turn, T** place);

// instruction_products.cpp
template <class T>
void multiply(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void transpose(const Instruction& instruction, const Turn<T>& turn);
// A thread's share of a product, or of a contraction of rows.
template <class T>
MatrixProduct<T> product_of(const Instruction& instruction, const Turn<T>& turn);
// Whether a step could wait for it too long to be abandoned.
template <class T>
bool is_long(const MatrixProduct<T>& product);

// instruction_reductions.cpp
template <class T>
void sum_rows(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void max_rows(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void sum_columns(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void max_columns(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void combine_sum(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void combine_max(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void softmax(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void log_sum_exp(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void cross_entropy(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void accumulate(const Instruction& instruction, const Turn<T>& turn);

// instruction_indices.cpp
template <class T>
void one_hot(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void gather(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void scatter_add(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void cross_entropy_of_class(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void softmax_slope(const Instruction& instruction, const Turn<T>& turn);

// instruction_moves.cpp
template <class T>
void gather_input(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void random_mask(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void copy_columns(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void copy_rows(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void fill(const Instruction& instruction, const Turn<T>& turn);
template <class T>
void reshape(const Instruction& instruction, const Turn<T>& turn);

// One number per row is a column; without a batch it may lie in a row instead.
inline int64_t stride_of(const Buffer& b) {
    return b.batched() || b.rows > 1 ? b.ld : int64_t{1};
}

}  // namespace neurona
