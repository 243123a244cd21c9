#include "calls.hpp"

#include <algorithm>

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
bool CallList<T>::goes_on_as(const MapCall<T>& call, const MapCall<T>& next) {
    return call.kernel == next.kernel && std::ranges::equal(call.numbers, next.numbers) &&
           goes_on<T>(call.count, next.count, call.to, next.to, call.from, next.from,
                      call.singles);
}

template <class T>
bool CallList<T>::goes_on_as(const MomentsCall<T>& call, const MomentsCall<T>& next) {
    const T *const from[] = {call.from, call.gradient, call.mean, call.square};
    const T *const next_from[] = {next.from, next.gradient, next.mean, next.square};
    return std::ranges::equal(call.numbers, next.numbers) &&
           goes_on(call.count, next.count, static_cast<const T*>(call.to),
                   static_cast<const T*>(next.to), from, next_from);
}

template <class T>
template <class Kind>
void CallList<T>::append(const Kind& call, Calls& calls) {
    auto* last = calls.empty() ? nullptr : std::get_if<Kind>(&calls.back());
    if (last && goes_on_as(*last, call)) {
        last->count += call.count;
    } else {
        calls.push_back(call);
    }
}

template <class T>
void CallList<T>::prepare(const Plan<T>& plan, const CurrentStep& step, Worker<T>& worker) {
    if (rows_ == step.rows) return;
    rows_ = 0;
    phases_.clear();
    const Turn<T> turn{plan, step, worker, 0, 0, 1};
    for (const Phase& phase : plan.phases) {
        Calls& calls = phases_.emplace_back();
        for (const auto* instructions : {&phase.whole, &phase.in_blocks}) {
            for (const Instruction& x : *instructions) add(x, turn, calls);
        }
    }
    // Last: a list that memory did not suffice for is none.
    rows_ = step.rows;
}

template <class T>
void CallList<T>::add(const Instruction& instruction, const Turn<T>& turn, Calls& calls) {
    switch (instruction.code) {
        case Code::map: {
            const MapPlan<T>& map = turn.plan.maps[instruction.map];
            const int64_t count = turn.rows(*map.shape) * map.shape->ld;
            // Of a long map the list would be longer than what it saves.
            if (!map.is_direct || count / most_listed_chunks > map.chunk) break;
            T* place[most_map_places];
            for (int64_t first = 0; first < count;) {
                const int64_t part = std::min(map.chunk, count - first);
                place_map(map, first, turn, place);
                map.each_call(part, place, [&](const auto& call) { append(call, calls); });
                first += part;
            }
            return;
        }
        case Code::matmul:
        case Code::contract_rows: {
            const MatrixProduct<T> x = product_of(instruction, turn);
            if (is_long(x)) break;
            calls.push_back(ProductCall{turn.kernels().product_kernel(x), x});
            return;
        }
        case Code::gather_input: {
            const Buffer& out = *instruction.buffers[0];
            calls.push_back(
                GatherCall{instruction.arguments[1], turn.step.rows, out.ld, turn.at(out)});
            return;
        }
        case Code::sum_rows: {
            // The sum 0 + x, as sums over rows begin: −0 becomes 0.
            static constexpr T zero = 0;
            const Buffer& in = *instruction.buffers[1];
            if (turn.rows(in) != 1) break;
            const T* from = turn.at(in);
            calls.push_back(MapCall<T>{
                turn.kernels().map[static_cast<int>(Op::add)].of[2], 2, in.columns,
                {from, &zero, from}, {nullptr, nullptr}, turn.at(*instruction.buffers[0])});
            return;
        }
        default: break;
    }
    calls.push_back(InstructionCall{function_of<T>(instruction.code), &instruction});
}

template <class T>
void CallList<T>::run(const Plan<T>& plan, size_t phase, const CurrentStep& step,
                      Worker<T>& worker) const {
    const Turn<T> turn{plan, step, worker, 0, 0, 1};
    for (const Call& call : phases_[phase]) {
        if (const auto* x = std::get_if<ProductCall>(&call)) {
            x->kernel(x->product);
        } else if (const auto* x = std::get_if<MapCall<T>>(&call)) {
            x->run(plan.kernels);
        } else if (const auto* x = std::get_if<MomentsCall<T>>(&call)) {
            x->run(plan.kernels);
        } else if (const auto* x = std::get_if<GatherCall>(&call)) {
            const InputRows& input = step.inputs[x->input];
            plan.kernels.gather_rows(x->rows, input.columns,
                                     static_cast<const T*>(input.data), step.order, x->to,
                                     x->ld);
        } else {
            const auto& other = std::get<InstructionCall>(call);
            other.function(*other.instruction, turn);
        }
    }
}

template class CallList<float>;
template class CallList<double>;

}  // namespace neurona
