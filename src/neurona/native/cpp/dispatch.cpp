#include "dispatch.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#if defined(_MSC_VER) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace neurona {
namespace {

// What the processor has and the operating system saves on a context switch: without the
// latter, the instructions exist but may not be used.
struct Machine {
    bool avx2 = false;     // with FMA
    bool avx512 = false;   // F, DQ, BW, VL
};

#if defined(_MSC_VER) && defined(_M_X64)

bool bit(int word, int position) { return (static_cast<unsigned>(word) >> position) & 1u; }

#if defined(__clang__)
__attribute__((target("xsave")))
#endif
Machine detect_machine() {
    enum { eax, ebx, ecx, edx };
    int highest[4], features[4], extended[4];
    __cpuid(highest, 0);
    if (highest[eax] < 7) return {};
    __cpuidex(features, 1, 0);
    __cpuidex(extended, 7, 0);
    const bool os_has_xgetbv = bit(features[ecx], 27);
    if (!os_has_xgetbv) return {};
    const unsigned long long saved = _xgetbv(0);
    const bool saves_ymm = (saved & 0x06) == 0x06;
    const bool saves_zmm = (saved & 0xe6) == 0xe6;
    const bool fma = bit(features[ecx], 12);
    Machine machine;
    machine.avx2 = saves_ymm && fma && bit(features[ecx], 28) && bit(extended[ebx], 5);
    machine.avx512 = machine.avx2 && saves_zmm && bit(extended[ebx], 16) &&
                     bit(extended[ebx], 17) && bit(extended[ebx], 30) &&
                     bit(extended[ebx], 31);
    return machine;
}

#elif defined(__x86_64__)

Machine detect_machine() {
    __builtin_cpu_init();
    Machine machine;
    machine.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    machine.avx512 = machine.avx2 && __builtin_cpu_supports("avx512f") &&
                     __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl");
    return machine;
}

#else

Machine detect_machine() { return {}; }

#endif

}  // namespace

template <class T>
std::vector<const Kernels<T>*> available_kernels() {
    static const Machine machine = detect_machine();
    std::vector<const Kernels<T>*> tables{kernels_baseline<T>()};
    // A table is asked for only where it can run: its function, too, is compiled for it.
    if (machine.avx2) tables.push_back(kernels_avx2<T>());
    if (machine.avx512) tables.push_back(kernels_avx512<T>());
    std::erase(tables, nullptr);
    return tables;
}

template <class T>
const Kernels<T>& kernels_named(std::string_view name) {
    const auto tables = available_kernels<T>();
    if (name == "baseline") return *tables.front();
    std::string known;
    for (const Kernels<T>* table : tables) {
        if (name == table->name) return *table;
        known += (known.empty() ? "" : ", ") + std::string(table->name);
    }
    throw std::invalid_argument("instruction set '" + std::string(name) +
                                "' is not in this build or not on this machine; choose one of " +
                                known);
}

template <class T>
const Kernels<T>& chosen_kernels() {
    const char* asked = std::getenv("NEURONA_ISA");
    if (asked != nullptr && *asked != '\0') return kernels_named<T>(asked);
    return *available_kernels<T>().back();
}

template std::vector<const Kernels<float>*> available_kernels<float>();
template std::vector<const Kernels<double>*> available_kernels<double>();
template const Kernels<float>& kernels_named<float>(std::string_view);
template const Kernels<double>& kernels_named<double>(std::string_view);
template const Kernels<float>& chosen_kernels<float>();
template const Kernels<double>& chosen_kernels<double>();

}  // namespace neurona
