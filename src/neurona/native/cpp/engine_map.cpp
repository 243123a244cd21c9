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
    auto is = [](const int64_t* step, Op wanted) {
        return step[op] == static_cast<int64_t>(wanted);
    };
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
typename Engine<T>::MapPlan Engine<T>::plan_map(const Instruction& instruction) const {
    const int64_t* arguments = instruction.arguments.data();
    const int64_t operands = arguments[1], steps = arguments[2], temporaries = arguments[3];
    if (operands + temporaries > most_map_places) {
        throw std::invalid_argument("a map reads too many arrays");
    }
    MapPlan plan{&buffers_[arguments[0]], static_cast<int64_t>(map_plans_.size()), temporaries,
                 map_elements, true, true, {}, {}};
    const int64_t* argument = arguments + 4;
    for (int64_t i = 0; i < operands; ++i, argument += 2) {
        plan.operands.push_back({&buffers_[argument[0]], argument[1], false});
        plan.is_flat = plan.is_flat && (argument[1] == full || argument[1] == number);
    }
    plan.is_direct = plan.is_flat;
    if (!plan.is_flat) {
        const int64_t width = plan.shape->ld;
        plan.chunk = std::max<int64_t>(1, map_elements / width) * width;
    }
    for (int64_t i = 0; i < steps; ++i, argument += 7) {
        const MapKernels<T>& kernels = kernels_.map[argument[0]];
        int singles = 0;
        for (int64_t j = 0; j < 3; ++j) {
            const int64_t place = argument[2 + j];
            const bool is_number = place < operands && plan.operands[place].spread == number;
            singles |= is_number ? 1 << j : 0;
        }
        // The places of operands that an operation lacks repeat its first one: they go first.
        for (int bit = 4; kernels.of[singles] == nullptr; bit /= 2) singles &= ~bit;
        // Only operations of two arrays take a number for the first of them.
        for (int64_t j = 0; j < (singles & 1 ? 2 : 3); ++j) {
            const int64_t place = argument[2 + j];
            if (place >= operands || plan.operands[place].spread != number) continue;
            if (singles & 1 << j) continue;
            plan.operands[place].is_filled = true;
            plan.is_direct = false;
        }
        plan.steps.push_back({kernels.of[singles],
                              argument[0] >= static_cast<int64_t>(Op::weighted_sum),
                              static_cast<int>(argument[1]),
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
std::vector<typename Engine<T>::ReadyStep> Engine<T>::ready_map(const MapPlan& plan,
                                                                const Worker& worker) const {
    if (!plan.is_direct) return {};
    std::vector<T*> place;
    for (const MapOperand& x : plan.operands) place.push_back(at(*x.buffer, {}, worker, 0));
    for (int64_t i = 0; i < plan.temporaries; ++i) {
        place.push_back(worker.temporaries + i * map_chunk_);
    }
    std::vector<ReadyStep> steps;
    for (const MapStep& x : plan.steps) steps.push_back(ready(x, place.data()));
    return steps;
}

template <class T>
template <class StepOf>
void Engine<T>::run_steps(int64_t count, size_t steps, const StepOf& step_of) const {
    for (size_t i = 0; i < steps; ++i) {
        const ReadyStep& x = step_of(i);
        if (x.kernel == nullptr) {
            // Four in one pass: see is_moments_step.
            const ReadyStep& square = step_of(i + 1);
            const ReadyStep& root = step_of(i + 2);
            const ReadyStep& last = step_of(i + 3);
            const T given[] = {*x.numbers[0],      *x.numbers[1],    *square.numbers[0],
                               *square.numbers[1], *root.numbers[0], *root.numbers[1],
                               *last.numbers[0]};
            kernels_.moments_step(count, last.from[0], x.from[1], x.to, square.to, given,
                                  last.to);
            i += 3;
            continue;
        }
        T given[2];
        if (x.numbers[0]) given[0] = *x.numbers[0], given[1] = *x.numbers[1];
        x.kernel(count, x.from[0], x.from[1], x.from[2], given, x.to);
    }
}

template <class T>
void Engine<T>::map(const MapPlan& plan, bool sliced, const Step& step, Worker& worker,
                    int64_t block, int thread, int threads) const {
    const int64_t width = plan.shape->ld;
    Slice slice{0, rows_of(*plan.shape, step, block) * width};
    if (sliced && plan.is_flat) {
        slice = slice_of(slice.last, thread, threads);
    } else if (sliced) {
        // Rows are not cut: the slice is that of whole rows.
        slice = share_of(plan.shape->rows, thread, threads);
        slice = {slice.first * width, slice.last * width};
    }
    if (slice.first >= slice.last) return;
    if (!plan.is_direct || block != 0 || slice.first != 0 || slice.last > plan.chunk) {
        return map_chunks(plan, slice, step, worker, block);
    }
    const std::vector<ReadyStep>& steps = worker.maps[plan.number];
    run_steps(slice.last, steps.size(), [&](size_t i) -> const ReadyStep& { return steps[i]; });
}

template <class T>
void Engine<T>::map_chunks(const MapPlan& plan, Slice slice, const Step& step, Worker& worker,
                           int64_t block) const {
    const int64_t width = plan.shape->ld;
    // Where each place begins; those of whole arrays move on from chunk to chunk.
    T* place[most_map_places];
    int64_t places = 0;
    for (const MapOperand& x : plan.operands) {
        T* values = at(*x.buffer, step, worker, block);
        place[places++] = x.spread == full ? values + slice.first : values;
    }
    for (int64_t i = 0; i < plan.temporaries; ++i) {
        place[places++] = worker.temporaries + i * map_chunk_;
    }
    const T* columns[most_map_places];
    if (!plan.is_direct) {
        const int64_t most = std::min(plan.chunk, slice.last - slice.first);
        for (size_t i = 0; i < plan.operands.size(); ++i) {
            const MapOperand& x = plan.operands[i];
            if (x.spread == full || (x.spread == number && !x.is_filled)) continue;
            const T* values = place[i];
            place[i] = worker.temporaries +
                       (plan.temporaries + static_cast<int64_t>(i)) * map_chunk_;
            if (x.spread == row) {
                for (int64_t r = 0; r < most; r += width) std::copy_n(values, width, place[i] + r);
            } else if (x.spread == column) {
                columns[i] = values + slice.first / width * x.buffer->ld;
            } else {
                std::fill_n(place[i], most, *values);
            }
        }
    }
    for (int64_t left = slice.last - slice.first;;) {
        const int64_t count = std::min(plan.chunk, left);
        if (!plan.is_flat) {
            for (size_t i = 0; i < plan.operands.size(); ++i) {
                if (plan.operands[i].spread != column) continue;
                const int64_t ld = plan.operands[i].buffer->ld;
                for (int64_t r = 0; r < count; r += width, columns[i] += ld) {
                    std::fill_n(place[i] + r, width, *columns[i]);
                }
            }
        }
        run_steps(count, plan.steps.size(),
                  [&](size_t i) { return ready(plan.steps[i], place); });
        left -= count;
        if (left == 0) return;
        for (size_t i = 0; i < plan.operands.size(); ++i) {
            if (plan.operands[i].spread == full) place[i] += count;
        }
    }
}

template Engine<float>::MapPlan Engine<float>::plan_map(const Instruction&) const;
template Engine<double>::MapPlan Engine<double>::plan_map(const Instruction&) const;
template std::vector<Engine<float>::ReadyStep> Engine<float>::ready_map(const MapPlan&,
                                                                        const Worker&) const;
template std::vector<Engine<double>::ReadyStep> Engine<double>::ready_map(const MapPlan&,
                                                                          const Worker&) const;
template void Engine<float>::map(const MapPlan&, bool, const Step&, Worker&, int64_t, int,
                                 int) const;
template void Engine<double>::map(const MapPlan&, bool, const Step&, Worker&, int64_t, int,
                                  int) const;

}  // namespace neurona
