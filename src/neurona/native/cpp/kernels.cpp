// The table of one instruction set. Compiled once for each, with NEURONA_ISA its name
// (baseline, avx2 or avx512) and the compiler told to use it; on a processor family that
// has no such set, without flags, it says that there is none.
#include "kernels.hpp"

#include <utility>

#include "gather.hpp"
#include "map.hpp"
#include "matmul.hpp"
#include "philox.hpp"
#include "reductions.hpp"
#include "transpose.hpp"

namespace neurona {
namespace NEURONA_ISA {

#define NEURONA_TEXT_OF(name) #name
#define NEURONA_TEXT(name) NEURONA_TEXT_OF(name)
#define NEURONA_JOIN_OF(a, b) a##b
#define NEURONA_JOIN(a, b) NEURONA_JOIN_OF(a, b)

constexpr bool same(const char* a, const char* b) {
    while (*a != 0 && *a == *b) ++a, ++b;
    return *a == *b;
}

constexpr bool is_avx2 = same(NEURONA_TEXT(NEURONA_ISA), "avx2");
constexpr bool is_avx512 = same(NEURONA_TEXT(NEURONA_ISA), "avx512");

#if defined(__aarch64__)
constexpr const char* shown_name = "neon";
#else
constexpr const char* shown_name = NEURONA_TEXT(NEURONA_ISA);
#endif

bool machine_has() {
#if defined(__AVX512F__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("fma");
#elif defined(__AVX2__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return !is_avx2 && !is_avx512;
#endif
}

template <class T, int... ops>
constexpr Kernels<T> make_table(std::integer_sequence<int, ops...>) {
    return {shown_name,
            width<T>,
            {map_kernels<static_cast<Op>(ops), T>()...},
            matmul<T>,
            product_kernel<T>,
            transpose<T>,
            sum<T>,
            reduce_rows<Add, T>,
            reduce_rows<Largest, T>,
            reduce_columns<Add, T>,
            reduce_columns<Largest, T>,
            softmax<T>,
            log_sum_exp<T>,
            cross_entropy<false, T>,
            cross_entropy<true, T>,
            softmax_slope<T>,
            join_parts<Add, T>,
            join_parts<Largest, T>,
            moments_step<T>,
            gather_rows<T>,
            mask<T>,
            permutation};
}

template <class T>
constexpr Kernels<T> table =
    make_table<T>(std::make_integer_sequence<int, static_cast<int>(Op::count)>{});

}  // namespace NEURONA_ISA

template <>
const Kernels<float>* NEURONA_JOIN(kernels_, NEURONA_ISA)<float>() {
    return NEURONA_ISA::machine_has() ? &NEURONA_ISA::table<float> : nullptr;
}

template <>
const Kernels<double>* NEURONA_JOIN(kernels_, NEURONA_ISA)<double>() {
    return NEURONA_ISA::machine_has() ? &NEURONA_ISA::table<double> : nullptr;
}

}  // namespace neurona
