// Memory that is refused when a test wishes so.
#pragma once

#include <cstdint>

namespace neurona::refused_memory {

// From now on, allocation number `which` (counted from 0) of this module fails, once.
void begin(int64_t which);

// No more of them fail. Returns how many were asked for.
int64_t end();

// Blocks that were not given back yet.
int64_t blocks();

}  // namespace neurona::refused_memory
