// The Python module neurona.native._engine; its types stand in ../_engine.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <vector>

#include "dispatch.hpp"
#include "engine_binding.hpp"
#include "kernel_tables.hpp"
#include "program.hpp"

namespace nb = nanobind;

namespace {

std::string isa() { return neurona::chosen_kernels<float>().name; }

std::vector<std::string> isas() {
    std::vector<std::string> names;
    for (const auto* table : neurona::available_kernels<float>()) names.push_back(table->name);
    return names;
}

// What Python calls things by: the position of a name is its code.
#define NEURONA_TEXT(name, ...) #name,
const std::vector<std::string> codes{NEURONA_CODES(NEURONA_TEXT)};
const std::vector<std::string> modes{NEURONA_MODES(NEURONA_TEXT)};
const std::vector<std::string> places{NEURONA_PLACES(NEURONA_TEXT)};
const std::vector<std::string> spreads{NEURONA_SPREADS(NEURONA_TEXT)};

// Name, arrays, numbers, and whether it is a function rather than a few instructions.
nb::tuple operations() {
    nb::list found;
    for (const neurona::OperationTraits& x : neurona::map_operations) {
        found.append(nb::make_tuple(x.name, x.arrays, x.numbers, x.is_function));
    }
    return nb::tuple(found);
}

nb::capsule kernel_tables() {
    using namespace neurona;
    static const KernelTables tables{
        {kernels_baseline<float>(), kernels_avx2<float>(), kernels_avx512<float>()},
        {kernels_baseline<double>(), kernels_avx2<double>(), kernels_avx512<double>()}};
    return nb::capsule(&tables, neurona::kernel_tables_name);
}

}  // namespace

NB_MODULE(_engine, module) {
#ifdef NDEBUG
    // What an interpreter that ends has not destroyed is no concern of its user's.
    nb::set_leak_warnings(false);
#endif
    module.doc() = "Programs run by compiled kernels.";
    module.attr("version") = NEURONA_VERSION;
    module.attr("sources") = NEURONA_SOURCES;
    module.def("isa", &isa, "Instruction set in use: NEURONA_ISA, else the widest.");
    module.def("isas", &isas, "Instruction sets of this build and machine, the widest last.");
    module.attr("operations") = operations();
    module.attr("codes") = nb::tuple(nb::cast(codes));
    module.attr("modes") = nb::tuple(nb::cast(modes));
    module.attr("places") = nb::tuple(nb::cast(places));
    module.attr("spreads") = nb::tuple(nb::cast(spreads));
    neurona::bind_engines(module);
    module.attr(neurona::kernel_tables_name) = kernel_tables();
}
