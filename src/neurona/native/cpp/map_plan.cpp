#include "map_plan.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace neurona {
namespace {

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
MapPlan<T> plan_map(const Kernels<T>& kernels, const std::vector<Buffer>& buffers,
                    const Instruction& instruction) {
    const int64_t* arguments = instruction.arguments.data();
    const int64_t operands = arguments[1], steps = arguments[2], temporaries = arguments[3];
    if (operands + temporaries > most_map_places) {
        throw std::invalid_argument("a map reads too many arrays");
    }
    MapPlan<T> plan{&buffers[arguments[0]], temporaries, map_elements, true, true, {}, {}};
    const int64_t* argument = arguments + 4;
    for (int64_t i = 0; i < operands; ++i, argument += 2) {
        const auto spread = static_cast<Spread>(argument[1]);
        plan.operands.push_back({&buffers[argument[0]], spread, false});
        plan.is_flat = plan.is_flat && (spread == Spread::full || spread == Spread::number);
    }
    plan.is_direct = plan.is_flat;
    if (!plan.is_flat) {
        const int64_t width = plan.shape->ld;
        plan.chunk = std::max<int64_t>(1, map_elements / width) * width;
    }
    for (int64_t i = 0; i < steps; ++i, argument += 7) {
        const MapKernels<T>& kernel = kernels.map[argument[0]];
        int singles = 0;
        for (int64_t j = 0; j < 3; ++j) {
            const int64_t place = argument[2 + j];
            const bool is_number = place < operands && plan.operands[place].spread == Spread::number;
            singles |= is_number ? 1 << j : 0;
        }
        // The places of operands that an operation lacks repeat its first one: they go first.
        for (int bit = 4; kernel.of[singles] == nullptr; bit /= 2) singles &= ~bit;
        // Only operations of two arrays take a number for the first of them.
        for (int64_t j = 0; j < (singles & 1 ? 2 : 3); ++j) {
            const int64_t place = argument[2 + j];
            if (place >= operands || plan.operands[place].spread != Spread::number) continue;
            if (singles & 1 << j) continue;
            plan.operands[place].is_filled = true;
            plan.is_direct = false;
        }
        plan.steps.push_back({kernel.of[singles], singles,
                              map_operations[argument[0]].numbers > 0,
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

template MapPlan<float> plan_map(const Kernels<float>&, const std::vector<Buffer>&,
                                 const Instruction&);
template MapPlan<double> plan_map(const Kernels<double>&, const std::vector<Buffer>&,
                                  const Instruction&);

}  // namespace neurona
