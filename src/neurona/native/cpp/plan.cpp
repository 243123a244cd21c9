// How a phase is cut into what threads can do side by side.
#include "plan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace neurona {
namespace {

// What a piece of work is to have at least: elements of a map, columns and rows of a
// product.
constexpr int64_t piece_elements = 4096, piece_columns = 64, piece_rows = 32;

}  // namespace

template <class T>
Plan<T>::Plan(const Kernels<T>& kernels, std::vector<Buffer> buffers,
              std::vector<std::vector<Instruction>> phases, int64_t workspace_elements,
              int64_t map_temporaries, int64_t scalars, int64_t most_rows,
              int64_t lasting_phase)
    : kernels(kernels),
      buffers(std::move(buffers)),
      workspace_elements(workspace_elements),
      map_temporaries(map_temporaries),
      scalars(scalars),
      most_rows(most_rows),
      lasting_phase(static_cast<size_t>(lasting_phase)) {
    for (const Buffer& buffer : this->buffers) map_chunk = std::max(map_chunk, buffer.ld);
    for (auto& phase : phases) add_phase(std::move(phase));
}

template <class T>
Instruction Plan<T>::resolved(Instruction instruction) {
    const auto& arguments = instruction.arguments;
    for (size_t i = 0; i < std::min(arguments.size(), instruction.buffers.size()); ++i) {
        if (static_cast<size_t>(arguments[i]) >= buffers.size()) continue;
        instruction.buffers[i] = &buffers[arguments[i]];
    }
    if (instruction.code == Code::map) {
        instruction.map = maps.size();
        maps.push_back(plan_map(kernels, buffers, instruction));
    }
    if (instruction.code == Code::gather_input) {
        read.emplace_back(arguments[1], instruction.buffers[0]->columns);
    }
    if (instruction.code == Code::cross_entropy_of_class ||
        instruction.code == Code::softmax_slope) {
        instruction.is_checked = have_been_checked(instruction);
    }
    return instruction;
}

template <class T>
bool Plan<T>::have_been_checked(const Instruction& instruction) {
    const std::pair classes{instruction.buffers[2], instruction.buffers[1]->columns};
    if (std::find(checked_.begin(), checked_.end(), classes) != checked_.end()) return true;
    checked_.push_back(classes);
    return false;
}

template <class T>
void Plan<T>::add_phase(std::vector<Instruction> instructions) {
    Phase& phase = phases.emplace_back();
    phase.number = numbers++;
    std::vector<std::vector<Instruction>> jobs;
    for (Instruction& given : instructions) {
        Instruction instruction = resolved(std::move(given));
        if (instruction.mode == Mode::block) {
            phase.in_blocks.push_back(std::move(instruction));
            continue;
        }
        if (instruction.mode != Mode::slice) {
            phase.whole.push_back(std::move(instruction));
            continue;
        }
        // It joins all jobs that it reads from, or writes to, into one.
        std::vector<std::vector<Instruction>> others;
        std::vector<Instruction> joined;
        for (auto& job : jobs) {
            const bool ties = std::any_of(job.begin(), job.end(), [&](const auto& one) {
                return depends(one, instruction);
            });
            if (!ties) {
                others.push_back(std::move(job));
                continue;
            }
            std::move(job.begin(), job.end(), std::back_inserter(joined));
        }
        joined.push_back(std::move(instruction));
        others.push_back(std::move(joined));
        jobs = std::move(others);
    }
    phase.alone = phase.whole.size();
    for (auto& job : jobs) {
        const size_t first = phase.whole.size();
        const int64_t pieces = most_pieces(job.data(), job.data() + job.size());
        std::move(job.begin(), job.end(), std::back_inserter(phase.whole));
        phase.jobs.push_back({first, phase.whole.size(), pieces, numbers++});
    }
}

// Whether one of two slice instructions writes what the other touches.
template <class T>
bool Plan<T>::depends(const Instruction& one, const Instruction& other) const {
    const auto touched = [&](const Instruction& instruction) {
        std::vector<const Buffer*> found;
        if (instruction.code == Code::map) {
            for (const MapOperand& x : maps[instruction.map].operands) {
                if (x.buffer->place != Place::scalar) found.push_back(x.buffer);
            }
        } else {
            for (const Buffer* buffer : instruction.buffers) {
                if (buffer) found.push_back(buffer);
            }
        }
        return found;
    };
    const auto written = [&](const Instruction& instruction) {
        std::vector<const Buffer*> found;
        if (instruction.code != Code::map) return std::vector{instruction.buffers[0]};
        const MapPlan<T>& plan = maps[instruction.map];
        for (const MapStep<T>& x : plan.steps) {
            if (x.to < static_cast<int>(plan.operands.size())) {
                found.push_back(plan.operands[x.to].buffer);
            }
        }
        return found;
    };
    const auto meet = [](const auto& some, const auto& others) {
        return std::find_first_of(some.begin(), some.end(), others.begin(), others.end()) !=
               some.end();
    };
    return meet(written(one), touched(other)) || meet(touched(one), written(other));
}

// Elements of a slice instruction that is cut anywhere in a flat array, else 0.
template <class T>
int64_t Plan<T>::flat_size(const Instruction& instruction) const {
    if (instruction.code == Code::map) {
        const MapPlan<T>& plan = maps[instruction.map];
        return plan.is_flat ? plan.shape->rows * plan.shape->ld : 0;
    }
    const bool combines =
        instruction.code == Code::combine_sum || instruction.code == Code::combine_max;
    return combines ? instruction.buffers[0]->rows * instruction.buffers[0]->ld : 0;
}

template <class T>
int64_t Plan<T>::most_pieces(const Instruction* first, const Instruction* last) const {
    const int64_t size = flat_size(*first);
    if (last - first > 1) {
        // One piece has to mean the same part of the array to all of them.
        const bool alike = std::all_of(
            first, last, [&](const Instruction& one) { return flat_size(one) == size; });
        return alike ? std::max<int64_t>(1, size / piece_elements) : 1;
    }
    switch (first->code) {
        case Code::map: {
            const Buffer& shape = *maps[first->map].shape;
            const int64_t pieces = shape.rows * shape.ld / piece_elements;
            return size ? pieces : std::min(shape.rows, pieces);
        }
        case Code::combine_sum:
        case Code::combine_max: return size / piece_elements;
        case Code::matmul: return first->buffers[0]->columns / piece_columns;
        case Code::contract_rows: return first->buffers[0]->rows / piece_rows;
        case Code::transpose: return first->buffers[1]->rows / piece_rows;
        default: return 1;
    }
}

template class Plan<float>;
template class Plan<double>;

}  // namespace neurona
