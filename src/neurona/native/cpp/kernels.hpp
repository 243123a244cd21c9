// What an instruction set must offer: one table of functions per precision.
//
// The table's source (kernels.cpp and what it includes) is compiled once for every
// instruction set, with NEURONA_ISA naming it, and the machine's best is chosen at run
// time. Nothing here allocates, throws, or depends on anything but the C++ library.
#pragma once

#include <cstdint>

#include "map_operations.hpp"

namespace neurona {

// d[i] = op(a[i], b[i], c[i]) for n elements, with numbers s and t where it has them; d
// may be a, b or c.
template <class T>
using MapKernel = void (*)(int64_t n, const T* a, const T* b, const T* c, const T* numbers,
                           T* d);

// By which of a, b and c (bits 0, 1, 2) is one number that stands for all n elements;
// null where that is not offered. None of them is always offered.
template <class T>
struct MapKernels {
    MapKernel<T> of[8];
};

enum class Activation : int32_t {
    identity,
    relu,
    gate,   // the product where a matrix of its shape is above 0, else 0: a ReLU's gradient
};

// C (m, n) = A (m, k) B (k, n) + bias, then the activation.
//
// B and C are row-major with ldb, ldc multiples of 64 bytes, rows padded up to them: whole
// vectors of C's padding are written, those of B's are read but never reach data. The order
// of every sum is p = 0 .. k-1, whatever m and n: rows and columns can be cut anywhere
// without changing bits.
template <class T>
struct MatrixProduct {
    int64_t m, n, k;
    const T* A;
    int64_t stride;
    bool across;      // element (i, p) is A[i + p * stride], else A[i * stride + p]
    const T* B;
    int64_t ldb;
    T* C;
    int64_t ldc;
    const T* bias;    // padded like a row of C, or null
    Activation activation;
    const T* gate;    // read only where the activation asks
    int64_t ldg;
};

template <class T>
using ProductKernel = void (*)(const MatrixProduct<T>& product);

template <class T>
struct Kernels {
    const char* name;    // "baseline", "avx2", "avx512", "neon"
    int64_t width;       // elements of a vector register

    MapKernels<T> map[map_operation_count];

    void (*matmul)(const MatrixProduct<T>& product);
    // The function that this calls for products of the same sizes and kind.
    ProductKernel<T> (*product_kernel)(const MatrixProduct<T>& like);

    // Bt (n, k) = transpose of B (k, n).
    void (*transpose)(int64_t k, int64_t n, const T* B, int64_t ldb, T* Bt, int64_t ldt);

    // Sum of n numbers in an order fixed by n alone.
    double (*sum)(int64_t n, const T* a);
    // out[j] = sum over i of A[i * lda + j], i in order; n columns.
    void (*sum_rows)(int64_t m, int64_t n, const T* A, int64_t lda, T* out);
    // out[j] = max over i of A[i * lda + j]; NaN if one is.
    void (*max_rows)(int64_t m, int64_t n, const T* A, int64_t lda, T* out);
    // out[i * out_stride] = sum (or max) over the n columns of row i.
    void (*sum_columns)(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t out_stride);
    void (*max_columns)(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t out_stride);
    // Row by row over n columns, without overflow; padding columns of out are zeroed.
    void (*softmax)(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t ldo);
    void (*log_sum_exp)(int64_t m, int64_t n, const T* A, int64_t lda, T* out, int64_t out_stride);
    // ln sum e^z - sum t z about the largest logit, as reference/definitions.py has it.
    void (*cross_entropy)(int64_t m, int64_t n, const T* Z, int64_t ldz, const T* target,
                          int64_t ldt, T* out, int64_t out_stride);
    // The same where the target is 1 for the class of the row, and 0 for the others.
    void (*cross_entropy_of_class)(int64_t m, int64_t n, const T* Z, int64_t ldz,
                                   const T* classes, int64_t stride, T* out,
                                   int64_t out_stride);
    // (softmax - that target) scale; padding columns of out are zeroed.
    void (*softmax_slope)(int64_t m, int64_t n, const T* Z, int64_t ldz, const T* classes,
                          int64_t stride, T scale, T* out, int64_t ldo);

    // The sum (or maximum) of `count` arrays, `stride` apart, in their order; whole lines.
    void (*sum_parts)(int64_t count, int64_t n, const T* parts, int64_t stride, T* out);
    void (*max_parts)(int64_t count, int64_t n, const T* parts, int64_t stride, T* out);
    // weighted_sum (into m), weighted_square_sum (into v), shifted_root and quotient_step
    // in one pass, with their seven numbers; d may be a.
    void (*moments_step)(int64_t n, const T* a, const T* g, T* m, T* v, const T* numbers, T* d);
    // Row i of out is row order[i] of the data, which has no padding.
    void (*gather_rows)(int64_t count, int64_t columns, const T* data, const int64_t* order,
                        T* out, int64_t ldo);

    // Rows first_row .. first_row + rows - 1 of a random mask that has `columns` columns:
    // 1 where the element is kept, else 0. Bits as reference/random_numbers.py has them.
    void (*mask)(uint64_t seed, uint64_t stream, uint64_t step, double rate,
                 int64_t first_row, int64_t rows, int64_t columns, T* out, int64_t ldo);
    // Random order of 0 .. count - 1; scratch has 3 count words.
    void (*permutation)(uint64_t seed, uint64_t stream, uint64_t step, int64_t count,
                        int64_t* order, uint64_t* scratch);
};

// The tables that were compiled in; null where this build or machine lacks one.
template <class T>
const Kernels<T>* kernels_baseline();
template <class T>
const Kernels<T>* kernels_avx2();
template <class T>
const Kernels<T>* kernels_avx512();

template <>
const Kernels<float>* kernels_baseline<float>();
template <>
const Kernels<double>* kernels_baseline<double>();
template <>
const Kernels<float>* kernels_avx2<float>();
template <>
const Kernels<double>* kernels_avx2<double>();
template <>
const Kernels<float>* kernels_avx512<float>();
template <>
const Kernels<double>* kernels_avx512<double>();

}  // namespace neurona
