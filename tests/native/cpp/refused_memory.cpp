#include "refused_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include "memory.hpp"

namespace neurona {
namespace {

std::atomic<bool> is_counting{false};
std::atomic<int64_t> asked{0}, refused{-1}, held{0};

void* allocate(size_t bytes, bool zeroed) {
    if (is_counting.load() && asked.fetch_add(1) == refused.load()) return nullptr;
    void* block = zeroed ? std::calloc(bytes, 1) : std::malloc(bytes ? bytes : 1);
    if (block != nullptr) ++held;
    return block;
}

void give_back(void* block) noexcept {
    if (block != nullptr) --held;
    std::free(block);
}

}  // namespace

void* zeroed_memory(size_t bytes) { return allocate(bytes, true); }

void free_memory(void* block) { give_back(block); }

namespace refused_memory {

void begin(int64_t which) {
    asked = 0;
    refused = which;
    is_counting = true;
}

int64_t end() {
    is_counting = false;
    return asked;
}

int64_t blocks() { return held; }

}  // namespace refused_memory
}  // namespace neurona

// Of this module alone: it is linked so that its own calls come here.
void* operator new(size_t bytes) {
    void* block = neurona::allocate(bytes, false);
    if (block == nullptr) throw std::bad_alloc();
    return block;
}
void* operator new[](size_t bytes) { return operator new(bytes); }
void operator delete(void* block) noexcept { neurona::give_back(block); }
void operator delete[](void* block) noexcept { neurona::give_back(block); }
void operator delete(void* block, size_t) noexcept { neurona::give_back(block); }
void operator delete[](void* block, size_t) noexcept { neurona::give_back(block); }

// Lines of their own, as threads' words are, ask for more than malloc's alignment.
void* operator new(size_t bytes, std::align_val_t unit) {
    const size_t size = static_cast<size_t>(unit);
    void* block = neurona::allocate(bytes + size, false);
    if (block == nullptr) throw std::bad_alloc();
    const auto address = reinterpret_cast<uintptr_t>(block);
    auto* first = reinterpret_cast<void**>(address / size * size + size);
    first[-1] = block;
    return first;
}
void operator delete(void* block, std::align_val_t) noexcept {
    if (block != nullptr) neurona::give_back(static_cast<void**>(block)[-1]);
}
void operator delete(void* block, size_t, std::align_val_t unit) noexcept {
    operator delete(block, unit);
}
