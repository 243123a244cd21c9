// Elementwise operations over chunks of arrays.
#include <algorithm>

#include "instances.hpp"
#include "instructions.hpp"
#include "slices.hpp"

namespace neurona {
namespace {

// The elements of the whole that a turn is for.
template <class T>
Slice share_of(const MapPlan<T>& map, bool sliced, const Turn<T>& turn) {
    const int64_t width = map.shape->ld;
    const Slice all{0, turn.rows(*map.shape) * width};
    if (!sliced) return all;
    if (map.is_flat) return slice_of(all.last, turn.piece, turn.pieces);
    // Rows are not cut: the slice is that of whole rows.
    const Slice rows = part_of(map.shape->rows, turn.piece, turn.pieces);
    return {rows.first * width, rows.last * width};
}

}  // namespace

template <class T>
void place_map(const MapPlan<T>& map, int64_t first, const Turn<T>& turn, T** place) {
    for (const MapOperand& x : map.operands) {
        T* values = turn.at(*x.buffer);
        *place++ = x.spread == Spread::full ? values + first : values;
    }
    for (int64_t i = 0; i < map.temporaries; ++i) {
        *place++ = turn.worker.temporaries + i * turn.plan.map_chunk;
    }
}

template <class T>
void map(const Instruction& instruction, const Turn<T>& turn) {
    const MapPlan<T>& plan = turn.plan.maps[instruction.map];
    const Slice slice = share_of(plan, instruction.mode == Mode::slice, turn);
    if (slice.first >= slice.last) return;
    const int64_t width = plan.shape->ld;
    T* place[most_map_places];
    place_map(plan, slice.first, turn, place);
    const T* columns[most_map_places];
    if (!plan.is_direct) {
        const int64_t most = std::min(plan.chunk, slice.last - slice.first);
        for (size_t i = 0; i < plan.operands.size(); ++i) {
            const MapOperand& x = plan.operands[i];
            const bool is_read_there =
                x.spread == Spread::full || (x.spread == Spread::number && !x.is_filled);
            if (is_read_there) continue;
            const T* values = place[i];
            place[i] = turn.worker.temporaries +
                       (plan.temporaries + static_cast<int64_t>(i)) * turn.plan.map_chunk;
            if (x.spread == Spread::row) {
                for (int64_t r = 0; r < most; r += width) std::copy_n(values, width, place[i] + r);
            } else if (x.spread == Spread::column) {
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
                if (plan.operands[i].spread != Spread::column) continue;
                const int64_t ld = plan.operands[i].buffer->ld;
                for (int64_t r = 0; r < count; r += width, columns[i] += ld) {
                    std::fill_n(place[i] + r, width, *columns[i]);
                }
            }
        }
        plan.each_call(count, place, [&](const auto& call) { call.run(turn.kernels()); });
        left -= count;
        if (left == 0) return;
        for (size_t i = 0; i < plan.operands.size(); ++i) {
            if (plan.operands[i].spread == Spread::full) place[i] += count;
        }
    }
}

NEURONA_INSTRUCTION(map);
template void place_map(const MapPlan<float>&, int64_t, const Turn<float>&, float**);
template void place_map(const MapPlan<double>&, int64_t, const Turn<double>&, double**);

}  // namespace neurona
