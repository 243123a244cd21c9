#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace neurona {
namespace {

// Multiplications of a few milliseconds; and the least of a product that is worth a call.
constexpr int64_t long_product = int64_t{1} << 28;
constexpr int64_t least_piece_rows = 160, least_piece_columns = 144;
// Whole lines: kernels read rows to the end of a vector.
constexpr int64_t piece_step = 48;

// The length of even parts of a number of rows, at most so long if that is not too short.
int64_t even_part(int64_t count, int64_t most, int64_t least) {
    if (count <= most || count < 2 * least) return count;
    const int64_t parts = std::min((count + most) / (most + 1), count / least);
    return (count + parts - 1) / parts;
}

}  // namespace

template <class T>
Engine<T>::Engine(const Kernels<T>& kernels, std::vector<Buffer> buffers,
                  std::vector<std::vector<Instruction>> phases, int64_t arena_elements,
                  int64_t workspace_elements, int64_t map_temporaries, int64_t scalars,
                  int64_t most_rows, int64_t lasting_phase)
    : kernels_(kernels),
      buffers_(std::move(buffers)),
      workspace_elements_(workspace_elements),
      map_temporaries_(map_temporaries),
      scalars_(scalars),
      most_rows_(most_rows),
      lasting_phase_(static_cast<size_t>(lasting_phase)),
      memory_(arena_elements),
      arena_(memory_.data()) {
    for (const Buffer& buffer : buffers_) map_chunk_ = std::max(map_chunk_, buffer.ld);
    for (auto& phase : phases) plan_phase(std::move(phase));
    for (const Phase& phase : phases_) {
        for (const Instruction& x : phase.in_blocks) {
            if (x.code != Code::gather_input) continue;
            read_.emplace_back(x.arguments[1], buffers_[x.arguments[0]].columns);
        }
    }
}

template <class T>
void Engine<T>::write(int64_t buffer, const T* values) {
    const Buffer& b = buffers_.at(buffer);
    for (int64_t row = 0; row < b.rows; ++row) {
        std::copy_n(values + row * b.columns, b.columns, arena_ + b.offset + row * b.ld);
    }
}

template <class T>
void Engine<T>::read(int64_t buffer, T* values) const {
    read_rows(buffer, buffers_.at(buffer).rows, values);
}

template <class T>
void Engine<T>::read_rows(int64_t buffer, int64_t rows, T* values) const {
    const Buffer& b = buffers_.at(buffer);
    for (int64_t row = 0; row < rows; ++row) {
        std::copy_n(arena_ + b.offset + row * b.ld, b.columns, values + row * b.columns);
    }
}

template <class T>
void Engine<T>::set_input(int64_t input, Input value) {
    if (static_cast<size_t>(input) >= inputs_.size()) inputs_.resize(input + 1);
    inputs_[input] = std::move(value);
}

template <class T>
void Engine<T>::check_size(int64_t buffer, size_t elements) const {
    const Buffer& b = buffers_.at(buffer);
    if (b.batched() || b.place != Place::global ||
        elements != static_cast<size_t>(b.rows * b.columns)) {
        throw std::invalid_argument("the values do not fit the buffer");
    }
}

template <class T>
void Engine<T>::check_rows(int64_t buffer, int64_t rows, size_t elements) const {
    const Buffer& b = buffers_.at(buffer);
    if (!b.batched() || b.place != Place::global || rows < 0 || rows > most_rows_ ||
        elements != static_cast<size_t>(rows * b.columns)) {
        throw std::invalid_argument("the values do not fit the buffer");
    }
}

template <class T>
void Engine<T>::check_run(const Run& run, int64_t scalars, int64_t epochs,
                          int threads) const {
    bool fits = threads >= 1 && run.batch >= 1 && run.batch <= most_rows_ &&
                scalars == scalars_ && run.steps >= 0 && run.skipped >= 0;
    if (fits && run.steps > 0) {
        fits = run.skipped % run.batch == 0 && run.skipped < run.epoch_rows;
        const Batch last = fits ? batch_of(run, run.steps - 1) : Batch{};
        fits = fits && last.first + last.rows == run.rows && last.epoch < epochs;
    } else {
        fits = fits && run.rows == 0;
    }
    if (!fits) {
        throw std::invalid_argument("the steps, rows and scalars of a run do not fit");
    }
    for (const auto& [input, columns] : read_) {
        if (static_cast<size_t>(input) >= inputs_.size() || inputs_[input].columns != columns) {
            throw std::invalid_argument("the data of an input were not given");
        }
    }
    for (const Input& input : inputs_) {
        for (int64_t i = 0; i < run.rows; ++i) {
            if (run.order[i] < 0 || run.order[i] >= input.rows) {
                throw std::invalid_argument("a row is asked for that the data do not have");
            }
        }
    }
}

template <class T>
void Engine<T>::check_predict(int64_t columns, int64_t result, int64_t result_columns,
                              int64_t scalars, int threads) const {
    bool fits = threads >= 1 && scalars == scalars_;
    for (const auto& phase : phases_) {
        for (const Instruction& instruction : phase.whole) {
            if (instruction.code == Code::accumulate) fits = false;
        }
    }
    for (const auto& [input, wanted] : read_) fits = fits && input == 0 && wanted == columns;
    const Buffer& out = buffers_.at(result);
    if (!fits || !out.batched() || out.place != Place::global ||
        out.columns != result_columns) {
        throw std::invalid_argument("the rows do not fit the program");
    }
}

template <class T>
bool Engine<T>::is_long(const Product<T>& x) {
    return x.m * x.n * x.k > long_product;
}

template <class T>
void Engine<T>::multiply_in_pieces(const Step& step, const Worker& worker,
                                   const Product<T>& whole) {
    if (!step.may_be_abandoned || !is_long(whole)) return kernels_.matmul(whole);
    // Rows first, as the kernels do; evenly, since they are slow with a few.
    int64_t high =
        even_part(whole.m, long_product / (whole.n * whole.k + 1), least_piece_rows);
    high = (high + piece_step - 1) / piece_step * piece_step;
    const int64_t most_wide = long_product / (high * whole.k + 1);
    const int64_t wide = even_part(whole.n, most_wide, least_piece_columns);
    const int64_t columns = (wide + piece_step - 1) / piece_step * piece_step;
    for (int64_t i = 0; i < whole.m; i += high) {
        for (int64_t j = 0; j < whole.n; j += columns) {
            if (i + j > 0 && step.team->wishes_to_leave(worker.thread)) return;
            Product<T> x = whole;
            x.m = std::min(high, whole.m - i);
            x.n = std::min(columns, whole.n - j);
            x.A += x.across ? i : i * x.stride;
            x.B += j;
            x.C += i * x.ldc + j;
            if (x.bias) x.bias += j;
            if (x.gate) x.gate += i * x.ldg + j;
            kernels_.matmul(x);
        }
    }
}

template <class T>
void Engine<T>::execute(const Instruction& instruction, const Step& step, Worker& worker,
                        int64_t block, int thread, int threads) {
    // What small steps are made of has functions of its own: execute_other saves and
    // restores more than they do.
    switch (instruction.code) {
        case Code::map:
            return map(map_plans_[instruction.map], instruction.mode == Mode::slice, step,
                       worker, block, thread, threads);
        case Code::matmul:
        case Code::contract_rows: {
            const auto x = product_of(instruction, step, worker, block, thread, threads);
            if (x.m > 0 && x.n > 0) multiply_in_pieces(step, worker, x);
            return;
        }
        case Code::transpose:
            return transpose(instruction, step, worker, block, thread, threads);
        case Code::sum_rows: return sum_rows(instruction, step, worker, block);
        default: return execute_other(instruction, step, worker, block, thread, threads);
    }
}

template <class T>
Product<T> Engine<T>::product_of(const Instruction& instruction, const Step& step,
                                 const Worker& worker, int64_t block, int thread,
                                 int threads) const {
    // matmul: C; A; B; bias, gate or -1; activation. contract_rows: C; A; B.
    const Buffer& c = *instruction.buffers[0];
    const Buffer& a = *instruction.buffers[1];
    const Buffer& b = *instruction.buffers[2];
    const bool is_sliced = instruction.mode == Mode::slice;
    Product<T> x{rows_of(c, step, block), c.columns, a.columns,
                 at(a, step, worker, block), a.ld, false,
                 at(b, step, worker, block), b.ld,
                 at(c, step, worker, block), c.ld,
                 nullptr, Activation::identity, nullptr, 0};
    if (instruction.code == Code::contract_rows) {
        // All rows of the batch where sliced: what is shared are the rows of C.
        x.across = true;
        x.k = is_sliced && a.batched() ? step.rows : rows_of(a, step, block);
        if (is_sliced) {
            const Slice part = lines_of(c.rows, thread, threads);
            x.m = part.last - part.first;
            x.A += part.first;
            x.C += part.first * c.ld;
        }
        return x;
    }
    x.activation = static_cast<Activation>(instruction.arguments[4]);
    if (const Buffer* third = instruction.buffers[3]) {
        const bool is_gate = x.activation == Activation::gate;
        (is_gate ? x.gate : x.bias) = at(*third, step, worker, block);
        x.ldg = third->ld;
    }
    if (is_sliced) {
        // All rows, and a part of the columns: B is read once by all threads.
        if (c.batched()) x.m = step.rows;
        const Slice part = lines_of(c.columns, thread, threads);
        x.n = part.last - part.first;
        x.B += part.first;
        x.C += part.first;
        if (x.bias) x.bias += part.first;
        if (x.gate) x.gate += part.first;
    }
    return x;
}

template <class T>
void Engine<T>::transpose(const Instruction& instruction, const Step& step,
                          const Worker& worker, int64_t block, int thread, int threads) {
    // out (n, k); in (k, n)
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    Slice share{0, in.rows};
    if (instruction.mode == Mode::slice) share = part_of(in.rows, thread, threads);
    if (share.first >= share.last) return;
    kernels_.transpose(share.last - share.first, in.columns,
                       at(in, step, worker, block) + share.first * in.ld, in.ld,
                       at(out, step, worker, block) + share.first, out.ld);
}

template <class T>
void Engine<T>::sum_rows(const Instruction& instruction, const Step& step,
                         const Worker& worker, int64_t block) {
    // out; in
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    kernels_.sum_rows(rows_of(in, step, block), in.columns, at(in, step, worker, block), in.ld,
                      at(out, step, worker, block));
}

template <class T>
void Engine<T>::note_wrong(const Step& step, Worker& worker, int64_t place, int64_t column,
                           T value, int64_t size) {
    // Numbers that are not whole have been cut to such ones before.
    constexpr T beyond = T(9223372036854775808.0);
    const bool is_whole = value > -beyond && value < beyond;
    const WrongIndex found{step.number - step.run->first_step, place, column,
                           step.order[place],
                           is_whole ? static_cast<int64_t>(value) : no_index, size};
    if (found.comes_before(worker.wrong)) worker.wrong = found;
}

template <class T>
void Engine<T>::check_classes(const Instruction& instruction, int which, int64_t size,
                              const Step& step, Worker& worker, int64_t block) const {
    const Buffer& buffer = *instruction.buffers[which];
    const T* values = at(buffer, step, worker, block);
    for (int64_t i = 0; i < rows_of(buffer, step, block); ++i) {
        const T value = values[i * buffer.ld];
        if (index_of(value, size) >= 0) continue;
        note_wrong(step, worker, block * step.block_rows + i, 0, value, size);
    }
}

template <class T>
void Engine<T>::execute_other(const Instruction& instruction, const Step& step, Worker& worker,
                              int64_t block, int thread, int threads) {
    const int64_t* a = instruction.arguments.data();
    auto buffer = [&](int i) -> const Buffer& { return *instruction.buffers[i]; };
    auto pointer = [&](int i) { return at(buffer(i), step, worker, block); };
    auto rows = [&](int i) { return rows_of(buffer(i), step, block); };
    // One number per row is a column; without a batch it may lie in a row instead.
    auto stride = [&](int i) {
        return buffer(i).batched() || buffer(i).rows > 1 ? buffer(i).ld : int64_t{1};
    };

    switch (instruction.code) {
        case Code::gather_input: {  // out; input
            const Input& input = inputs_[a[1]];
            const Buffer& out = buffer(0);
            const T* data = static_cast<const T*>(input.data);
            T* to = pointer(0);
            const int64_t* order = step.order + block * step.block_rows;
            kernels_.gather_rows(rows(0), input.columns, data, order, to, out.ld);
            return;
        }
        case Code::max_rows:
            kernels_.max_rows(rows(1), buffer(1).columns, pointer(1), buffer(1).ld, pointer(0));
            return;
        case Code::sum_columns:
            kernels_.sum_columns(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                 pointer(0), stride(0));
            return;
        case Code::max_columns:
            kernels_.max_columns(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                 pointer(0), stride(0));
            return;
        case Code::softmax:
            kernels_.softmax(rows(0), buffer(1).columns, pointer(1), buffer(1).ld, pointer(0),
                             buffer(0).ld);
            return;
        case Code::log_sum_exp:
            kernels_.log_sum_exp(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                 pointer(0), stride(0));
            return;
        case Code::cross_entropy:
            kernels_.cross_entropy(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                   pointer(2), buffer(2).ld, pointer(0), stride(0));
            return;
        case Code::cross_entropy_of_class:
            check_classes(instruction, 2, buffer(1).columns, step, worker, block);
            kernels_.cross_entropy_of_class(rows(1), buffer(1).columns, pointer(1),
                                            buffer(1).ld, pointer(2), stride(2), pointer(0),
                                            stride(0));
            return;
        case Code::softmax_slope:  // out; logits; class; scalar
            check_classes(instruction, 2, buffer(1).columns, step, worker, block);
            kernels_.softmax_slope(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                   pointer(2), stride(2), *pointer(3), pointer(0),
                                   buffer(0).ld);
            return;
        case Code::combine_sum:
        case Code::combine_max: {  // out; partial
            const Buffer& out = buffer(0);
            const Buffer& partial = buffer(1);
            const auto [first, last] = slice_of(out.rows * out.ld, thread, threads);
            if (first >= last) return;
            auto* join = instruction.code == Code::combine_sum ? kernels_.sum_parts
                                                               : kernels_.max_parts;
            join(step.blocks, last - first, arena_ + partial.offset + first, partial.stride,
                 arena_ + out.offset + first);
            return;
        }
        case Code::one_hot: {  // out; index
            const Buffer& out = buffer(0);
            T* to = pointer(0);
            const T* index = pointer(1);
            check_classes(instruction, 1, out.columns, step, worker, block);
            constexpr int64_t line = alignment / sizeof(T);
            for (int64_t i = 0; i < rows(0); ++i) {
                for (int64_t j = 0; j < out.ld; j += line) std::fill_n(to + i * out.ld + j, line, T(0));
                const int64_t hot = index_of(index[i * buffer(1).ld], out.columns);
                if (hot >= 0) to[i * out.ld + hot] = T(1);
            }
            return;
        }
        case Code::gather: {  // out; table; index: each index gives `table.columns` numbers
            const Buffer& out = buffer(0);
            const Buffer& table = buffer(1);
            const Buffer& index = buffer(2);
            T* to = pointer(0);
            const T* from = pointer(1);
            const T* wanted = pointer(2);
            for (int64_t i = 0; i < rows(2); ++i) {
                for (int64_t j = 0; j < index.columns; ++j) {
                    const T value = wanted[i * index.ld + j];
                    const int64_t entry = index_of(value, table.rows);
                    T* place = to + i * out.ld + j * table.columns;
                    if (entry < 0) {
                        note_wrong(step, worker, block * step.block_rows + i, j, value,
                                   table.rows);
                        std::fill_n(place, table.columns, std::numeric_limits<T>::quiet_NaN());
                    } else {
                        std::copy_n(from + entry * table.ld, table.columns, place);
                    }
                }
            }
            return;
        }
        case Code::scatter_add: {  // out; index; updates
            const Buffer& out = buffer(0);
            const Buffer& index = buffer(1);
            const Buffer& updates = buffer(2);
            T* to = pointer(0);
            const T* wanted = pointer(1);
            const T* from = pointer(2);
            std::fill_n(to, out.rows * out.ld, T(0));
            for (int64_t i = 0; i < rows(1); ++i) {
                for (int64_t j = 0; j < index.columns; ++j) {
                    const T value = wanted[i * index.ld + j];
                    const int64_t entry = index_of(value, out.rows);
                    if (entry < 0) {
                        note_wrong(step, worker, block * step.block_rows + i, j, value,
                                   out.rows);
                        continue;
                    }
                    const T* addend = from + i * updates.ld + j * out.columns;
                    T* place = to + entry * out.ld;
                    for (int64_t c = 0; c < out.columns; ++c) place[c] += addend[c];
                }
            }
            return;
        }
        case Code::random_mask: {  // out; stream; rate in `number`
            const Buffer& out = buffer(0);
            const int64_t first = block * step.block_rows;
            kernels_.mask(static_cast<uint64_t>(step.run->seed), static_cast<uint64_t>(a[1]),
                          static_cast<uint64_t>(step.number), instruction.number,
                          out.batched() ? first : 0, rows(0), out.columns, pointer(0), out.ld);
            return;
        }
        case Code::copy_columns: {  // out; in; first of out; first of in; count
            const Buffer& out = buffer(0);
            T* to = pointer(0) + a[2];
            const T* from = pointer(1) + a[3];
            for (int64_t i = 0; i < rows(0); ++i) {
                std::copy_n(from + i * buffer(1).ld, a[4], to + i * out.ld);
            }
            return;
        }
        case Code::copy_rows: {  // out; in; first of out; first of in; count
            T* to = pointer(0) + a[2] * buffer(0).ld;
            const T* from = pointer(1) + a[3] * buffer(1).ld;
            for (int64_t i = 0; i < a[4]; ++i) {
                std::copy_n(from + i * buffer(1).ld, buffer(1).columns, to + i * buffer(0).ld);
            }
            return;
        }
        case Code::fill:
            std::fill_n(pointer(0), rows(0) * buffer(0).ld, T(0));
            return;
        case Code::reshape: {
            const Buffer& out = buffer(0);
            const Buffer& in = buffer(1);
            T* to = pointer(0);
            const T* from = pointer(1);
            const int64_t count = rows(1) * in.columns;
            for (int64_t i = 0; i < count; ++i) {
                to[i / out.columns * out.ld + i % out.columns] =
                    from[i / in.columns * in.ld + i % in.columns];
            }
            return;
        }
        case Code::accumulate: {  // buffer; index of the sum; whether blocks have parts
            const Buffer& in = buffer(0);
            double total = 0.0;
            for (int64_t i = 0; i < (a[2] != 0 ? step.blocks : 1); ++i) {
                total += static_cast<double>(arena_[in.offset + i * in.stride]);
            }
            step.sums[a[1]] += total;
            return;
        }
        default: return;  // execute has done it
    }
}

template class Engine<float>;
template class Engine<double>;

}  // namespace neurona
