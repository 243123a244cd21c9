// Memory that begins at a multiple of 64 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace neurona {

constexpr size_t alignment = 64;

template <class T>
T* aligned(std::vector<T>& memory) {
    auto address = reinterpret_cast<uintptr_t>(memory.data());
    return reinterpret_cast<T*>((address + alignment - 1) / alignment * alignment);
}

// How many elements a vector needs for so many aligned ones.
template <class T>
size_t with_slack(int64_t elements) {
    return static_cast<size_t>(elements) + alignment / sizeof(T);
}

}  // namespace neurona
