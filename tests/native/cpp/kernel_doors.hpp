// Doors into the kernels for the tests: dense arrays in, dense arrays out.
//
// Arrays are copied into padded ones whose padding is NaN, so that a kernel that lets
// padding reach data shows it. An unknown name, or an instruction set that this machine
// lacks, is a std::invalid_argument.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels.hpp"

namespace neurona::doors {

// Instruction sets that this build and machine have: of baseline, avx2, avx512.
std::vector<std::string> instruction_sets();

// The operation of a name in map_operations.hpp.
Op op_named(const std::string& name);

template <class T>
const Kernels<T>& kernels_of(const std::string& isa);

// d[i] = op(a[i], b[i], c[i]); an operand that the operation lacks may be null. False,
// with nothing done, if there is no kernel for these operands being single numbers.
template <class T>
bool kernel_map(const std::string& isa, Op op, int singles, int64_t n, const T* a, const T* b,
                const T* c, const T* numbers, T* d);

// C (m, n) = A B + bias, A (m, k) or, transposed, given as (k, m); bias and gate may be
// null.
template <class T>
void kernel_matmul(const std::string& isa, int64_t m, int64_t n, int64_t k, const T* A,
                   const T* B, const T* bias, const T* gate, bool relu, bool transposed_a,
                   T* C);

// Bt (n, k) from B (k, n).
template <class T>
void kernel_transpose(const std::string& isa, int64_t k, int64_t n, const T* B, T* Bt);

// name: sum (1 result), sum_rows, max_rows, sum_parts or max_parts (n), sum_columns,
// max_columns, log_sum_exp, cross_entropy or cross_entropy_of_class (m), softmax or a
// quarter of its slope, softmax_slope (m n). Only the cross-entropies and the slope take a
// target (m, n), those by class the classes in its first column.
// Returns how many results were written; out has room for m n + n + m + 1.
template <class T>
int64_t kernel_reduce(const std::string& isa, const std::string& name, int64_t m, int64_t n,
                      const T* A, const T* target, T* out);

template <class T>
void kernel_mask(const std::string& isa, uint64_t seed, uint64_t stream, uint64_t step,
                 double rate, int64_t first_row, int64_t rows, int64_t columns, T* out);

void kernel_permutation(const std::string& isa, uint64_t seed, uint64_t stream, uint64_t step,
                        int64_t count, int64_t* order);

// The worst of many results, against the same function in more precision.
struct Worst {
    double ulps = 0;     // of the exact result; infinite where NaN, ∞ or a sign is wrong
    double input = 0;
    double output = 0;
};

// Over the float32 patterns first_bits, first_bits + stride, … below last_bits, against
// the C library in double precision. Several threads; subnormals are kept.
Worst ulp_sweep(const std::string& isa, Op op, uint64_t first_bits, uint64_t last_bits,
                uint64_t stride, int threads);

// Over given numbers, against the C library in long double precision (of use where that
// is wider than double).
template <class T>
Worst ulp_errors(const std::string& isa, Op op, int64_t n, const T* a);

// Best time of one call in seconds, `repeats` tried, operands warm.
template <class T>
double time_map(const std::string& isa, Op op, int64_t n, const T* a, const T* b, int repeats);
template <class T>
double time_matmul(const std::string& isa, int64_t m, int64_t n, int64_t k, bool transposed_a,
                   int repeats);

}  // namespace neurona::doors
