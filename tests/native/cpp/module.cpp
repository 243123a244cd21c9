// The Python module neurona.native._engine_tests: doors into the engine for its tests.
#include "bindings.hpp"

namespace nb = nanobind;

NB_MODULE(_engine_tests, module) {
    module.doc() = "Doors into the native engine for its tests.";
    neurona::borrow_kernels(nb::module_::import_("neurona.native._engine"));
    neurona::bind_kernels(module);
    neurona::bind_memory_trial(module);
}
