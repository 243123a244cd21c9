#include "contention.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace neurona {
namespace {

using std::chrono::milliseconds;

// Runs are judged once they have taken so long together: a few of Linux's time slices.
constexpr milliseconds judged{10};
// Processors' worth of waiting that is taken for other processes' doing.
constexpr double tolerated = 0.1;
// How long fewer threads are used, and how many times longer than what was judged, so
// that trying again costs a small share of the time.
constexpr milliseconds first_pause{50}, longest_pause{2000};
constexpr int least_ratio = 5;

}  // namespace

int Contention::threads_worth(int asked) const {
    if (asked <= most_ || most_ == 0 || Clock::now() >= until_) return asked;
    return most_;
}

void Contention::learn(int threads, std::chrono::nanoseconds length,
                       std::chrono::nanoseconds kept_waiting) {
    length_ += length;
    kept_waiting_ += kept_waiting;
    if (length_ < judged) return;
    const double lost = std::chrono::duration<double>(kept_waiting_) / length_;
    const bool suspected = std::exchange(suspected_, lost > tolerated);
    if (suspected_ && suspected) {
        most_ = std::max(1, threads - static_cast<int>(std::ceil(lost)));
        pause_ = std::clamp<std::chrono::nanoseconds>(2 * pause_, first_pause, longest_pause);
        until_ = Clock::now() + std::max(pause_, least_ratio * length_);
    } else if (!suspected_ && Clock::now() >= until_) {
        most_ = 0;
        pause_ = {};
    }
    length_ = kept_waiting_ = {};
}

}  // namespace neurona
