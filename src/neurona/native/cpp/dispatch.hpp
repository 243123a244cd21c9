// Which kernels run: the best that this build has and this machine can execute, or the
// ones asked for by name.
#pragma once

#include <string_view>
#include <vector>

#include "kernels.hpp"

namespace neurona {

// Every table that can run here, the widest last; the baseline is always there.
template <class T>
std::vector<const Kernels<T>*> available_kernels();

// The table of that name; std::invalid_argument, naming those that exist, if this build
// or machine lacks it. "baseline" is the first table whatever its own name.
template <class T>
const Kernels<T>& kernels_named(std::string_view name);

// The table that the environment variable NEURONA_ISA names, else the widest.
template <class T>
const Kernels<T>& chosen_kernels();

}  // namespace neurona
