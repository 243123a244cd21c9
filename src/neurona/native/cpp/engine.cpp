#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <utility>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace neurona {
namespace {

constexpr size_t alignment = 64;

template <class T>
T* aligned(std::vector<T>& memory) {
    auto address = reinterpret_cast<uintptr_t>(memory.data());
    return reinterpret_cast<T*>((address + alignment - 1) / alignment * alignment);
}

template <class T>
size_t with_slack(int64_t elements) {
    return static_cast<size_t>(elements) + alignment / sizeof(T);
}

void pause() {
#if defined(__x86_64__) || defined(_M_X64)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

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

void Barrier::wait() {
    const uint32_t generation = generation_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
        arrived_.store(0, std::memory_order_relaxed);
        generation_.fetch_add(1, std::memory_order_release);
        return;
    }
    for (int spins = 0; generation_.load(std::memory_order_acquire) == generation; ++spins) {
        if (spins < 4000) {
            pause();
        } else {
            std::this_thread::yield();
        }
    }
}

template <class T>
Engine<T>::Engine(const Kernels<T>& kernels, std::vector<Buffer> buffers,
                  std::vector<std::vector<Instruction>> phases, int64_t arena_elements,
                  int64_t workspace_elements, int64_t map_temporaries, int64_t scalars,
                  int64_t most_rows)
    : kernels_(kernels),
      buffers_(std::move(buffers)),
      phases_(std::move(phases)),
      workspace_elements_(workspace_elements),
      map_temporaries_(map_temporaries),
      scalars_(scalars),
      most_rows_(most_rows),
      memory_(with_slack<T>(arena_elements)),
      arena_(aligned(memory_)) {
    for (const Buffer& buffer : buffers_) map_chunk_ = std::max(map_chunk_, buffer.ld);
}

template <class T>
void Engine<T>::write(int64_t buffer, const T* values) {
    const Buffer& b = buffers_.at(buffer);
    for (int64_t row = 0; row < b.rows; ++row) {
        std::copy_n(values + row * b.columns, b.columns, arena_ + b.offset + row * b.ld);
    }
}

template <class T>
void Engine<T>::read(int64_t buffer, T* values) const {
    read_rows(buffer, buffers_.at(buffer).rows, values);
}

template <class T>
void Engine<T>::read_rows(int64_t buffer, int64_t rows, T* values) const {
    const Buffer& b = buffers_.at(buffer);
    for (int64_t row = 0; row < rows; ++row) {
        std::copy_n(arena_ + b.offset + row * b.ld, b.columns, values + row * b.columns);
    }
}

template <class T>
void Engine<T>::set_input(int64_t input, Input value) {
    if (static_cast<size_t>(input) >= inputs_.size()) inputs_.resize(input + 1);
    inputs_[input] = value;
}

template <class T>
void Engine<T>::check_size(int64_t buffer, size_t elements) const {
    const Buffer& b = buffers_.at(buffer);
    if (b.batched() || b.place != Place::global ||
        elements != static_cast<size_t>(b.rows * b.columns)) {
        throw std::invalid_argument("the values do not fit the buffer");
    }
}

template <class T>
void Engine<T>::check_rows(int64_t buffer, int64_t rows, size_t elements) const {
    const Buffer& b = buffers_.at(buffer);
    if (!b.batched() || b.place != Place::global || rows < 0 || rows > most_rows_ ||
        elements != static_cast<size_t>(rows * b.columns)) {
        throw std::invalid_argument("the values do not fit the buffer");
    }
}

template <class T>
void Engine<T>::check_run(const Run& run, int64_t scalars, int threads) const {
    const int64_t needed = run.batch > 0 ? (run.rows + run.batch - 1) / run.batch : -1;
    if (threads < 1 || run.batch < 1 || run.batch > most_rows_ || run.steps != needed ||
        scalars != scalars_) {
        throw std::invalid_argument("the steps, rows and scalars of a run do not fit");
    }
    for (const Input& input : inputs_) {
        for (int64_t i = 0; i < run.rows; ++i) {
            if (run.order[i] < 0 || run.order[i] >= input.rows) {
                throw std::invalid_argument("a row is asked for that the data do not have");
            }
        }
    }
}

template <class T>
void Engine<T>::run(const Run& run, int threads) {
    while (static_cast<int>(workers_.size()) < threads) {
        const int64_t size = workspace_elements_ + map_temporaries_ * map_chunk_;
        Worker worker{std::vector<T>(with_slack<T>(size)), nullptr, nullptr};
        workers_.push_back(std::move(worker));
        workers_.back().workspace = aligned(workers_.back().memory);
        workers_.back().temporaries = workers_.back().workspace + workspace_elements_;
    }
    Barrier barrier(threads);
    std::atomic<bool> stopping{false};
    stop_.store(false, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    std::vector<std::thread> others;
    for (int thread = 1; thread < threads; ++thread) {
        others.emplace_back([&, thread] { work(run, thread, threads, barrier, stopping); });
    }
    work(run, 0, threads, barrier, stopping);
    for (std::thread& other : others) other.join();
}

template <class T>
void Engine<T>::work(const Run& run, int thread, int threads, Barrier& barrier,
                     std::atomic<bool>& stopping) {
    FlushSubnormals flush;
    Worker& worker = workers_[thread];
    for (int64_t s = 0; s < run.steps; ++s) {
        Step step{};
        step.run = &run;
        step.scalars = run.scalars + s * scalars_;
        step.order = run.order + s * run.batch;
        step.rows = std::min(run.batch, run.rows - s * run.batch);
        step.block_rows =
            std::max(least_block_rows, (step.rows + most_blocks - 1) / most_blocks);
        step.blocks = (step.rows + step.block_rows - 1) / step.block_rows;
        step.number = run.first_step + s;
        for (const auto& phase : phases_) {
            for (const Instruction& instruction : phase) {
                if (instruction.mode == Mode::block) continue;
                if (instruction.mode == Mode::single && thread != 0) continue;
                execute(instruction, step, worker, 0, thread, threads);
            }
            for (int64_t block = thread; block < step.blocks; block += threads) {
                for (const Instruction& instruction : phase) {
                    if (instruction.mode != Mode::block) continue;
                    execute(instruction, step, worker, block, thread, threads);
                }
            }
            if (thread == 0 && &phase == &phases_.back()) {
                done_.store(s + 1, std::memory_order_relaxed);
                if (stop_.load(std::memory_order_relaxed)) {
                    stopping.store(true, std::memory_order_relaxed);
                }
            }
            if (threads > 1) barrier.wait();
        }
        if (stopping.load(std::memory_order_relaxed)) return;
    }
}

template <class T>
T* Engine<T>::at(int64_t buffer, const Step& step, Worker& worker, int64_t block) {
    const Buffer& b = buffers_[buffer];
    switch (b.place) {
        case Place::local: return worker.workspace + b.offset;
        case Place::partial: return arena_ + b.offset + block * b.stride;
        default:
            return arena_ + b.offset + (b.batched() ? block * step.block_rows * b.ld : 0);
    }
}

template <class T>
int64_t Engine<T>::rows_of(const Buffer& b, const Step& step, int64_t block) const {
    if (!b.batched()) return b.rows;
    return std::min(step.block_rows, step.rows - block * step.block_rows);
}

// The chunks of `count` elements that a thread takes, as [first, last).
static std::pair<int64_t, int64_t> slice_of(int64_t count, int thread, int threads) {
    const int64_t chunks = (count + slice_elements - 1) / slice_elements;
    const int64_t first = chunks * thread / threads * slice_elements;
    const int64_t last = chunks * (thread + 1) / threads * slice_elements;
    return {first, std::min(last, count)};
}

// arguments: mode of the result's rows (a buffer it is shaped like), then the numbers of
// operands, steps and temporaries; operands as (buffer, spread); steps as
// (op, result, a, b, c), each an operand if below their number, else a temporary.
enum Spread : int64_t { full, row, column, number };

template <class T>
void Engine<T>::map(const Instruction& instruction, const Step& step, Worker& worker,
                    int64_t block, int thread, int threads) {
    const int64_t* arguments = instruction.arguments.data();
    const Buffer& shape = buffers_[arguments[0]];
    const int64_t operands = arguments[1], steps = arguments[2], temporaries = arguments[3];
    const int64_t* operand = arguments + 4;
    const int64_t* code = operand + 2 * operands;
    const int64_t width = shape.ld;
    const int64_t total = rows_of(shape, step, block) * width;

    int64_t first = 0, last = total, chunk = std::max<int64_t>(1, map_elements / width) * width;
    if (instruction.mode == Mode::slice) {
        std::tie(first, last) = slice_of(total, thread, threads);
        bool flat = true;
        for (int64_t i = 0; i < operands; ++i) {
            flat = flat && (operand[2 * i + 1] == full || operand[2 * i + 1] == number);
        }
        if (flat) {
            chunk = map_elements;
        } else {
            // Rows are not cut: the slice is that of whole rows.
            const int64_t rows = total / width;
            first = rows * thread / threads * width;
            last = rows * (thread + 1) / threads * width;
        }
    }
    if (first >= last) return;

    constexpr int64_t most_places = 96;
    T* base[most_places];
    int64_t advance[most_places];
    const T* columns[most_places];
    for (int64_t i = 0; i < operands; ++i) {
        const int64_t index = operand[2 * i];
        const Buffer& b = buffers_[index];
        T* scratch = worker.temporaries + (temporaries + i) * map_chunk_;
        advance[i] = 0;
        base[i] = scratch;
        columns[i] = nullptr;
        switch (operand[2 * i + 1]) {
            case full:
                base[i] = at(index, step, worker, block) + first;
                advance[i] = 1;
                break;
            case row: {
                const T* values = at(index, step, worker, block);
                for (int64_t r = 0; r < chunk; r += width) {
                    std::copy_n(values, width, scratch + r);
                }
                break;
            }
            case column:
                columns[i] = at(index, step, worker, block) + first / width * b.ld;
                break;
            default: {
                const T value = b.place == Place::scalar
                                    ? static_cast<T>(step.scalars[b.offset])
                                    : *at(index, step, worker, block);
                std::fill_n(scratch, std::min(chunk, last - first), value);
            }
        }
    }
    for (int64_t i = 0; i < temporaries; ++i) {
        base[operands + i] = worker.temporaries + i * map_chunk_;
        advance[operands + i] = 0;
    }
    for (int64_t start = first; start < last; start += chunk) {
        const int64_t count = std::min(chunk, last - start);
        for (int64_t i = 0; i < operands; ++i) {
            if (columns[i] == nullptr) continue;
            const int64_t ld = buffers_[operand[2 * i]].ld;
            for (int64_t r = 0; r < count; r += width) {
                std::fill_n(base[i] + r, width, *columns[i]);
                columns[i] += ld;
            }
        }
        const int64_t offset = start - first;
        auto place = [&](int64_t i) { return base[i] + advance[i] * offset; };
        for (const int64_t* c = code; c < code + 5 * steps; c += 5) {
            kernels_.map[c[0]](count, place(c[2]), place(c[3]), place(c[4]), place(c[1]));
        }
    }
}

template <class T>
void Engine<T>::execute(const Instruction& instruction, const Step& step, Worker& worker,
                        int64_t block, int thread, int threads) {
    const int64_t* a = instruction.arguments.data();
    auto buffer = [&](int i) -> const Buffer& { return buffers_[a[i]]; };
    auto pointer = [&](int i) { return at(a[i], step, worker, block); };
    auto rows = [&](int i) { return rows_of(buffer(i), step, block); };
    const bool sliced = instruction.mode == Mode::slice;
    // One number per row is a column; without a batch it may lie in a row instead.
    auto stride = [&](int i) {
        return buffer(i).batched() || buffer(i).rows > 1 ? buffer(i).ld : int64_t{1};
    };

    switch (instruction.code) {
        case Code::map: map(instruction, step, worker, block, thread, threads); return;

        case Code::gather_input: {  // out; input
            const Input& input = inputs_[a[1]];
            const Buffer& out = buffer(0);
            const T* data = static_cast<const T*>(input.data);
            T* to = pointer(0);
            const int64_t* order = step.order + block * step.block_rows;
            for (int64_t i = 0; i < rows(0); ++i) {
                std::copy_n(data + order[i] * input.columns, input.columns, to + i * out.ld);
            }
            return;
        }
        case Code::matmul: {  // C; A; B; bias or -1; activation
            const T* bias = a[3] < 0 ? nullptr : pointer(3);
            int64_t first = 0, last = rows(0);
            if (sliced) {
                first = last * thread / threads;
                last = last * (thread + 1) / threads;
            }
            if (first < last) {
                kernels_.matmul(last - first, buffer(0).columns, buffer(1).columns,
                                pointer(1) + first * buffer(1).ld, buffer(1).ld, 1,
                                pointer(2), buffer(2).ld, pointer(0) + first * buffer(0).ld,
                                buffer(0).ld, bias, static_cast<Activation>(a[4]));
            }
            return;
        }
        case Code::contract_rows: {  // C; A; B — all rows of the batch where sliced
            int64_t first = 0, last = buffer(0).rows, inner = rows(1);
            if (sliced) {
                first = last * thread / threads;
                last = buffer(0).rows * (thread + 1) / threads;
                if (buffer(1).batched()) inner = step.rows;
            }
            if (first < last) {
                kernels_.matmul(last - first, buffer(0).columns, inner, pointer(1) + first, 1,
                                buffer(1).ld, pointer(2), buffer(2).ld,
                                pointer(0) + first * buffer(0).ld, buffer(0).ld, nullptr,
                                Activation::identity);
            }
            return;
        }
        case Code::transpose: {  // out (n, k); in (k, n)
            int64_t first = 0, last = buffer(1).rows;
            if (sliced) {
                first = last * thread / threads;
                last = buffer(1).rows * (thread + 1) / threads;
            }
            if (first < last) {
                kernels_.transpose(last - first, buffer(1).columns,
                                   pointer(1) + first * buffer(1).ld, buffer(1).ld,
                                   pointer(0) + first, buffer(0).ld);
            }
            return;
        }
        case Code::sum_rows:
            kernels_.sum_rows(rows(1), buffer(1).columns, pointer(1), buffer(1).ld, pointer(0));
            return;
        case Code::max_rows:
            kernels_.max_rows(rows(1), buffer(1).columns, pointer(1), buffer(1).ld, pointer(0));
            return;
        case Code::sum_columns:
            kernels_.sum_columns(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                 pointer(0), stride(0));
            return;
        case Code::max_columns:
            kernels_.max_columns(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                 pointer(0), stride(0));
            return;
        case Code::softmax:
            kernels_.softmax(rows(0), buffer(1).columns, pointer(1), buffer(1).ld, pointer(0),
                             buffer(0).ld);
            return;
        case Code::log_sum_exp:
            kernels_.log_sum_exp(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                 pointer(0), stride(0));
            return;
        case Code::cross_entropy:
            kernels_.cross_entropy(rows(1), buffer(1).columns, pointer(1), buffer(1).ld,
                                   pointer(2), buffer(2).ld, pointer(0), stride(0));
            return;
        case Code::combine_sum:
        case Code::combine_max: {  // out; partial
            const Buffer& out = buffer(0);
            const Buffer& partial = buffer(1);
            const auto [first, last] = slice_of(out.rows * out.ld, thread, threads);
            if (first >= last) return;
            const int op = static_cast<int>(
                instruction.code == Code::combine_sum ? Op::add : Op::maximum);
            T* to = arena_ + out.offset + first;
            const T* from = arena_ + partial.offset + first;
            std::copy_n(from, last - first, to);
            for (int64_t i = 1; i < step.blocks; ++i) {
                const T* next = from + i * partial.stride;
                kernels_.map[op](last - first, to, next, next, to);
            }
            return;
        }
        case Code::one_hot: {  // out; index
            const Buffer& out = buffer(0);
            T* to = pointer(0);
            const T* index = pointer(1);
            for (int64_t i = 0; i < rows(0); ++i) {
                std::fill_n(to + i * out.ld, out.ld, T(0));
                const auto hot = static_cast<int64_t>(index[i * buffer(1).ld]);
                if (hot >= 0 && hot < out.columns) to[i * out.ld + hot] = T(1);
            }
            return;
        }
        case Code::gather: {  // out; table; index: each index gives `table.columns` numbers
            const Buffer& out = buffer(0);
            const Buffer& table = buffer(1);
            const Buffer& index = buffer(2);
            T* to = pointer(0);
            const T* from = pointer(1);
            const T* wanted = pointer(2);
            for (int64_t i = 0; i < rows(2); ++i) {
                for (int64_t j = 0; j < index.columns; ++j) {
                    const auto entry = static_cast<int64_t>(wanted[i * index.ld + j]);
                    T* place = to + i * out.ld + j * table.columns;
                    if (entry < 0 || entry >= table.rows) {
                        std::fill_n(place, table.columns, std::numeric_limits<T>::quiet_NaN());
                    } else {
                        std::copy_n(from + entry * table.ld, table.columns, place);
                    }
                }
            }
            return;
        }
        case Code::scatter_add: {  // out; index; updates
            const Buffer& out = buffer(0);
            const Buffer& index = buffer(1);
            const Buffer& updates = buffer(2);
            T* to = pointer(0);
            const T* wanted = pointer(1);
            const T* from = pointer(2);
            std::fill_n(to, out.rows * out.ld, T(0));
            for (int64_t i = 0; i < rows(1); ++i) {
                for (int64_t j = 0; j < index.columns; ++j) {
                    const auto entry = static_cast<int64_t>(wanted[i * index.ld + j]);
                    if (entry < 0 || entry >= out.rows) continue;
                    const T* addend = from + i * updates.ld + j * out.columns;
                    T* place = to + entry * out.ld;
                    for (int64_t c = 0; c < out.columns; ++c) place[c] += addend[c];
                }
            }
            return;
        }
        case Code::random_mask: {  // out; stream; rate in `number`
            const Buffer& out = buffer(0);
            const int64_t first = block * step.block_rows;
            kernels_.mask(static_cast<uint64_t>(step.run->seed), static_cast<uint64_t>(a[1]),
                          static_cast<uint64_t>(step.number), instruction.number,
                          out.batched() ? first : 0, rows(0), out.columns, pointer(0), out.ld);
            return;
        }
        case Code::copy_columns: {  // out; in; first of out; first of in; count
            const Buffer& out = buffer(0);
            T* to = pointer(0) + a[2];
            const T* from = pointer(1) + a[3];
            for (int64_t i = 0; i < rows(0); ++i) {
                std::copy_n(from + i * buffer(1).ld, a[4], to + i * out.ld);
            }
            return;
        }
        case Code::copy_rows: {  // out; in; first of out; first of in; count
            T* to = pointer(0) + a[2] * buffer(0).ld;
            const T* from = pointer(1) + a[3] * buffer(1).ld;
            for (int64_t i = 0; i < a[4]; ++i) {
                std::copy_n(from + i * buffer(1).ld, buffer(1).columns, to + i * buffer(0).ld);
            }
            return;
        }
        case Code::fill:
            std::fill_n(pointer(0), rows(0) * buffer(0).ld, T(0));
            return;
        case Code::reshape: {
            const Buffer& out = buffer(0);
            const Buffer& in = buffer(1);
            T* to = pointer(0);
            const T* from = pointer(1);
            const int64_t count = rows(1) * in.columns;
            for (int64_t i = 0; i < count; ++i) {
                to[i / out.columns * out.ld + i % out.columns] =
                    from[i / in.columns * in.ld + i % in.columns];
            }
            return;
        }
        case Code::accumulate: {  // buffer; index of the sum; whether blocks have parts
            const Buffer& in = buffer(0);
            double total = 0.0;
            for (int64_t i = 0; i < (a[2] != 0 ? step.blocks : 1); ++i) {
                total += static_cast<double>(arena_[in.offset + i * in.stride]);
            }
            step.run->sums[a[1]] += total;
            return;
        }
    }
}

template class Engine<float>;
template class Engine<double>;

}  // namespace neurona
