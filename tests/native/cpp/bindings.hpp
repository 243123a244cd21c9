// What the tests' module is made of.
#pragma once

#include <nanobind/nanobind.h>

namespace neurona {

// The kernels of the engine's own module, with its instruction sets: taken from there, so
// that what is tested is what is shipped.
void borrow_kernels(nanobind::handle engine_module);

void bind_kernels(nanobind::module_& module);
void bind_memory_trial(nanobind::module_& module);

}  // namespace neurona
