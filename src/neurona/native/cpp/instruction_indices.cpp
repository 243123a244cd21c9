// What reads or writes entries of a table by their indices.
//
// An index outside of its table reads and writes nothing, and is noted: the run ends with
// the first of them.
#include <algorithm>
#include <limits>

#include "instances.hpp"
#include "instructions.hpp"

namespace neurona {
namespace {

template <class T>
void note_wrong(const Turn<T>& turn, int64_t row, int64_t column, T value, int64_t size) {
    // Numbers that are not whole have been cut to such ones before.
    constexpr T beyond = T(9223372036854775808.0);
    const bool is_whole = value > -beyond && value < beyond;
    const CurrentStep& step = turn.step;
    const int64_t batch_row = turn.row_of_batch(row);
    const StrayIndex found{step.number - step.run->first_step, batch_row, column,
                           step.order[batch_row],
                           is_whole ? static_cast<int64_t>(value) : no_index, size};
    if (found.comes_before(turn.worker.wrong)) turn.worker.wrong = found;
}

// Note the classes of rows that are none.
template <class T>
void check_classes(const Buffer& classes, int64_t size, const Turn<T>& turn) {
    const T* values = turn.at(classes);
    const int64_t rows = turn.rows(classes), stride = stride_of(classes);
    const T end = static_cast<T>(size);
    // As a rule there are none: no jumps, since small steps notice them.
    bool all_right = true;
    for (int64_t i = 0; i < rows; ++i) {
        all_right &= (values[i * stride] >= 0) & (values[i * stride] < end);
    }
    if (all_right) return;
    for (int64_t i = 0; i < rows; ++i) {
        const T value = values[i * stride];
        if (index_of(value, size) < 0) note_wrong(turn, i, 0, value, size);
    }
}

}  // namespace

template <class T>
void one_hot(const Instruction& instruction, const Turn<T>& turn) {
    // out; index
    const Buffer& out = *instruction.buffers[0];
    const Buffer& index = *instruction.buffers[1];
    T* to = turn.at(out);
    const T* wanted = turn.at(index);
    constexpr int64_t line = alignment / sizeof(T);
    const int64_t rows = turn.rows(out);
    for (int64_t i = 0; i < rows; ++i) {
        T* row = to + i * out.ld;
        for (int64_t j = 0; j < out.ld; j += line) std::fill_n(row + j, line, T(0));
        const T value = wanted[i * index.ld];
        const int64_t hot = index_of(value, out.columns);
        if (hot >= 0) {
            row[hot] = T(1);
        } else {
            note_wrong(turn, i, 0, value, out.columns);
        }
    }
}

template <class T>
void gather(const Instruction& instruction, const Turn<T>& turn) {
    // out; table; index: each index gives `table.columns` numbers
    const Buffer& out = *instruction.buffers[0];
    const Buffer& table = *instruction.buffers[1];
    const Buffer& index = *instruction.buffers[2];
    T* to = turn.at(out);
    const T* from = turn.at(table);
    const T* wanted = turn.at(index);
    const int64_t rows = turn.rows(index);
    for (int64_t i = 0; i < rows; ++i) {
        for (int64_t j = 0; j < index.columns; ++j) {
            const T value = wanted[i * index.ld + j];
            const int64_t entry = index_of(value, table.rows);
            T* place = to + i * out.ld + j * table.columns;
            if (entry >= 0) {
                std::copy_n(from + entry * table.ld, table.columns, place);
            } else {
                note_wrong(turn, i, j, value, table.rows);
                std::fill_n(place, table.columns, std::numeric_limits<T>::quiet_NaN());
            }
        }
    }
}

template <class T>
void scatter_add(const Instruction& instruction, const Turn<T>& turn) {
    // out; index; updates
    const Buffer& out = *instruction.buffers[0];
    const Buffer& index = *instruction.buffers[1];
    const Buffer& updates = *instruction.buffers[2];
    T* to = turn.at(out);
    const T* wanted = turn.at(index);
    const T* from = turn.at(updates);
    std::fill_n(to, out.rows * out.ld, T(0));
    const int64_t rows = turn.rows(index);
    for (int64_t i = 0; i < rows; ++i) {
        for (int64_t j = 0; j < index.columns; ++j) {
            const T value = wanted[i * index.ld + j];
            const int64_t entry = index_of(value, out.rows);
            if (entry < 0) {
                note_wrong(turn, i, j, value, out.rows);
                continue;
            }
            const T* addend = from + i * updates.ld + j * out.columns;
            T* place = to + entry * out.ld;
            for (int64_t c = 0; c < out.columns; ++c) place[c] += addend[c];
        }
    }
}

template <class T>
void cross_entropy_of_class(const Instruction& instruction, const Turn<T>& turn) {
    // out; logits; class
    const Buffer& out = *instruction.buffers[0];
    const Buffer& logits = *instruction.buffers[1];
    const Buffer& classes = *instruction.buffers[2];
    if (!instruction.is_checked) check_classes(classes, logits.columns, turn);
    turn.kernels().cross_entropy_of_class(turn.rows(logits), logits.columns, turn.at(logits),
                                          logits.ld, turn.at(classes), stride_of(classes),
                                          turn.at(out), stride_of(out));
}

template <class T>
void softmax_slope(const Instruction& instruction, const Turn<T>& turn) {
    // out; logits; class; scalar
    const Buffer& out = *instruction.buffers[0];
    const Buffer& logits = *instruction.buffers[1];
    const Buffer& classes = *instruction.buffers[2];
    if (!instruction.is_checked) check_classes(classes, logits.columns, turn);
    turn.kernels().softmax_slope(turn.rows(logits), logits.columns, turn.at(logits), logits.ld,
                                 turn.at(classes), stride_of(classes),
                                 *turn.at(*instruction.buffers[3]), turn.at(out), out.ld);
}

NEURONA_INSTRUCTION(one_hot);
NEURONA_INSTRUCTION(gather);
NEURONA_INSTRUCTION(scatter_add);
NEURONA_INSTRUCTION(cross_entropy_of_class);
NEURONA_INSTRUCTION(softmax_slope);

}  // namespace neurona
