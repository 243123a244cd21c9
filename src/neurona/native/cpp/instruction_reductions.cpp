// Sums and maxima over rows or columns, and what is made of them.
#include "instances.hpp"
#include "instructions.hpp"
#include "slices.hpp"

namespace neurona {
namespace {

// out; in: one number for each column.
template <class T, class Kernel>
void over_rows(const Instruction& instruction, const Turn<T>& turn, Kernel kernel) {
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    kernel(turn.rows(in), in.columns, turn.at(in), in.ld, turn.at(out));
}

// out; in: one number for each row.
template <class T, class Kernel>
void over_columns(const Instruction& instruction, const Turn<T>& turn, Kernel kernel) {
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    kernel(turn.rows(in), in.columns, turn.at(in), in.ld, turn.at(out), stride_of(out));
}

// out; partial: those of the blocks, in their order.
template <class T, class Kernel>
void over_blocks(const Instruction& instruction, const Turn<T>& turn, Kernel kernel) {
    const Buffer& out = *instruction.buffers[0];
    const Buffer& partial = *instruction.buffers[1];
    const auto [first, last] = slice_of(out.rows * out.ld, turn.piece, turn.pieces);
    if (first >= last) return;
    kernel(turn.step.blocks, last - first, turn.worker.at(partial, turn.step, 0) + first,
           partial.stride, turn.worker.at(out, turn.step, 0) + first);
}

}  // namespace

template <class T>
void sum_rows(const Instruction& instruction, const Turn<T>& turn) {
    over_rows(instruction, turn, turn.kernels().sum_rows);
}

template <class T>
void max_rows(const Instruction& instruction, const Turn<T>& turn) {
    over_rows(instruction, turn, turn.kernels().max_rows);
}

template <class T>
void sum_columns(const Instruction& instruction, const Turn<T>& turn) {
    over_columns(instruction, turn, turn.kernels().sum_columns);
}

template <class T>
void max_columns(const Instruction& instruction, const Turn<T>& turn) {
    over_columns(instruction, turn, turn.kernels().max_columns);
}

template <class T>
void log_sum_exp(const Instruction& instruction, const Turn<T>& turn) {
    over_columns(instruction, turn, turn.kernels().log_sum_exp);
}

template <class T>
void combine_sum(const Instruction& instruction, const Turn<T>& turn) {
    over_blocks(instruction, turn, turn.kernels().sum_parts);
}

template <class T>
void combine_max(const Instruction& instruction, const Turn<T>& turn) {
    over_blocks(instruction, turn, turn.kernels().max_parts);
}

template <class T>
void softmax(const Instruction& instruction, const Turn<T>& turn) {
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    turn.kernels().softmax(turn.rows(out), in.columns, turn.at(in), in.ld, turn.at(out),
                           out.ld);
}

template <class T>
void cross_entropy(const Instruction& instruction, const Turn<T>& turn) {
    // out; logits; target
    const Buffer& out = *instruction.buffers[0];
    const Buffer& logits = *instruction.buffers[1];
    const Buffer& target = *instruction.buffers[2];
    turn.kernels().cross_entropy(turn.rows(logits), logits.columns, turn.at(logits), logits.ld,
                                 turn.at(target), target.ld, turn.at(out), stride_of(out));
}

template <class T>
void accumulate(const Instruction& instruction, const Turn<T>& turn) {
    // buffer; index of the sum; whether blocks have parts
    const Buffer& in = *instruction.buffers[0];
    const T* values = turn.worker.at(in, turn.step, 0);
    double total = 0.0;
    for (int64_t i = 0; i < (instruction.arguments[2] != 0 ? turn.step.blocks : 1); ++i) {
        total += static_cast<double>(values[i * in.stride]);
    }
    turn.step.sums[instruction.arguments[1]] += total;
}

NEURONA_INSTRUCTION(sum_rows);
NEURONA_INSTRUCTION(max_rows);
NEURONA_INSTRUCTION(sum_columns);
NEURONA_INSTRUCTION(max_columns);
NEURONA_INSTRUCTION(log_sum_exp);
NEURONA_INSTRUCTION(combine_sum);
NEURONA_INSTRUCTION(combine_max);
NEURONA_INSTRUCTION(softmax);
NEURONA_INSTRUCTION(cross_entropy);
NEURONA_INSTRUCTION(accumulate);

}  // namespace neurona
