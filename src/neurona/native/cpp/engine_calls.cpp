// Small steps: a list of calls in place of instructions that look up what to call.
//
// A step of a few rows takes less time than finding out where its arrays are, how they are
// shared and which kernel suits them. For a block that is alone in its step, on one thread,
// all that depends on the number of rows only.
#include <algorithm>

#include "engine.hpp"

namespace neurona {

template <class T>
const typename Engine<T>::CallList& Engine<T>::calls_for(const Step& step, Worker& worker) {
    for (CallList& list : worker.calls) {
        if (list.rows == step.rows) return list;
    }
    // Full batches keep the first place: they come first, and most often.
    CallList& list = worker.calls[worker.calls[0].rows != 0 && step.rows < step.run->batch];
    list.rows = step.rows;
    list.phases.clear();
    for (const Phase& phase : phases_) {
        std::vector<Call>& calls = list.phases.emplace_back();
        for (const auto* instructions : {&phase.whole, &phase.in_blocks}) {
            for (const Instruction& x : *instructions) add_calls(x, step, worker, calls);
        }
    }
    return list;
}

template <class T>
void Engine<T>::add_calls(const Instruction& instruction, const Step& step, Worker& worker,
                          std::vector<Call>& calls) const {
    switch (instruction.code) {
        case Code::map: {
            const MapPlan& plan = map_plans_[instruction.map];
            if (plan.is_direct) return add_map_calls(plan, step, worker, calls);
            break;
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
            calls.push_back(MapCall{kernels_.map[static_cast<int>(Op::add)].of[2], in.columns,
                                    {from, &zero, from}, {nullptr, nullptr},
                                    at(*instruction.buffers[0], step, worker, 0)});
            return;
        }
        default: break;
    }
    calls.push_back(&instruction);
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

template const Engine<float>::CallList& Engine<float>::calls_for(const Step&, Worker&);
template const Engine<double>::CallList& Engine<double>::calls_for(const Step&, Worker&);
template void Engine<float>::run_calls(const std::vector<Call>&, const Step&, Worker&);
template void Engine<double>::run_calls(const std::vector<Call>&, const Step&, Worker&);

}  // namespace neurona
