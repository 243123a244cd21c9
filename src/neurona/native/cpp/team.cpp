#include "team.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "contention.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <signal.h>
#include <time.h>
#include <unistd.h>
#endif

namespace neurona {
namespace {

using Clock = std::chrono::steady_clock;

// Of a wait: what of it is spent spinning, and then letting others run, before sleep.
constexpr std::chrono::microseconds longest_spin{40}, longest_yield{250};
// Least time between two moves of a waiting thread: where another process keeps threads
// together, moves are of no use.
constexpr std::chrono::microseconds between_moves{10000};

// How late a thread must be for others to take work from it. What they take moves to
// another processor's caches, and back for the next step.
constexpr std::chrono::microseconds patience{4};

// Least time between two questions whether to end, and how many times longer than an answer
// takes: for that another thread of Python may have to pause.
constexpr std::chrono::milliseconds between_questions{10};
constexpr int answers_apart = 10;
// Looks at the clock are not to follow each other faster than the one, or slower than the
// other, where there are chances for more or fewer of them.
constexpr std::chrono::microseconds often{50}, seldom{500};
constexpr int most_between_looks = 64;

void spin() {
#if defined(__x86_64__) || defined(_M_X64)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Number of the processor this thread runs on; -1 where nobody says.
int present_processor() {
#if defined(__linux__)
    return sched_getcpu();
#else
    return -1;
#endif
}

int64_t present_process() {
#if defined(__unix__) || defined(__APPLE__)
    return getpid();
#else
    return 0;
#endif
}

// How long this thread has been running; equal times where nobody says.
std::chrono::nanoseconds time_on_processor() {
#if defined(__unix__) || defined(__APPLE__)
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
#else
    return Clock::now().time_since_epoch();
#endif
}

// Signals are for the threads that Python knows; faults stay with who commits them.
void refuse_signals() {
#if defined(__unix__) || defined(__APPLE__)
    sigset_t signals;
    sigfillset(&signals);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) {
        sigdelset(&signals, fault);
    }
    pthread_sigmask(SIG_SETMASK, &signals, nullptr);
#endif
}

// Return once a word is no longer `value`, and how long of that was sleep. How long a
// pause takes differs tenfold between processors, so time decides. `must_yield` says whether
// whoever changes the word may need this very processor for it: then spinning only delays
// that.
template <class MustYield>
Clock::duration wait_for_change(const std::atomic<uint32_t>& word, uint32_t value,
                                MustYield must_yield) {
    const auto began = Clock::now();
    auto waited = Clock::duration{};
    while (waited < longest_yield) {
        for (int spins = 0; spins < 32; ++spins) {
            if (word.load(std::memory_order_acquire) != value) return {};
            spin();
        }
        if (must_yield() || waited > longest_spin) std::this_thread::yield();
        waited = Clock::now() - began;
    }
    while (word.load(std::memory_order_acquire) == value) {
        word.wait(value, std::memory_order_acquire);
    }
    return Clock::now() - began - waited;
}

// A thread that lasts: it sleeps until it is given a part in a run.
class Helper {
  public:
    // Throws where the system grants no more threads.
    static Helper* start() {
        auto helper = std::make_unique<Helper>();
        // Detached and never given back: at the end of the process it is asleep.
        std::thread([self = helper.get()] { self->serve(); }).detach();
        return helper.release();
    }

    void begin(const std::function<void(Team&, int)>& work, Team& team, int thread) {
        work_ = &work;
        team_ = &team;
        thread_ = thread;
        busy_.store(1, std::memory_order_seq_cst);
        busy_.notify_one();
    }

    void wait_until_done() {
        wait_for_change(busy_, 1, [] { return false; });
    }

  private:
    void serve() noexcept {
        refuse_signals();
        for (;;) {
            busy_.wait(0, std::memory_order_acquire);
            team_->take_part(thread_, *work_);
            // From here on the run's own memory may be gone.
            busy_.store(0, std::memory_order_seq_cst);
            busy_.notify_one();
        }
    }

    const std::function<void(Team&, int)>* work_ = nullptr;
    Team* team_ = nullptr;
    int thread_ = 0;
    std::atomic<uint32_t> busy_{0};
};

// The helpers of this process that have nothing to do, and what its runs have found out
// about the room that other processes leave for them.
class Helpers {
  public:
    // A forked child has none of its parent's threads, and perhaps a lock that one of them
    // held: it begins with a new set.
    static Helpers& of_this_process() {
        static constinit std::atomic<Helpers*> present{nullptr};
        Helpers* found = present.load(std::memory_order_acquire);
        if (found != nullptr && found->process_ == present_process()) return *found;
        auto made = std::make_unique<Helpers>();
        if (present.compare_exchange_strong(found, made.get())) return *made.release();
        return *found;
    }

    // As many as are wanted, or as are worth waking, or as the system grants.
    std::vector<Helper*> take(int wanted) {
        std::vector<Helper*> taken;
        taken.reserve(static_cast<size_t>(wanted));
        const std::lock_guard lock(mutex_);
        wanted = contention_.threads_worth(wanted + 1) - 1;
        try {
            while (static_cast<int>(taken.size()) < wanted) {
                if (idle_.empty()) {
                    idle_.reserve(made_ + 1);
                    taken.push_back(Helper::start());
                    ++made_;
                } else {
                    taken.push_back(idle_.back());
                    idle_.pop_back();
                }
            }
        } catch (const std::exception&) {
        }
        return taken;
    }

    // In the order they were taken, so that each is likely to do the same part next time.
    void give_back(const std::vector<Helper*>& helpers) {
        const std::lock_guard lock(mutex_);
        idle_.insert(idle_.end(), helpers.rbegin(), helpers.rend());
    }

    void learn(int threads, Clock::duration length, std::chrono::nanoseconds kept_waiting) {
        const std::lock_guard lock(mutex_);
        contention_.learn(threads, length, kept_waiting);
    }

  private:
    const int64_t process_ = present_process();
    std::mutex mutex_;
    Contention contention_;
    std::vector<Helper*> idle_;  // with room for all that were made
    size_t made_ = 0;
};

// Helpers that are given back, whatever happens.
class Loan {
  public:
    Loan(Helpers& source, int wanted) : source_(source), helpers_(source.take(wanted)) {}
    ~Loan() { source_.give_back(helpers_); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    int count() const { return static_cast<int>(helpers_.size()); }
    Helper& operator[](int i) const { return *helpers_[i]; }

  private:
    Helpers& source_;
    const std::vector<Helper*> helpers_;
};

}  // namespace

void Team::pause() { spin(); }

void Team::yield() { std::this_thread::yield(); }

Team::Team(int threads, const std::function<bool()>& asked)
    : threads_(threads),
      asked_(asked),
      next_question_(Clock::now() + between_questions),
      last_look_(next_question_ - between_questions),
      seats_(threads > 1 ? threads : 0) {
    if (threads > 1) note_place(0);
}

void Team::take_part(int thread, const std::function<void(Team&, int)>& work) noexcept {
    if (threads_ == 1) return work(*this, thread);
    const auto began = Clock::now();
    const auto ran = time_on_processor();
    stand_apart(thread);
    work(*this, thread);
    Seat& seat = seats_[thread];
    seat.kept_waiting = Clock::now() - began - (time_on_processor() - ran) - seat.asleep;
}

std::chrono::nanoseconds Team::kept_waiting() const {
    std::chrono::nanoseconds total{0};
    for (const Seat& seat : seats_) total += seat.kept_waiting;
    return total;
}

void Team::ask_if_due() {
    looks_left_ = most_between_looks;
    if (!asked_) return;
    const auto now = Clock::now();
    const auto since = std::exchange(last_look_, now);
    if (now - since < often) {
        looks_between_ = std::min(2 * looks_between_, most_between_looks);
    } else if (now - since > seldom) {
        looks_between_ = 1;
    }
    looks_left_ = looks_between_;
    if (now < next_question_ || error_) return;
    bool wishes = true;
    try {
        wishes = asked_();
    } catch (...) {
        error_ = std::current_exception();
    }
    if (wishes) wish_.store(true, std::memory_order_relaxed);
    const auto answered = Clock::now();
    next_question_ = answered + std::max<Clock::duration>(between_questions,
                                                          answers_apart * (answered - now));
}

void Team::note_place(int thread) {
    std::atomic<int>& place = seats_[thread].processor;
    const int here = present_processor();
    // Writing what is there already would take the line from those who read it.
    if (place.load(std::memory_order_relaxed) != here) {
        place.store(here, std::memory_order_relaxed);
    }
}

bool Team::shares_processor(int thread) const {
    const int here = seats_[thread].processor.load(std::memory_order_relaxed);
    if (here < 0) return false;
    for (int other = 0; other < threads_; ++other) {
        if (other != thread &&
            seats_[other].processor.load(std::memory_order_relaxed) == here) {
            return true;
        }
    }
    return false;
}

void Team::stand_apart(int thread) {
    note_place(thread);
#if defined(__linux__)
    if (thread == 0 || !shares_processor(thread)) return;
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    if (CPU_COUNT(&allowed) < threads_) return;
    cpu_set_t free = allowed;
    for (const Seat& seat : seats_) {
        const int taken = seat.processor.load(std::memory_order_relaxed);
        if (taken >= 0 && taken < CPU_SETSIZE) CPU_CLR(taken, &free);
    }
    if (CPU_COUNT(&free) == 0 || sched_setaffinity(0, sizeof free, &free) != 0) return;
    // It has moved; where it goes from there is the system's choice again, of all
    // processors where those that were allowed have been taken away meanwhile.
    if (sched_setaffinity(0, sizeof allowed, &allowed) != 0) {
        std::fill_n(reinterpret_cast<unsigned char*>(&allowed), sizeof allowed, 0xFF);
        sched_setaffinity(0, sizeof allowed, &allowed);
    }
    note_place(thread);
#endif
}

uint32_t Team::come(int thread, bool may_leave) {
    Seat& own = seats_[thread];
    note_place(thread);
    own.wishes = may_leave && wish_.load(std::memory_order_relaxed);
    // In order with the look at who sleeps, which notifying begins with.
    own.come.store(2 * ++own.meetings + own.wishes, std::memory_order_seq_cst);
    own.come.notify_all();
    return own.meetings;
}

bool Team::comes_soon(int other, uint32_t meeting) const {
    if (has_come_to(meeting, other)) return true;
    const auto began = Clock::now();
    while (Clock::now() - began < patience) {
        for (int looks = 0; looks < 8; ++looks) {
            if (has_come_to(meeting, other)) return true;
            spin();
        }
    }
    return false;
}

bool Team::wait_for_others(int thread, uint32_t meeting) {
    Seat& own = seats_[thread];
    const auto must_yield = [&] {
        if (!shares_processor(thread)) return false;
        const auto now = Clock::now();
        if (now < own.next_move) return true;
        own.next_move = now + between_moves;
        stand_apart(thread);
        return shares_processor(thread);
    };
    bool leaving = own.wishes;
    for (int other = 0; other < threads_; ++other) {
        if (other == thread) continue;
        const std::atomic<uint32_t>& come = seats_[other].come;
        for (;;) {
            const uint32_t before = come.load(std::memory_order_acquire);
            if (static_cast<int32_t>(before - 2 * meeting) >= 0) {
                // One that has gone on to the next found nobody who wished to leave.
                leaving |= before == 2 * meeting + 1;
                break;
            }
            own.asleep += wait_for_change(come, before, must_yield);
        }
    }
    return leaving;
}

void work_together(int threads, const std::function<bool()>& asked,
                   const std::function<void(Team&, int)>& work) {
    const auto work_alone = [&] {
        Team team(1, asked);
        team.take_part(0, work);
        team.rethrow();
    };
    if (threads == 1) return work_alone();
    Helpers& source = Helpers::of_this_process();
    const Loan helpers(source, threads - 1);
    if (helpers.count() == 0) return work_alone();
    const auto began = Clock::now();
    Team team(helpers.count() + 1, asked);
    for (int thread = 1; thread < team.threads(); ++thread) {
        helpers[thread - 1].begin(work, team, thread);
    }
    team.take_part(0, work);
    for (int i = 0; i < helpers.count(); ++i) helpers[i].wait_until_done();
    source.learn(team.threads(), Clock::now() - began, team.kept_waiting());
    team.rethrow();
}

}  // namespace neurona
