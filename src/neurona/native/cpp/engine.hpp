// Runs a program: a short list of instructions over planned buffers, many steps a call.
//
// A step is cut into phases. Within a phase no thread reads what another writes, so
// threads meet only between phases. An instruction runs in one of four modes:
//
//   block   the batch is cut into row blocks by its size alone; a thread takes whole
//           blocks, and what is summed over rows is summed per block, then in block order
//   slice   a whole array is cut into chunks; a thread takes whole chunks
//   single  thread 0 runs it
//   each    every thread runs it for itself: cheaper than to fetch another's result
//
// Neither cut depends on the number of threads, so neither do the bits.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "kernels.hpp"
#include "memory.hpp"
#include "team.hpp"

namespace neurona {

constexpr int64_t most_blocks = 8;
constexpr int64_t usual_block_rows = 64;
constexpr int64_t slice_elements = 1024;
constexpr int64_t map_elements = 512;
constexpr int64_t most_map_places = 96;

// Blocks that a batch is cut into, as even as can be.
inline int64_t blocks_of(int64_t rows) {
    const int64_t wanted = (rows + usual_block_rows - 1) / usual_block_rows;
    return std::clamp<int64_t>(wanted, 1, most_blocks);
}

enum class Place : int64_t {
    global,   // one for the whole step: offset into the arena
    local,    // one per thread, for the block at hand: offset into its workspace
    partial,  // one per block: offset into the arena, blocks `stride` apart
    scalar,   // a number of this step, kept in double precision
};

struct Buffer {
    Place place;
    int64_t offset;   // elements, or the index of a scalar
    int64_t rows;     // of the whole array; -1 for one row per row of the batch
    int64_t columns;
    int64_t ld;       // elements from one row to the next
    int64_t stride;   // from one block's partial to the next

    bool batched() const { return rows < 0; }
};

enum class Mode : int64_t { block, slice, single, each };

enum class Code : int64_t {
    gather_input,   // rows of the data, by the epoch's order
    matmul,
    contract_rows,
    transpose,
    map,
    sum_rows,
    max_rows,
    sum_columns,
    max_columns,
    combine_sum,    // partials added in block order
    combine_max,
    softmax,
    log_sum_exp,
    cross_entropy,
    one_hot,
    gather,
    scatter_add,
    random_mask,
    copy_columns,   // a part of the columns, into a part of the columns
    copy_rows,
    fill,           // with zeros
    reshape,        // same elements in row-major order, other row length
    cross_entropy_of_class,
    softmax_slope,  // the gradient of the cross-entropy, times a number
    accumulate,     // add a number to a sum kept in double precision
};

struct Instruction {
    Code code;
    Mode mode;
    std::vector<int64_t> arguments;
    double number = 0.0;
    size_t map = 0;   // of a map: its plan
    // The first arguments, as far as they number buffers.
    std::array<const Buffer*, 4> buffers{};
};

// Rows of data that runs read.
struct Input {
    const void* data;  // rows of T
    int64_t rows;
    int64_t columns;
    std::shared_ptr<const void> owner;  // keeps them; null where a call outlives them
};

struct Run {
    const int64_t* order;      // rows to visit
    int64_t rows;              // how many
    int64_t batch;             // rows of a full batch
    int64_t epoch_rows;        // of a whole epoch, whose last batch may be shorter
    int64_t skipped;           // rows of the first epoch that are done, in full batches
    const double* scalars;     // (steps, scalars)
    int64_t steps;
    int64_t seed;
    int64_t first_step;
    double* sums;              // (epochs that the run touches, sum_count)
    int64_t sum_count;
};

// What a run ends with where an index points outside of its table: the first of them, by
// step, row of the batch and column.
struct WrongIndex {
    int64_t step = -1;      // of the run; -1: there is none
    int64_t place, column;  // in the batch
    int64_t row;            // of the data
    int64_t index, size;    // no_index for what is not even a whole number of 64 bits

    bool comes_before(const WrongIndex& other) const {
        return other.step < 0 || std::tie(step, place, column) <
                                     std::tie(other.step, other.place, other.column);
    }
};

constexpr int64_t no_index = std::numeric_limits<int64_t>::min();

// A number as an index of a table of `size` entries, or -1 where it is none. Of NaN and of
// what is too large the language leaves the cast open, and processors differ.
template <class T>
int64_t index_of(T value, int64_t size) {
    return value >= 0 && value < static_cast<T>(size) ? static_cast<int64_t>(value) : -1;
}

// The rows of a step: where they begin in the order, how many, and in which epoch.
struct Batch {
    int64_t first, rows, epoch;
};

inline Batch batch_of(const Run& run, int64_t step) {
    const int64_t batches = (run.epoch_rows + run.batch - 1) / run.batch;
    const int64_t index = run.skipped / run.batch + step;
    const int64_t epoch = index / batches;
    const int64_t within = index % batches * run.batch;
    const int64_t left = run.epoch_rows - within;
    return {epoch * run.epoch_rows + within - run.skipped, left < run.batch ? left : run.batch,
            epoch};
}

// The batch of the next step, without the divisions of batch_of.
inline Batch batch_after(const Run& run, const Batch& before) {
    Batch next{before.first + before.rows, run.batch, before.epoch};
    const int64_t left = (next.epoch + 1) * run.epoch_rows - run.skipped - next.first;
    if (left == 0) {
        ++next.epoch;
        next.rows = run.epoch_rows;
    } else {
        next.rows = left;
    }
    next.rows = next.rows < run.batch ? next.rows : run.batch;
    return next;
}

template <class T>
class Engine {
  public:
    Engine(const Kernels<T>& kernels, std::vector<Buffer> buffers,
           std::vector<std::vector<Instruction>> phases, int64_t arena_elements,
           int64_t workspace_elements, int64_t map_temporaries, int64_t scalars,
           int64_t most_rows, int64_t lasting_phase);

    // Instructions point to the buffers of their own engine.
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Copy a whole array into its buffer (rows padded), or out of it.
    void write(int64_t buffer, const T* values);
    void read(int64_t buffer, T* values) const;
    // Likewise for a batched buffer that is global, `rows` of them.
    void read_rows(int64_t buffer, int64_t rows, T* values) const;

    void set_input(int64_t input, Input value);
    void forget_inputs() { inputs_.clear(); }

    // Returns the number of steps done: all of them, unless `asked`, which is called now
    // and then, said that the run is to end. What lasts from step to step is as those left
    // it: a step is abandoned only before it changes any of that. Throws WrongIndex, and
    // what `asked` throws; then what lasts is to be written anew.
    int64_t run(const Run& run, int threads, const std::function<bool()>& asked = {});

    // A program of one step without sums, run over any number of rows, in batches of the
    // most that it was planned for: from the rows of one input to those of one buffer.
    void predict(const T* rows, int64_t count, int64_t columns, int64_t result, T* out,
                 const double* scalars, int threads);
    void check_predict(int64_t columns, int64_t result, int64_t result_columns,
                       int64_t scalars, int threads) const;

    // Refuse, with std::invalid_argument, what would touch memory that is not there.
    void check_size(int64_t buffer, size_t elements) const;
    void check_rows(int64_t buffer, int64_t rows, size_t elements) const;
    void check_run(const Run& run, int64_t scalars, int64_t epochs, int threads) const;

  private:
    // Slices of arrays that one thread makes in a row, since each reads the one before.
    struct Job {
        size_t first, last;   // instructions of the phase
        int64_t most_pieces;  // that are worth a thread's while; one if it cannot be shared
        size_t number;        // of all jobs and phases
    };
    // Instructions that treat whole arrays, in the order they run: `alone` of them are not
    // shared among threads, the others belong to jobs. Then those for a block of rows.
    struct Phase {
        std::vector<Instruction> whole, in_blocks;
        size_t alone;
        std::vector<Job> jobs;
        size_t number;
    };
    // Which pieces of a thread's share are taken, and which are done, by the number of the
    // step that they were last: lines of their own, since others look at them seldom.
    struct alignas(64) Share {
        std::atomic<int64_t> taken[most_blocks];
        alignas(64) std::atomic<int64_t> done[most_blocks];
    };
    // What a small step comes down to: calls of kernels with all their arguments, worked out
    // for a number of rows that are one block of one thread. What has no shorter form here
    // stays an instruction.
    struct MapCall {
        MapKernel<T> kernel;
        int singles;           // bit i: from[i] is one number for all elements
        int64_t count;
        const T* from[3];
        const T* numbers[2];   // of the step at hand; null where it has none
        T* to;
    };
    struct MomentsCall {
        int64_t count;
        const T *from, *gradient;
        T *mean, *square, *to;
        const T* numbers[7];
    };
    struct ProductCall {
        ProductKernel<T> kernel;
        Product<T> product;
    };
    struct GatherCall {
        int64_t input, rows, ld;
        T* to;
    };
    using Call =
        std::variant<MapCall, MomentsCall, ProductCall, GatherCall, const Instruction*>;
    struct CallList {
        int64_t rows = 0;   // 0: not made yet
        std::vector<std::vector<Call>> phases;
    };
    struct Worker {
        int thread;
        Memory<T> memory;
        T* temporaries;
        std::vector<T> scalars;  // of the step at hand
        T* places[4];            // where the buffers of each Place begin
        std::vector<double> sums_before;  // the step at hand: of thread 0
        WrongIndex wrong;        // the first that this thread has met in a run
        CallList calls[2];       // of full batches, and of a shorter one at an epoch's end
    };
    struct Step {
        const Run* run;
        Team* team;
        double* sums;
        const int64_t* order;
        int64_t rows, block_rows, blocks, number;
        int64_t stamp;            // no other step of this engine has it
        bool may_be_abandoned;
        bool looks_often;         // whether somebody wishes to leave
    };
    struct MapOperand {
        const Buffer* buffer;
        int64_t spread;
        bool is_filled;   // a number that some kernel wants as an array
    };
    struct MapStep {
        MapKernel<T> kernel;
        int singles;
        bool has_numbers;
        int to, from[3], numbers[2];
    };
    struct MapPlan {
        const Buffer* shape;
        int64_t temporaries, chunk;
        bool is_flat;     // reads whole arrays of its shape, and numbers
        bool is_direct;   // nothing has to be spread over a chunk before
        std::vector<MapOperand> operands;
        std::vector<MapStep> steps;
    };

    // All that the threads of a run need, before the first of them begins: none of them
    // could leave the others waiting for it.
    void prepare(const Run& run, int threads);
    // Returns the number of steps done.
    int64_t work(const Run& run, Team& team, int thread) noexcept;
    static Step step_of(const Run& run, int64_t rows);
    static void note_wrong(const Step& step, Worker& worker, int64_t place, int64_t column,
                           T value, int64_t size);
    // Of the first column of an index, those that are none.
    void check_classes(const Instruction& instruction, int which, int64_t size,
                       const Step& step, Worker& worker, int64_t block) const;
    void plan_phase(std::vector<Instruction> instructions);
    bool depends(const Instruction& one, const Instruction& other) const;
    int64_t flat_size(const Instruction& instruction) const;
    int64_t most_pieces(const Instruction* first, const Instruction* last) const;
    // Pieces of each thread's share of a job.
    static int pieces_of(const Job& job, int threads) {
        if (job.most_pieces < 2 * threads) return 1;
        return static_cast<int>(std::min<int64_t>(4, job.most_pieces / threads));
    }
    void run_phase(const Phase& phase, const Step& step, Worker& worker);
    // Of a phase, what all threads do for themselves or one for all, in order.
    bool run_alone(const Phase& phase, const Step& step, Worker& worker);
    // Make the calls of a step of one block on one thread, unless they are there already.
    void make_calls(const Step& step, Worker& worker);
    void add_calls(const Instruction& instruction, const Step& step, Worker& worker,
                   std::vector<Call>& calls) const;
    void add_map_calls(const MapPlan& plan, int64_t count, const Step& step, Worker& worker,
                       std::vector<Call>& calls) const;
    void run_calls(const std::vector<Call>& calls, const Step& step, Worker& worker);
    // Append a call, or let the last one do its work too.
    template <class Kind>
    static void add_call(const Kind& call, std::vector<Call>& calls);
    static bool goes_on_as(const MapCall& call, const MapCall& next);
    static bool goes_on_as(const MomentsCall& call, const MomentsCall& next);
    // What nobody has taken of a thread's share: its own, or one that it is late with. In
    // vain, it is taken and not done, for nobody to begin with it.
    void run_share(const Phase& phase, const Step& step, Worker& worker, int owner,
                   bool in_vain);
    // Until others have done what they took of a thread's own share.
    void wait_for_takers(const Phase& phase, const Step& step, const Worker& worker);
    // These say whether to go on, and not to leave.
    bool run_piece(const Phase& phase, const Job& job, const Step& step, Worker& worker,
                   int piece, int pieces);
    bool run_block(const Phase& phase, const Step& step, Worker& worker, int64_t block);
    // A thread's share of a job, or of the blocks of a phase.
    Share& share_of(size_t number, int owner) {
        return shares_[number * workers_.size() + owner];
    }
    // Whether a piece was still to be had.
    bool take(size_t number, int owner, int64_t piece, const Step& step) {
        auto& taken = share_of(number, owner).taken[piece];
        return taken.load(std::memory_order_relaxed) != step.stamp &&
               taken.exchange(step.stamp, std::memory_order_relaxed) != step.stamp;
    }
    void note_done(size_t number, int owner, int64_t piece, const Step& step) {
        share_of(number, owner).done[piece].store(step.stamp, std::memory_order_release);
    }
    // A product in pieces short enough for a step to be abandoned between two of them.
    void multiply_in_pieces(const Step& step, const Worker& worker, const Product<T>& whole);
    static bool is_long(const Product<T>& product);
    void execute(const Instruction& instruction, const Step& step, Worker& worker,
                 int64_t block, int thread, int threads);
    void execute_other(const Instruction& instruction, const Step& step, Worker& worker,
                       int64_t block, int thread, int threads);
    // A thread's share of a product, or of a contraction of rows.
    Product<T> product_of(const Instruction& instruction, const Step& step,
                          const Worker& worker, int64_t block, int thread, int threads) const;
    void transpose(const Instruction& instruction, const Step& step, const Worker& worker,
                   int64_t block, int thread, int threads);
    void sum_rows(const Instruction& instruction, const Step& step, const Worker& worker,
                  int64_t block);
    MapPlan plan_map(const Instruction& instruction) const;
    // Where the places of a map begin, for elements from `first` on; those of numbers and of
    // temporaries stay where they are.
    void place_map(const MapPlan& plan, int64_t first, const Step& step, Worker& worker,
                   int64_t block, T** place) const;
    // The steps of a map over some elements as calls, given to `use` one after the other.
    template <class Use>
    void each_call(const MapPlan& plan, int64_t count, T* const* place, const Use& use) const;
    void run_call(const MapCall& call) const;
    void run_call(const MomentsCall& call) const;

    static T* at(const Buffer& b, const Step& step, const Worker& worker, int64_t block) {
        T* first = worker.places[static_cast<int>(b.place)] + b.offset;
        if (block == 0) return first;
        if (b.place == Place::partial) return first + block * b.stride;
        const bool is_shared = b.place == Place::global && b.batched();
        return is_shared ? first + block * step.block_rows * b.ld : first;
    }

    static int64_t rows_of(const Buffer& b, const Step& step, int64_t block) {
        if (!b.batched()) return b.rows;
        const int64_t left = step.rows - block * step.block_rows;
        return left < step.block_rows ? left : step.block_rows;
    }

    struct Slice {
        int64_t first, last;
    };

    // A thread's even part of `count` things.
    static Slice part_of(int64_t count, int thread, int threads) {
        // Divisions cost as much as the work on a few numbers.
        if (threads == 1) return {0, count};
        return {count * thread / threads, count * (thread + 1) / threads};
    }

    // Likewise of `count` elements of a row, cut between lines of memory alone.
    static Slice lines_of(int64_t count, int thread, int threads) {
        constexpr int64_t line = alignment / sizeof(T);
        const Slice lines = part_of((count + line - 1) / line, thread, threads);
        return {lines.first * line, std::min(count, lines.last * line)};
    }

    // The chunks of `count` elements that a thread takes: of one chunk, the last thread.
    static Slice slice_of(int64_t count, int thread, int threads) {
        if (threads == 1) return {0, count};
        if (count <= slice_elements) return {0, thread + 1 == threads ? count : 0};
        const int64_t chunks = (count + slice_elements - 1) / slice_elements;
        const Slice share = part_of(chunks, thread, threads);
        const int64_t last = share.last * slice_elements;
        return {share.first * slice_elements, last < count ? last : count};
    }

    void map(const MapPlan& plan, bool sliced, const Step& step, Worker& worker,
             int64_t block, int thread, int threads) const;

    const Kernels<T>& kernels_;
    const std::vector<Buffer> buffers_;
    std::vector<Phase> phases_;
    std::vector<MapPlan> map_plans_;
    const int64_t workspace_elements_, map_temporaries_, scalars_, most_rows_;
    const size_t lasting_phase_;  // the first that changes what lasts from step to step
    int64_t map_chunk_ = map_elements;
    const Memory<T> memory_;
    T* arena_;
    std::vector<Input> inputs_;
    std::vector<std::pair<int64_t, int64_t>> read_;  // inputs, and how many columns each has
    std::vector<Worker> workers_;
    std::vector<Share> shares_;   // by number of job or phase, then by thread
    size_t numbers_ = 0;          // of jobs and phases
    int64_t stamps_ = 0;          // that were given out
    std::vector<int64_t> natural_order_;  // 0, 1, 2, … as far as it was needed
};

// Here, since a map that runs and a list of calls both make their own use of it.
template <class T>
template <class Use>
void Engine<T>::each_call(const MapPlan& plan, int64_t count, T* const* place,
                          const Use& use) const {
    const T* none = nullptr;
    for (auto x = plan.steps.begin(); x != plan.steps.end(); ++x) {
        const auto number = [&](const MapStep& of, int i) { return place[of.numbers[i]]; };
        if (x->kernel == nullptr) {
            // Four in one pass: see is_moments_step.
            const MapStep &mean = x[0], &square = x[1], &root = x[2], &last = x[3];
            use(MomentsCall{count, place[last.from[0]], place[mean.from[1]], place[mean.to],
                            place[square.to], place[last.to],
                            {number(mean, 0), number(mean, 1), number(square, 0),
                             number(square, 1), number(root, 0), number(root, 1),
                             number(last, 0)}});
            x += 3;
            continue;
        }
        use(MapCall{x->kernel, x->singles, count,
                    {place[x->from[0]], place[x->from[1]], place[x->from[2]]},
                    {x->has_numbers ? number(*x, 0) : none,
                     x->has_numbers ? number(*x, 1) : none},
                    place[x->to]});
    }
}

}  // namespace neurona
