// Small steps: a list of calls in place of instructions that look up what to call.
//
// A step of a few rows takes less time than finding out where its arrays are, how they are
// shared and which kernel suits them. For a block that is alone in its step, on one thread,
// all that depends on the number of rows only.
#include <algorithm>

#include "engine.hpp"

namespace neurona {
namespace {

constexpr int64_t most_listed_chunks = 16;

// Whether the arrays of a call go on in those of the next, so that one call does both: what
// it reads is what it writes, or lies apart from that; `singles` are numbers, not arrays.
template <class T, size_t n>
bool goes_on(int64_t count, int64_t next_count, const T* to, const T* next_to,
             const T* const (&from)[n], const T* const (&next_from)[n], int singles = 0) {
    bool found = to + count == next_to;
    for (size_t i = 0; i < n; ++i) {
        const int64_t away = from[i] < to ? to - from[i] : from[i] - to;
        const bool is_number = (singles >> i & 1) != 0;
        found = found && next_from[i] == (is_number ? from[i] : from[i] + count);
        found = found && (away >= count + next_count || (away == 0 && !is_number));
    }
    return found;
}

}  // namespace

template <class T>
bool Engine<T>::goes_on_as(const MapCall& call, const MapCall& next) {
    return call.kernel == next.kernel && std::ranges::equal(call.numbers, next.numbers) &&
           goes_on<T>(call.count, next.count, call.to, next.to, call.from, next.from,
                      call.singles);
}

template <class T>
bool Engine<T>::goes_on_as(const MomentsCall& call, const MomentsCall& next) {
    const T *const from[] = {call.from, call.gradient, call.mean, call.square};
    const T *const next_from[] = {next.from, next.gradient, next.mean, next.square};
    return std::ranges::equal(call.numbers, next.numbers) &&
           goes_on(call.count, next.count, static_cast<const T*>(call.to),
                   static_cast<const T*>(next.to), from, next_from);
}

template <class T>
template <class Kind>
void Engine<T>::add_call(const Kind& call, std::vector<Call>& calls) {
    auto* last = calls.empty() ? nullptr : std::get_if<Kind>(&calls.back());
    if (last && goes_on_as(*last, call)) {
        last->count += call.count;
    } else {
        calls.push_back(call);
    }
}

template <class T>
void Engine<T>::make_calls(const Step& step, Worker& worker) {
    // A shorter last batch leaves the full ones their place.
    CallList& list = worker.calls[step.rows < step.run->batch];
    if (list.rows == step.rows) return;
    list.rows = 0;
    list.phases.clear();
    for (const Phase& phase : phases_) {
        std::vector<Call>& calls = list.phases.emplace_back();
        for (const auto* instructions : {&phase.whole, &phase.in_blocks}) {
            for (const Instruction& x : *instructions) add_calls(x, step, worker, calls);
        }
    }
    // Last: a list that memory did not suffice for is none.
    list.rows = step.rows;
}

template <class T>
void Engine<T>::add_calls(const Instruction& instruction, const Step& step, Worker& worker,
                          std::vector<Call>& calls) const {
    switch (instruction.code) {
        case Code::map: {
            const MapPlan& plan = map_plans_[instruction.map];
            const int64_t count = rows_of(*plan.shape, step, 0) * plan.shape->ld;
            // Of a long map the list would be longer than what it saves.
            if (!plan.is_direct || count / most_listed_chunks > plan.chunk) break;
            return add_map_calls(plan, count, step, worker, calls);
        }
        case Code::matmul:
        case Code::contract_rows: {
            const auto x = product_of(instruction, step, worker, 0, 0, 1);
            if (is_long(x)) break;
            calls.push_back(ProductCall{kernels_.product_kernel(x), x});
            return;
        }
        case Code::gather_input: {
            const Buffer& out = *instruction.buffers[0];
            calls.push_back(GatherCall{instruction.arguments[1], step.rows, out.ld,
                                       at(out, step, worker, 0)});
            return;
        }
        case Code::sum_rows: {
            // The sum 0 + x, as sums over rows begin: −0 becomes 0.
            static constexpr T zero = 0;
            const Buffer& in = *instruction.buffers[1];
            if (rows_of(in, step, 0) != 1) break;
            const T* from = at(in, step, worker, 0);
            calls.push_back(MapCall{kernels_.map[static_cast<int>(Op::add)].of[2], 2, in.columns,
                                    {from, &zero, from}, {nullptr, nullptr},
                                    at(*instruction.buffers[0], step, worker, 0)});
            return;
        }
        default: break;
    }
    calls.push_back(&instruction);
}

template <class T>
void Engine<T>::add_map_calls(const MapPlan& plan, int64_t count, const Step& step,
                              Worker& worker, std::vector<Call>& calls) const {
    T* place[most_map_places];
    for (int64_t first = 0; first < count; first += std::min(plan.chunk, count - first)) {
        place_map(plan, first, step, worker, 0, place);
        each_call(plan, std::min(plan.chunk, count - first), place,
                  [&](const auto& call) { add_call(call, calls); });
    }
}

template <class T>
void Engine<T>::run_calls(const std::vector<Call>& calls, const Step& step, Worker& worker) {
    for (const Call& call : calls) {
        if (const auto* x = std::get_if<ProductCall>(&call)) {
            x->kernel(x->product);
        } else if (const auto* x = std::get_if<MapCall>(&call)) {
            run_call(*x);
        } else if (const auto* x = std::get_if<MomentsCall>(&call)) {
            run_call(*x);
        } else if (const auto* x = std::get_if<GatherCall>(&call)) {
            const Input& input = inputs_[x->input];
            kernels_.gather_rows(x->rows, input.columns, static_cast<const T*>(input.data),
                                 step.order, x->to, x->ld);
        } else {
            execute(*std::get<const Instruction*>(call), step, worker, 0, 0, 1);
        }
    }
}

template void Engine<float>::make_calls(const Step&, Worker&);
template void Engine<double>::make_calls(const Step&, Worker&);
template void Engine<float>::run_calls(const std::vector<Call>&, const Step&, Worker&);
template void Engine<double>::run_calls(const std::vector<Call>&, const Step&, Worker&);

}  // namespace neurona
