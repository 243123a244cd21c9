// By which one thread asks the run of another to end.
#pragma once

#include <atomic>

namespace neurona {

// It passes on nothing but itself, so nothing need be in order with it.
class AtomicStop {
  public:
    void set() { set_.store(true, std::memory_order_relaxed); }
    void clear() { set_.store(false, std::memory_order_relaxed); }
    bool is_set() const { return set_.load(std::memory_order_relaxed); }

  private:
    std::atomic<bool> set_{false};
};

}  // namespace neurona
