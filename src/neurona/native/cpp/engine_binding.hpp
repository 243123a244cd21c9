#pragma once

#include <nanobind/nanobind.h>

namespace neurona {

void bind_engines(nanobind::module_& module);

}  // namespace neurona
