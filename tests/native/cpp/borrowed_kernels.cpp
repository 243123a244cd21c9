// In place of the compiled kernels: those of the engine's own module.
#include "bindings.hpp"
#include "kernel_tables.hpp"

namespace nb = nanobind;

namespace neurona {
namespace {

const KernelTables* tables = nullptr;

}  // namespace

void borrow_kernels(nb::handle engine_module) {
    const nb::object capsule = engine_module.attr(kernel_tables_name);
    tables = static_cast<const KernelTables*>(nb::cast<nb::capsule>(capsule).data());
}

template <>
const Kernels<float>* kernels_baseline<float>() { return tables->singles[0]; }
template <>
const Kernels<float>* kernels_avx2<float>() { return tables->singles[1]; }
template <>
const Kernels<float>* kernels_avx512<float>() { return tables->singles[2]; }
template <>
const Kernels<double>* kernels_baseline<double>() { return tables->doubles[0]; }
template <>
const Kernels<double>* kernels_avx2<double>() { return tables->doubles[1]; }
template <>
const Kernels<double>* kernels_avx512<double>() { return tables->doubles[2]; }

}  // namespace neurona
