// The kernels of this module for others of the package: a capsule holds this.
#pragma once

#include "kernels.hpp"

namespace neurona {

constexpr const char* kernel_tables_name = "kernel_tables";

// Of baseline, avx2 and avx512; null where this build or machine lacks one.
struct KernelTables {
    const Kernels<float>* singles[3];
    const Kernels<double>* doubles[3];
};

}  // namespace neurona
