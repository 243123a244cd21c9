// The threads of one run: where they come from, where they meet, and where they run.
//
// Helper threads last as long as the process and sleep between runs. Several runs at the
// same time, from several threads of Python, each have their own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <vector>

namespace neurona {

class Team {
  public:
    // `asked` says whether the run is to end before its time; thread 0 asks now and then.
    Team(int threads, const std::function<bool()>& asked);

    int threads() const { return threads_; }

    // Where a thread waits until all have come: spinning briefly, then letting others run,
    // then asleep, so that a thread whose processor another process has taken is not
    // waited for at that process's expense. Returns whether all of them are to leave, which
    // they are where one of them wished so and the meeting is one to leave at.
    //
    // `help(other)` is called where another thread is late: to take over some of its work.
    template <class Help>
    bool meet(int thread, bool may_leave, const Help& help) {
        if (threads_ == 1) return may_leave && wish_.load(std::memory_order_relaxed);
        const uint32_t meeting = come(thread, may_leave);
        for (int other = 0; other < threads_; ++other) {
            if (other != thread && !comes_soon(other, meeting)) help(other);
        }
        return wait_for_others(thread, meeting);
    }

    // Until something is so that another thread brings about.
    template <class Condition>
    static void wait_until(const Condition& holds) {
        for (int looks = 0; !holds(); ++looks) looks < long_looks ? pause() : yield();
    }

    // Whether somebody wishes to leave: what is done until the next meeting is in vain.
    bool wishes_to_leave(int thread) {
        // To look at the clock takes as long as a few instructions of a small step.
        if (thread == 0 && --looks_left_ <= 0) ask_if_due();
        return wish_.load(std::memory_order_relaxed);
    }

    // Do a thread's part of the work, and note how long it was kept from it.
    void take_part(int thread, const std::function<void(Team&, int)>& work) noexcept;

    // Time that threads were ready to run and did not, all of them together.
    std::chrono::nanoseconds kept_waiting() const;

    // Throw what `asked` threw: that ended the work too.
    void rethrow() const {
        if (error_) std::rethrow_exception(error_);
    }

  private:
    // Note which processor the thread runs on, and move a helper if another of the team's
    // runs there while some processor has none of them. Linux would leave both together for
    // milliseconds, which is longer than many runs. Thread 0 is the caller's: where that may
    // run is not ours to say, not even for a moment.
    void stand_apart(int thread);

    // Lines of their own: a thread writes its own while others look at its word.
    struct alignas(64) Seat {
        std::atomic<int> processor{-1};
        // Written by the thread itself; the last is for all to read once it is done.
        std::chrono::steady_clock::time_point next_move{};
        std::chrono::nanoseconds asleep{0}, kept_waiting{0};
        // Twice the number of meetings that the thread has come to, and one more if it
        // wished to leave at the last. Whoever waits looks at that of every other thread:
        // a word that all of them changed would travel between processors twice.
        alignas(64) std::atomic<uint32_t> come{0};
        // The thread's own, in the line that it writes with them.
        uint32_t meetings = 0;
        bool wishes = false;   // to leave, at the meeting that it has come to
    };

    static constexpr int long_looks = 1000;

    // Say that a thread has come to its next meeting: the number of that.
    uint32_t come(int thread, bool may_leave);
    bool has_come_to(uint32_t meeting, int thread) const {
        const uint32_t come = seats_[thread].come.load(std::memory_order_acquire);
        return static_cast<int32_t>(come - 2 * meeting) >= 0;
    }
    // Whether another thread comes to a meeting within a few microseconds.
    bool comes_soon(int other, uint32_t meeting) const;
    bool wait_for_others(int thread, uint32_t meeting);
    static void pause();
    static void yield();
    void ask_if_due();
    void note_place(int thread);
    bool shares_processor(int thread) const;

    const int threads_;
    const std::function<bool()>& asked_;
    std::chrono::steady_clock::time_point next_question_, last_look_;
    int looks_left_ = 1, looks_between_ = 1;  // at the clock
    std::vector<Seat> seats_;
    std::exception_ptr error_;
    alignas(64) std::atomic<bool> wish_{false};
};

// Run `work(team, thread)` on this thread, as number 0, and on helpers; return when all are
// done. The work must not throw: others would wait for who left; what `asked` throws ends
// it, and is thrown once all are done. Where the system grants fewer threads than asked for, or other processes leave no
// room for them, fewer do the work.
void work_together(int threads, const std::function<bool()>& asked,
                   const std::function<void(Team&, int)>& work);

}  // namespace neurona
