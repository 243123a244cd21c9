#pragma once

#include <nanobind/nanobind.h>

namespace neurona {

void bind_test_hooks(nanobind::module_& module);

}  // namespace neurona
