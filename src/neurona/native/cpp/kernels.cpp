// The table of one instruction set. Compiled once for each, with NEURONA_ISA its name
// (baseline, avx2 or avx512) and the compiler told to use it; on a processor family that
// has no such set, without flags, it says that there is none.
#include "kernel_parts.hpp"

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

template <class T>
Kernels<T> make_table() {
    Kernels<T> table{};
    table.name = shown_name;
    table.width = width<T>;
    put_maps(table);
    put_functions(table);
    put_products(table);
    put_reductions(table);
    put_softmax(table);
    put_moves(table);
    return table;
}

// Null where this machine lacks the set: none of its code runs then.
template <class T>
const Kernels<T>* table_or_null() {
    if (!machine_has()) return nullptr;
    static const Kernels<T> table = make_table<T>();
    return &table;
}

}  // namespace NEURONA_ISA

template <>
const Kernels<float>* NEURONA_JOIN(kernels_, NEURONA_ISA)<float>() {
    return NEURONA_ISA::table_or_null<float>();
}

template <>
const Kernels<double>* NEURONA_JOIN(kernels_, NEURONA_ISA)<double>() {
    return NEURONA_ISA::table_or_null<double>();
}

}  // namespace neurona
