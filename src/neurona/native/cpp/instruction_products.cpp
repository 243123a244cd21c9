// Products of matrices, and transposes.
#include <algorithm>

#include "instances.hpp"
#include "instructions.hpp"
#include "slices.hpp"

namespace neurona {
namespace {

// Multiplications of a few milliseconds; and the least of a product that is worth a call.
constexpr int64_t long_product = int64_t{1} << 28;
constexpr int64_t least_piece_rows = 160, least_piece_columns = 144;
// Whole lines: kernels read rows to the end of a vector.
constexpr int64_t piece_step = 48;

// The length of even parts of a number of rows, at most so long if that is not too short.
int64_t even_part(int64_t count, int64_t most, int64_t least) {
    if (count <= most || count < 2 * least) return count;
    const int64_t parts = std::min((count + most) / (most + 1), count / least);
    return (count + parts - 1) / parts;
}

// Short enough for a step to be abandoned between two of them.
template <class T>
void multiply_in_pieces(const MatrixProduct<T>& whole, const Turn<T>& turn) {
    // Rows first, as the kernels do; evenly, since they are slow with a few.
    int64_t high =
        even_part(whole.m, long_product / (whole.n * whole.k + 1), least_piece_rows);
    high = (high + piece_step - 1) / piece_step * piece_step;
    const int64_t most_wide = long_product / (high * whole.k + 1);
    const int64_t wide = even_part(whole.n, most_wide, least_piece_columns);
    const int64_t columns = (wide + piece_step - 1) / piece_step * piece_step;
    for (int64_t i = 0; i < whole.m; i += high) {
        for (int64_t j = 0; j < whole.n; j += columns) {
            if (i + j > 0 && turn.step.team->wishes_to_leave(turn.worker.thread)) return;
            MatrixProduct<T> x = whole;
            x.m = std::min(high, whole.m - i);
            x.n = std::min(columns, whole.n - j);
            x.A += x.across ? i : i * x.stride;
            x.B += j;
            x.C += i * x.ldc + j;
            if (x.bias) x.bias += j;
            if (x.gate) x.gate += i * x.ldg + j;
            turn.kernels().matmul(x);
        }
    }
}

}  // namespace

template <class T>
bool is_long(const MatrixProduct<T>& x) {
    return x.m * x.n * x.k > long_product;
}

template <class T>
MatrixProduct<T> product_of(const Instruction& instruction, const Turn<T>& turn) {
    // matmul: C; A; B; bias, gate or -1; activation. contract_rows: C; A; B.
    const Buffer& c = *instruction.buffers[0];
    const Buffer& a = *instruction.buffers[1];
    const Buffer& b = *instruction.buffers[2];
    const bool is_sliced = instruction.mode == Mode::slice;
    MatrixProduct<T> x{turn.rows(c), c.columns, a.columns, turn.at(a), a.ld, false,
                       turn.at(b), b.ld, turn.at(c), c.ld,
                       nullptr, Activation::identity, nullptr, 0};
    if (instruction.code == Code::contract_rows) {
        // All rows of the batch where sliced: what is shared are the rows of C.
        x.across = true;
        x.k = is_sliced && a.batched() ? turn.step.rows : turn.rows(a);
        if (is_sliced) {
            const Slice part = lines_of<T>(c.rows, turn.piece, turn.pieces);
            x.m = part.last - part.first;
            x.A += part.first;
            x.C += part.first * c.ld;
        }
        return x;
    }
    x.activation = static_cast<Activation>(instruction.arguments[4]);
    if (const Buffer* third = instruction.buffers[3]) {
        const bool is_gate = x.activation == Activation::gate;
        (is_gate ? x.gate : x.bias) = turn.at(*third);
        x.ldg = third->ld;
    }
    if (is_sliced) {
        // All rows, and a part of the columns: B is read once by all threads.
        if (c.batched()) x.m = turn.step.rows;
        const Slice part = lines_of<T>(c.columns, turn.piece, turn.pieces);
        x.n = part.last - part.first;
        x.B += part.first;
        x.C += part.first;
        if (x.bias) x.bias += part.first;
        if (x.gate) x.gate += part.first;
    }
    return x;
}

template <class T>
void multiply(const Instruction& instruction, const Turn<T>& turn) {
    const MatrixProduct<T> x = product_of(instruction, turn);
    if (x.m <= 0 || x.n <= 0) return;
    if (!turn.step.may_be_abandoned || !is_long(x)) return turn.kernels().matmul(x);
    multiply_in_pieces(x, turn);
}

template <class T>
void transpose(const Instruction& instruction, const Turn<T>& turn) {
    // out (n, k); in (k, n)
    const Buffer& out = *instruction.buffers[0];
    const Buffer& in = *instruction.buffers[1];
    Slice share{0, in.rows};
    if (instruction.mode == Mode::slice) share = part_of(in.rows, turn.piece, turn.pieces);
    if (share.first >= share.last) return;
    turn.kernels().transpose(share.last - share.first, in.columns,
                             turn.at(in) + share.first * in.ld, in.ld,
                             turn.at(out) + share.first, out.ld);
}

NEURONA_INSTRUCTION(multiply);
NEURONA_INSTRUCTION(transpose);
template bool is_long(const MatrixProduct<float>&);
template bool is_long(const MatrixProduct<double>&);
template MatrixProduct<float> product_of(const Instruction&, const Turn<float>&);
template MatrixProduct<double> product_of(const Instruction&, const Turn<double>&);

}  // namespace neurona
