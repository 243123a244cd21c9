// Runs a plan's steps: which thread does what, and when.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "calls.hpp"
#include "plan.hpp"
#include "run.hpp"
#include "team.hpp"
#include "worker.hpp"

namespace neurona {

template <class T>
class Runner {
  public:
    // Both are to outlive it.
    Runner(const Plan<T>& plan, T* arena) : plan_(plan), arena_(arena) {}

    // Returns the number of steps done: all of them, unless `asked`, which is called now
    // and then, said that the run is to end. What lasts from step to step is as those left
    // it: a step is abandoned only before it changes any of that. Throws StrayIndex, and
    // what `asked` throws; then what lasts is to be written anew.
    int64_t run(const RunRequest& run, const InputRows* inputs, int threads,
                const std::function<bool()>& asked);

  private:
    // Which pieces of a thread's share are taken, and which are done, by the number of the
    // step that they were last: lines of their own, since others look at them seldom.
    struct alignas(64) Share {
        std::atomic<int64_t> taken[most_blocks];
        alignas(64) std::atomic<int64_t> done[most_blocks];
    };

    // All that the threads of a run need, before the first of them begins: none of them
    // could leave the others waiting for it.
    void prepare(const RunRequest& run, int threads);
    // Returns the number of steps done.
    int64_t work(const RunRequest& run, const InputRows* inputs, Team& team,
                 int thread) noexcept;
    void run_phase(const Phase& phase, const CurrentStep& step, Worker<T>& worker);
    // Of a phase, what all threads do for themselves or one for all, in order.
    bool run_alone(const Phase& phase, const CurrentStep& step, Worker<T>& worker);
    // What nobody has taken of a thread's share: its own, or one that it is late with. In
    // vain, it is taken and not done, for nobody to begin with it.
    void run_share(const Phase& phase, const CurrentStep& step, Worker<T>& worker, int owner,
                   bool in_vain);
    // Until others have done what they took of a thread's own share.
    void wait_for_takers(const Phase& phase, const CurrentStep& step, const Worker<T>& worker);
    // These say whether to go on, and not to leave.
    bool run_piece(const Phase& phase, const ThreadJob& job, const CurrentStep& step,
                   Worker<T>& worker, int piece, int pieces);
    bool run_block(const Phase& phase, const CurrentStep& step, Worker<T>& worker, int64_t block);
    // A thread's share of a job, or of the blocks of a phase.
    Share& share_of(size_t number, int owner) {
        return shares_[number * workers_.size() + owner];
    }
    // Whether a piece was still to be had.
    bool take(size_t number, int owner, int64_t piece, const CurrentStep& step) {
        auto& taken = share_of(number, owner).taken[piece];
        return taken.load(std::memory_order_relaxed) != step.stamp &&
               taken.exchange(step.stamp, std::memory_order_relaxed) != step.stamp;
    }
    void note_done(size_t number, int owner, int64_t piece, const CurrentStep& step) {
        share_of(number, owner).done[piece].store(step.stamp, std::memory_order_release);
    }

    const Plan<T>& plan_;
    T* const arena_;
    std::vector<Worker<T>> workers_;
    std::vector<Share> shares_;        // by number of job or phase, then by thread
    CallList<T> calls_[2];             // of full batches, and of a shorter one at an epoch's end
    std::vector<double> sums_before_;  // the step at hand
    int64_t stamps_ = 0;               // that were given out
};

}  // namespace neurona
