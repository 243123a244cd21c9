// A program as Python gives it: execute.py makes the tables.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <tuple>
#include <vector>

#include "engine.hpp"

namespace neurona {

namespace py = nanobind;

using Table = py::ndarray<const int64_t, py::ndim<2>, py::c_contig, py::device::cpu>;
using Line = std::tuple<int64_t, int64_t, std::vector<int64_t>, double>;
using Phases = std::vector<std::vector<Line>>;

struct ProgramArguments {
    std::vector<Buffer> buffers;
    std::vector<std::vector<Instruction>> phases;
    int64_t arena, workspace, map_places, scalars, most_rows, lasting_phase;
};

inline std::vector<Buffer> buffers_of(const Table& table) {
    std::vector<Buffer> buffers;
    for (size_t i = 0; i < table.shape(0); ++i) {
        buffers.push_back({static_cast<Place>(table(i, 0)), table(i, 1), table(i, 2),
                           table(i, 3), table(i, 4), table(i, 5)});
    }
    return buffers;
}

inline std::vector<std::vector<Instruction>> phases_of(const Phases& phases) {
    std::vector<std::vector<Instruction>> code;
    for (const auto& phase : phases) {
        code.emplace_back();
        for (const auto& [what, mode, arguments, number] : phase) {
            code.back().push_back({static_cast<Code>(what), static_cast<Mode>(mode), arguments,
                                   number});
        }
    }
    return code;
}

}  // namespace neurona
