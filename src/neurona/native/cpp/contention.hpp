// How many threads are worth starting while other processes want the processors too.
//
// Threads that meet every few microseconds all wait for the one whose processor another
// process has taken: two such threads are slower than one that is left alone. So all runs
// of this process are watched; where threads were ready to run and did not, later runs get
// fewer for a while.
#pragma once

#include <chrono>

namespace neurona {

class Contention {
  public:
    // Of the threads asked for, those worth starting now.
    int threads_worth(int asked) const;

    // After a run on some threads: how long it took, and for how long its threads, all
    // together, were ready to run and did not.
    void learn(int threads, std::chrono::nanoseconds length,
               std::chrono::nanoseconds kept_waiting);

  private:
    using Clock = std::chrono::steady_clock;

    // Of the runs that are not judged yet.
    std::chrono::nanoseconds length_{0}, kept_waiting_{0};
    bool suspected_ = false;  // once is chance: something short ran
    int most_ = 0;  // threads until then
    Clock::time_point until_{};
    std::chrono::nanoseconds pause_{0};
};

}  // namespace neurona
