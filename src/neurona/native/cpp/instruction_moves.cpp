// What brings numbers to where they are needed: rows of the data, masks, copies.
#include <algorithm>

#include "instances.hpp"
#include "instructions.hpp"

namespace neurona {

template <class T>
void gather_input(const Instruction& instruction, const Turn<T>& turn) {
    // out; input
    const Buffer& out = *instruction.buffers[0];
    const InputRows& input = turn.step.inputs[instruction.arguments[1]];
    turn.kernels().gather_rows(turn.rows(out), input.columns,
                               static_cast<const T*>(input.data),
                               turn.step.order + turn.row_of_batch(0), turn.at(out), out.ld);
}

template <class T>
void random_mask(const Instruction& instruction, const Turn<T>& turn) {
    // out; stream; rate in `number`
    const Buffer& out = *instruction.buffers[0];
    turn.kernels().mask(static_cast<uint64_t>(turn.step.run->seed),
                        static_cast<uint64_t>(instruction.arguments[1]),
                        static_cast<uint64_t>(turn.step.number), instruction.number,
                        out.batched() ? turn.row_of_batch(0) : 0, turn.rows(out), out.columns,
                        turn.at(out), out.ld);
}

template <class T>
void copy_columns(const Instruction& instruction, const Turn<T>& turn) {
    // out; in; first of out; first of in; count
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    const auto& a = instruction.arguments;
    T* to = turn.at(out) + a[2];
    const T* from = turn.at(in) + a[3];
    const int64_t rows = turn.rows(out), count = a[4];
    for (int64_t i = 0; i < rows; ++i) std::copy_n(from + i * in.ld, count, to + i * out.ld);
}

template <class T>
void copy_rows(const Instruction& instruction, const Turn<T>& turn) {
    // out; in; first of out; first of in; count
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    const auto& a = instruction.arguments;
    T* to = turn.at(out) + a[2] * out.ld;
    const T* from = turn.at(in) + a[3] * in.ld;
    for (int64_t i = 0; i < a[4]; ++i) {
        std::copy_n(from + i * in.ld, in.columns, to + i * out.ld);
    }
}

template <class T>
void fill(const Instruction& instruction, const Turn<T>& turn) {
    const Buffer& out = *instruction.buffers[0];
    std::fill_n(turn.at(out), turn.rows(out) * out.ld, T(0));
}

template <class T>
void reshape(const Instruction& instruction, const Turn<T>& turn) {
    // out; in
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    T* to = turn.at(out);
    const T* from = turn.at(in);
    const int64_t count = turn.rows(in) * in.columns;
    for (int64_t i = 0; i < count; ++i) {
        to[i / out.columns * out.ld + i % out.columns] =
            from[i / in.columns * in.ld + i % in.columns];
    }
}

NEURONA_INSTRUCTION(gather_input);
NEURONA_INSTRUCTION(random_mask);
NEURONA_INSTRUCTION(copy_columns);
NEURONA_INSTRUCTION(copy_rows);
NEURONA_INSTRUCTION(fill);
NEURONA_INSTRUCTION(reshape);

}  // namespace neurona
