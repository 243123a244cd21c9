// A program: a short list of instructions over planned buffers.
//
// A step is cut into phases. Within a phase no thread reads what another writes, so
// threads meet only between phases. An instruction runs in one of four modes:
//
//   block   the batch is cut into row blocks by its size alone; a thread takes whole
//           blocks, and what is summed over rows is summed per block, then in block order
//   slice   a whole array is cut into chunks; a thread takes whole chunks
//   single  thread 0 runs it
//   each    every thread runs it for itself: cheaper than to fetch another's result
//
// Neither cut depends on the number of threads, so neither do the bits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace neurona {

constexpr int64_t most_blocks = 8;
constexpr int64_t usual_block_rows = 64;
constexpr int64_t slice_elements = 1024;
constexpr int64_t map_elements = 512;
constexpr int64_t most_map_places = 96;

// Blocks that a batch is cut into, as even as can be.
inline int64_t blocks_of(int64_t rows) {
    const int64_t wanted = (rows + usual_block_rows - 1) / usual_block_rows;
    return std::clamp<int64_t>(wanted, 1, most_blocks);
}

// The words of a program's format: each list makes its enumeration, and the names that
// Python reads from the module.
#define NEURONA_NAME(name, ...) name,

// global    one for the whole step: offset into the arena
// local     one per thread, for the block at hand: offset into its workspace
// partial   one per block: offset into the arena, blocks `stride` apart
// scalar    a number of this step, kept in double precision
#define NEURONA_PLACES(X) X(global) X(local) X(partial) X(scalar)
enum class Place : int64_t { NEURONA_PLACES(NEURONA_NAME) };

struct Buffer {
    Place place;
    int64_t offset;   // elements, or the index of a scalar
    int64_t rows;     // of the whole array; -1 for one row per row of the batch
    int64_t columns;
    int64_t ld;       // elements from one row to the next
    int64_t stride;   // from one block's partial to the next

    bool batched() const { return rows < 0; }
};

#define NEURONA_MODES(X) X(block) X(slice) X(single) X(each)
enum class Mode : int64_t { NEURONA_MODES(NEURONA_NAME) };

// How an operand of a map is spread over the whole.
#define NEURONA_SPREADS(X) X(full) X(row) X(column) X(number)
enum class Spread : int64_t { NEURONA_SPREADS(NEURONA_NAME) };

// X(code, function): the function of instructions.hpp that does it.
#define NEURONA_CODES(X)                                                               \
    X(gather_input, gather_input) /* rows of the data, by the epoch's order */         \
    X(matmul, multiply)                                                                \
    X(contract_rows, multiply)                                                         \
    X(transpose, transpose)                                                            \
    X(map, map)                                                                        \
    X(sum_rows, sum_rows)                                                              \
    X(max_rows, max_rows)                                                              \
    X(sum_columns, sum_columns)                                                        \
    X(max_columns, max_columns)                                                        \
    X(combine_sum, combine_sum) /* partials added in block order */                    \
    X(combine_max, combine_max)                                                        \
    X(softmax, softmax)                                                                \
    X(log_sum_exp, log_sum_exp)                                                        \
    X(cross_entropy, cross_entropy)                                                    \
    X(one_hot, one_hot)                                                                \
    X(gather, gather)                                                                  \
    X(scatter_add, scatter_add)                                                        \
    X(random_mask, random_mask)                                                        \
    X(copy_columns, copy_columns) /* a part of the columns, into a part of them */     \
    X(copy_rows, copy_rows)                                                            \
    X(fill, fill)       /* with zeros */                                               \
    X(reshape, reshape) /* same elements in row-major order, other row length */       \
    X(cross_entropy_of_class, cross_entropy_of_class)                                  \
    /* The gradient of the cross-entropy, times a number. */                           \
    X(softmax_slope, softmax_slope)                                                    \
    X(accumulate, accumulate) /* add a number to a sum kept in double precision */
enum class Code : int64_t { NEURONA_CODES(NEURONA_NAME) };

struct Instruction {
    Code code;
    Mode mode;
    std::vector<int64_t> arguments;
    double number = 0.0;
    size_t map = 0;   // of a map: its plan
    bool is_checked = false;   // of one that reads classes: another has looked at them
    // The first arguments, as far as they number buffers.
    std::array<const Buffer*, 4> buffers{};
};

}  // namespace neurona
