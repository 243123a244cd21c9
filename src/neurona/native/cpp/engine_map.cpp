// The map instruction: which kernels run over which chunks of its operands.
#include <algorithm>
#include <limits>
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
    MapPlan plan{&buffers_[arguments[0]], temporaries, map_elements, true, true, {}, {}};
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
        plan.steps.push_back({kernels.of[singles], singles,
                              argument[0] >= static_cast<int64_t>(Op::weighted_sum),
                              static_cast<int>(argument[1]),
                              {static_cast<int>(argument[2]), static_cast<int>(argument[3]),
                               static_cast<int>(argument[4])},
                              {static_cast<int>(argument[5]), static_cast<int>(argument[6])}});
    }
    int64_t passes = steps;
    for (size_t i = 0; i + 4 <= plan.steps.size(); ++i) {
        if (is_moments_step(arguments + 4 + 2 * operands + 7 * i, steps - i, operands)) {
            plan.steps[i].kernel = nullptr;
            passes -= 3;
        }
    }
    // What goes over the whole once has nothing to keep in the cache for a second pass.
    if (passes == 1 && plan.is_direct) plan.chunk = std::numeric_limits<int64_t>::max();
    return plan;
}

template <class T>
void Engine<T>::run_call(const MapCall& call) const {
    T numbers[2];
    if (call.numbers[0]) numbers[0] = *call.numbers[0], numbers[1] = *call.numbers[1];
    call.kernel(call.count, call.from[0], call.from[1], call.from[2], numbers, call.to);
}

template <class T>
void Engine<T>::run_call(const MomentsCall& call) const {
    T numbers[7];
    for (int i = 0; i < 7; ++i) numbers[i] = *call.numbers[i];
    kernels_.moments_step(call.count, call.from, call.gradient, call.mean, call.square, numbers,
                          call.to);
}

template <class T>
void Engine<T>::place_map(const MapPlan& plan, int64_t first, const Step& step, Worker& worker,
                          int64_t block, T** place) const {
    for (const MapOperand& x : plan.operands) {
        T* values = at(*x.buffer, step, worker, block);
        *place++ = x.spread == full ? values + first : values;
    }
    for (int64_t i = 0; i < plan.temporaries; ++i) {
        *place++ = worker.temporaries + i * map_chunk_;
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
        slice = part_of(plan.shape->rows, thread, threads);
        slice = {slice.first * width, slice.last * width};
    }
    if (slice.first >= slice.last) return;
    T* place[most_map_places];
    place_map(plan, slice.first, step, worker, block, place);
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
        each_call(plan, count, place, [&](const auto& call) { run_call(call); });
        left -= count;
        if (left == 0) return;
        for (size_t i = 0; i < plan.operands.size(); ++i) {
            if (plan.operands[i].spread == full) place[i] += count;
        }
    }
}

#define NEURONA_INSTANCES(T)                                                                  \
    template Engine<T>::MapPlan Engine<T>::plan_map(const Instruction&) const;                \
    template void Engine<T>::run_call(const MapCall&) const;                                  \
    template void Engine<T>::run_call(const MomentsCall&) const;                              \
    template void Engine<T>::place_map(const MapPlan&, int64_t, const Step&, Worker&,         \
                                       int64_t, T**) const;                                   \
    template void Engine<T>::map(const MapPlan&, bool, const Step&, Worker&, int64_t, int,    \
                                 int) const

NEURONA_INSTANCES(float);
NEURONA_INSTANCES(double);

}  // namespace neurona
