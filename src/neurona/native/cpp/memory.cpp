#include "memory.hpp"

#include <cstdlib>

namespace neurona {

void* zeroed_memory(size_t bytes) { return std::calloc(bytes, 1); }

void free_memory(void* block) { std::free(block); }

}  // namespace neurona
