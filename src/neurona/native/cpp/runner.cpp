#include "runner.hpp"

#include <algorithm>
#include <functional>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace neurona {
namespace {

// From so many rows on, a step is looked at between instructions, whether to abandon it.
constexpr int64_t rows_of_long_steps = 2048;

// Numbers too small to be normal become zero on this thread while it lives.
class FlushSubnormals {
  public:
#if defined(__x86_64__) || defined(_M_X64)
    FlushSubnormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
    ~FlushSubnormals() { _mm_setcsr(before_); }

  private:
    unsigned before_;
#elif defined(__aarch64__) && !defined(_MSC_VER)
    FlushSubnormals() {
        asm volatile("mrs %0, fpcr" : "=r"(before_));
        asm volatile("msr fpcr, %0" : : "r"(before_ | (1ull << 24)));
    }
    ~FlushSubnormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }

  private:
    uint64_t before_;
#endif
};

}  // namespace

template <class T>
int64_t Runner<T>::run(const RunRequest& run, const InputRows* inputs, int threads,
                       const std::function<bool()>& asked) {
    prepare(run, threads);
    stamps_ += run.steps;
    int64_t done = 0;
    // With fewer threads than were asked for the bits are the same.
    const auto part = [&](Team& team, int thread) {
        const int64_t steps = work(run, inputs, team, thread);
        if (thread == 0) done = steps;
    };
    work_together(threads, asked, std::ref(part));
    StrayIndex first;
    for (const Worker<T>& worker : workers_) {
        const StrayIndex& wrong = worker.wrong;
        // What a step that was abandoned has met was not worked out to the end.
        if (wrong.step >= 0 && wrong.step < done && wrong.comes_before(first)) first = wrong;
    }
    if (first.step >= 0) throw first;
    return done;
}

template <class T>
void Runner<T>::prepare(const RunRequest& run, int threads) {
    while (static_cast<int>(workers_.size()) < threads) {
        workers_.emplace_back(plan_, arena_, static_cast<int>(workers_.size()));
    }
    if (threads > 1 && shares_.size() < plan_.numbers * workers_.size()) {
        shares_ = std::vector<Share>(plan_.numbers * workers_.size());
    }
    for (Worker<T>& worker : workers_) worker.wrong = {};
    sums_before_.resize(static_cast<size_t>(run.sum_count));
    // More than one thread may be asked for and one be there.
    for (const int64_t rows : {std::min(run.batch, run.epoch_rows), run.epoch_rows % run.batch}) {
        if (run.steps == 0 || rows == 0 || blocks_of(rows) > 1) continue;
        calls_[rows < run.batch].prepare(plan_, step_of(run, rows), workers_[0]);
    }
}

template <class T>
int64_t Runner<T>::work(const RunRequest& run, const InputRows* inputs, Team& team,
                        int thread) noexcept {
    FlushSubnormals flush;
    Worker<T>& worker = workers_[thread];
    BatchRows batch = run.steps > 0 ? batch_of(run, 0) : BatchRows{};
    for (int64_t s = 0; s < run.steps; ++s, batch = batch_after(run, batch)) {
        CurrentStep step = step_of(run, batch.rows);
        step.inputs = inputs;
        step.team = &team;
        std::copy_n(run.scalars + s * plan_.scalars, plan_.scalars, worker.scalars.data());
        step.sums = run.sums + batch.epoch * run.sum_count;
        step.order = run.order + batch.first;
        step.number = run.first_step + s;
        step.stamp = stamps_ - s;
        if (thread == 0) std::copy_n(step.sums, run.sum_count, sums_before_.begin());
        const bool is_small = step.blocks == 1 && team.threads() == 1;
        const CallList<T>* calls = is_small ? &calls_[step.rows < run.batch] : nullptr;
        for (size_t p = 0; p < plan_.phases.size(); ++p) {
            step.may_be_abandoned = p < plan_.lasting_phase;
            // One look a phase is enough where an instruction is short: it takes time too.
            step.looks_often = step.may_be_abandoned && step.rows >= rows_of_long_steps;
            if (calls) {
                const bool in_vain = step.may_be_abandoned && team.wishes_to_leave(thread);
                if (!in_vain) calls->run(plan_, p, step, worker);
            } else {
                run_phase(plan_.phases[p], step, worker);
            }
            // Processors differ, and others use them too: work is taken from who is late. In
            // a program of one phase who was late may have gone on to the same piece of the
            // next step meanwhile; in others he waits for us before he comes to it again.
            const auto help = [&](int late) {
                if (plan_.phases.size() == 1) return;
                if (step.may_be_abandoned && team.wishes_to_leave(thread)) return;
                run_share(plan_.phases[p], step, worker, late, false);
            };
            const bool may_leave = step.may_be_abandoned || p + 1 == plan_.phases.size();
            if (!team.meet(thread, may_leave, help)) continue;
            if (!step.may_be_abandoned) return s + 1;
            if (thread == 0) std::copy_n(sums_before_.begin(), run.sum_count, step.sums);
            return s;
        }
    }
    return run.steps;
}

template <class T>
void Runner<T>::run_phase(const Phase& phase, const CurrentStep& step, Worker<T>& worker) {
    const int threads = step.team->threads();
    const bool goes_on = run_alone(phase, step, worker);
    if (threads > 1) {
        run_share(phase, step, worker, worker.thread, !goes_on);
        return wait_for_takers(phase, step, worker);
    }
    if (!goes_on) return;
    for (const ThreadJob& job : phase.jobs) {
        if (!run_piece(phase, job, step, worker, 0, 1)) return;
    }
    for (int64_t block = 0; block < step.blocks; ++block) {
        if (!run_block(phase, step, worker, block)) return;
    }
}

template <class T>
bool Runner<T>::run_alone(const Phase& phase, const CurrentStep& step, Worker<T>& worker) {
    if (step.may_be_abandoned && step.team->wishes_to_leave(worker.thread)) return false;
    for (size_t i = 0; i < phase.alone; ++i) {
        const Instruction& instruction = phase.whole[i];
        if (instruction.mode == Mode::single && worker.thread != 0) continue;
        execute(instruction, Turn<T>{plan_, step, worker, 0, worker.thread,
                                     step.team->threads()});
        if (step.looks_often && step.team->wishes_to_leave(worker.thread)) return false;
    }
    return true;
}

template <class T>
void Runner<T>::run_share(const Phase& phase, const CurrentStep& step, Worker<T>& worker,
                          int owner, bool in_vain) {
    const int threads = step.team->threads();
    const bool is_own = owner == worker.thread;
    int turn = owner;
    for (const ThreadJob& job : phase.jobs) {
        const int own = job.pieces_each(threads);
        // What is not cut falls to each thread in turn.
        if (++turn == threads) turn = 0;
        if (own == 1) {
            if (is_own && !in_vain) {
                in_vain = !run_piece(phase, job, step, worker, turn, threads);
            }
            continue;
        }
        for (int i = 0; i < own; ++i) {
            // Others begin at the end, far from where the owner is.
            const int next = is_own ? i : own - 1 - i;
            if (!take(job.number, owner, next, step)) continue;
            const int piece = owner * own + next;
            if (!in_vain) {
                in_vain = !run_piece(phase, job, step, worker, piece, threads * own);
            }
            note_done(job.number, owner, next, step);
        }
    }
    for (int64_t block = owner; block < step.blocks; block += threads) {
        if (!take(phase.number, owner, block / threads, step)) continue;
        if (!in_vain) in_vain = !run_block(phase, step, worker, block);
        note_done(phase.number, owner, block / threads, step);
    }
}

template <class T>
void Runner<T>::wait_for_takers(const Phase& phase, const CurrentStep& step,
                                const Worker<T>& worker) {
    const auto wait = [&](size_t number) {
        const Share& share = share_of(number, worker.thread);
        for (int64_t i = 0; i < most_blocks; ++i) {
            if (share.taken[i].load(std::memory_order_relaxed) != step.stamp) continue;
            Team::wait_until([&] {
                return share.done[i].load(std::memory_order_acquire) == step.stamp;
            });
        }
    };
    for (const ThreadJob& job : phase.jobs) {
        if (job.pieces_each(step.team->threads()) > 1) wait(job.number);
    }
    if (!phase.in_blocks.empty()) wait(phase.number);
}

template <class T>
bool Runner<T>::run_piece(const Phase& phase, const ThreadJob& job, const CurrentStep& step,
                          Worker<T>& worker, int piece, int pieces) {
    for (size_t i = job.first; i < job.last; ++i) {
        execute(phase.whole[i], Turn<T>{plan_, step, worker, 0, piece, pieces});
        if (step.looks_often && step.team->wishes_to_leave(worker.thread)) return false;
    }
    return true;
}

template <class T>
bool Runner<T>::run_block(const Phase& phase, const CurrentStep& step, Worker<T>& worker,
                          int64_t block) {
    for (const Instruction& instruction : phase.in_blocks) {
        execute(instruction, Turn<T>{plan_, step, worker, block, 0, 1});
        if (step.looks_often && step.team->wishes_to_leave(worker.thread)) return false;
    }
    return true;
}

template class Runner<float>;
template class Runner<double>;

}  // namespace neurona
