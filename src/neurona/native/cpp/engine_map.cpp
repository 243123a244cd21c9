// The map instruction: which kernels run over which chunks of its operands.
#include <algorithm>
#include <stdexcept>

#include "engine.hpp"

namespace neurona {
namespace {

// How an operand is spread over the whole: the order of SPREADS in program.py.
enum Spread : int64_t { full, row, column, number };

// Whether the first four of the steps left are those that the kernel moments_step does in
// one pass: what it does not store must be a temporary that nothing reads later.
bool is_moments_step(const int64_t* argument, int64_t left, int64_t operands) {
    enum { op, result, a, b, c };
    auto is = [](const int64_t* step, Op wanted) { return step[op] == static_cast<int64_t>(wanted); };
    const int64_t *mean = argument, *square = mean + 7, *root = square + 7, *last = root + 7;
    if (!is(mean, Op::weighted_sum) || !is(square, Op::weighted_square_sum) ||
        !is(root, Op::shifted_root) || !is(last, Op::quotient_step)) {
        return false;
    }
    const int64_t m = mean[result], v = square[result], g = mean[b], hidden = root[result];
    const bool follows = mean[a] == m && square[a] == v && square[b] == g && root[a] == v &&
                         last[b] == m && last[c] == hidden && hidden >= operands;
    const bool apart = m != v && g != m && g != v && last[a] != m && last[a] != v &&
                       last[a] != hidden && last[result] != m && last[result] != v &&
                       last[result] != g;
    if (!follows || !apart) return false;
    for (const int64_t* step = last + 7; step < argument + 7 * left; step += 7) {
        if (step[a] == hidden || step[b] == hidden || step[c] == hidden) return false;
        if (step[result] == hidden) break;
    }
    return true;
}

}  // namespace

// arguments: a buffer that the whole is shaped like, then the numbers of operands, steps
// and temporaries; operands as (buffer, spread); steps as (op, result, a, b, c, s, t),
// each an operand if below their number, else a temporary.
template <class T>
typename Engine<T>::MapPlan Engine<T>::plan_map(const Instruction& instruction) {
    const int64_t* arguments = instruction.arguments.data();
    const int64_t operands = arguments[1], steps = arguments[2], temporaries = arguments[3];
    if (operands + temporaries > most_map_places) {
        throw std::invalid_argument("a map reads too many arrays");
    }
    MapPlan plan{arguments[0], temporaries, true, {}, {}};
    const int64_t* argument = arguments + 4;
    for (int64_t i = 0; i < operands; ++i, argument += 2) {
        plan.operands.push_back({argument[0], argument[1], false});
        plan.is_flat = plan.is_flat && (argument[1] == full || argument[1] == number);
    }
    for (int64_t i = 0; i < steps; ++i, argument += 7) {
        const MapKernels<T>& kernels = kernels_.map[argument[0]];
        int singles = 0;
        for (int64_t j = 0; j < 3; ++j) {
            const int64_t place = argument[2 + j];
            const bool is_number = place < operands && plan.operands[place].spread == number;
            singles |= is_number ? 1 << j : 0;
        }
        // The places of operands that an operation lacks repeat its first one.
        while (singles != 0 && kernels.of[singles] == nullptr) singles &= singles - 1;
        for (int64_t j = 0; j < 3; ++j) {
            const int64_t place = argument[2 + j];
            if (place >= operands || plan.operands[place].spread != number) continue;
            if (!(singles & 1 << j)) plan.operands[place].is_filled = true;
        }
        plan.steps.push_back({kernels.of[singles], static_cast<int>(argument[1]),
                              {static_cast<int>(argument[2]), static_cast<int>(argument[3]),
                               static_cast<int>(argument[4])},
                              {static_cast<int>(argument[5]), static_cast<int>(argument[6])}});
    }
    for (size_t i = 0; i + 4 <= plan.steps.size(); ++i) {
        if (is_moments_step(arguments + 4 + 2 * operands + 7 * i, steps - i, operands)) {
            plan.steps[i].kernel = nullptr;
        }
    }
    return plan;
}

template <class T>
void Engine<T>::map(const MapPlan& plan, bool sliced, const Step& step, Worker& worker,
                    int64_t block, int thread, int threads) {
    const Buffer& shape = buffers_[plan.shape];
    const int64_t width = shape.ld;
    const int64_t total = rows_of(shape, step, block) * width;
    int64_t first = 0, last = total, chunk = map_elements;
    if (!plan.is_flat) chunk = std::max<int64_t>(1, map_elements / width) * width;
    if (sliced && plan.is_flat) {
        const Slice slice = slice_of(total, thread, threads);
        first = slice.first, last = slice.last;
    } else if (sliced) {
        // Rows are not cut: the slice is that of whole rows.
        first = shape.rows * thread / threads * width;
        last = shape.rows * (thread + 1) / threads * width;
    }
    if (first >= last) return;
    const int64_t most = std::min(chunk, last - first);

    // Where each place begins; those of whole arrays move on from chunk to chunk.
    T* base[most_map_places];
    int64_t advance[most_map_places];
    const T* columns[most_map_places];
    T numbers[most_map_places];
    const auto operands = static_cast<int64_t>(plan.operands.size());
    bool has_columns = false;
    for (int64_t i = 0; i < operands; ++i) {
        const MapOperand& operand = plan.operands[i];
        const Buffer& b = buffers_[operand.buffer];
        T* scratch = worker.temporaries + (plan.temporaries + i) * map_chunk_;
        advance[i] = 0;
        base[i] = scratch;
        columns[i] = nullptr;
        switch (operand.spread) {
            case full:
                base[i] = at(operand.buffer, step, worker, block) + first;
                advance[i] = 1;
                break;
            case row: {
                const T* values = at(operand.buffer, step, worker, block);
                for (int64_t r = 0; r < most; r += width) {
                    std::copy_n(values, width, scratch + r);
                }
                break;
            }
            case column:
                columns[i] = at(operand.buffer, step, worker, block) + first / width * b.ld;
                has_columns = true;
                break;
            default:
                numbers[i] = b.place == Place::scalar
                                 ? static_cast<T>(step.scalars[b.offset])
                                 : *at(operand.buffer, step, worker, block);
                if (operand.is_filled) {
                    std::fill_n(scratch, most, numbers[i]);
                } else {
                    base[i] = &numbers[i];
                }
        }
    }
    for (int64_t i = 0; i < plan.temporaries; ++i) {
        base[operands + i] = worker.temporaries + i * map_chunk_;
        advance[operands + i] = 0;
    }
    for (int64_t start = first; start < last; start += chunk) {
        const int64_t count = std::min(chunk, last - start);
        if (has_columns) {
            for (int64_t i = 0; i < operands; ++i) {
                if (columns[i] == nullptr) continue;
                const int64_t ld = buffers_[plan.operands[i].buffer].ld;
                for (int64_t r = 0; r < count; r += width, columns[i] += ld) {
                    std::fill_n(base[i] + r, width, *columns[i]);
                }
            }
        }
        const int64_t offset = start - first;
        auto place = [&](int i) { return base[i] + advance[i] * offset; };
        for (size_t i = 0; i < plan.steps.size(); ++i) {
            const MapStep& x = plan.steps[i];
            if (x.kernel == nullptr) {
                const MapStep *square = &x + 1, *root = &x + 2, *last = &x + 3;
                const T given[] = {*base[x.numbers[0]],       *base[x.numbers[1]],
                                   *base[square->numbers[0]], *base[square->numbers[1]],
                                   *base[root->numbers[0]],   *base[root->numbers[1]],
                                   *base[last->numbers[0]]};
                kernels_.moments_step(count, place(last->from[0]), place(x.from[1]),
                                      place(x.to), place(square->to), given, place(last->to));
                i += 3;
                continue;
            }
            const T given[] = {*base[x.numbers[0]], *base[x.numbers[1]]};
            x.kernel(count, place(x.from[0]), place(x.from[1]), place(x.from[2]), given,
                     place(x.to));
        }
    }
}

template Engine<float>::MapPlan Engine<float>::plan_map(const Instruction&);
template Engine<double>::MapPlan Engine<double>::plan_map(const Instruction&);
template void Engine<float>::map(const MapPlan&, bool, const Step&, Worker&, int64_t, int, int);
template void Engine<double>::map(const MapPlan&, bool, const Step&, Worker&, int64_t, int, int);

}  // namespace neurona
