// Memory full of zeros that begins at a multiple of 64 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace neurona {

constexpr size_t alignment = 64;

// Bytes that are zero, or null where there are not so many; the tests' module refuses them
// at will.
void* zeroed_memory(size_t bytes);
void free_memory(void* block);

// Much of it comes from the system page by page, as it is touched: in large pages where there
// are any, since gigabytes in small ones take a twentieth of a second even to give back.
template <class T>
class Memory {
  public:
    // Throws std::bad_alloc where there is not enough.
    explicit Memory(int64_t elements) {
        constexpr int64_t most = (PTRDIFF_MAX - alignment) / sizeof(T);
        if (elements > most) throw std::bad_alloc();
        const size_t bytes = static_cast<size_t>(elements) * sizeof(T) + alignment;
        block_.reset(zeroed_memory(bytes));
        if (block_ == nullptr) throw std::bad_alloc();
        first_ = static_cast<T*>(aligned(alignment));
#if defined(__linux__)
        if (bytes > 2 * large_page) {
            char* first = static_cast<char*>(aligned(large_page));
            madvise(first, bytes - large_page, MADV_HUGEPAGE);
        }
#endif
    }

    T* data() const { return first_; }

  private:
    struct Free {
        void operator()(void* block) const { free_memory(block); }
    };
    static constexpr size_t large_page = size_t{1} << 21;

    void* aligned(size_t unit) const {
        const auto address = reinterpret_cast<uintptr_t>(block_.get());
        return reinterpret_cast<void*>((address + unit - 1) / unit * unit);
    }

    std::unique_ptr<void, Free> block_;
    T* first_ = nullptr;
};

}  // namespace neurona
