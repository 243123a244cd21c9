#include "kernel_doors.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <thread>

namespace neurona::doors {
namespace {

constexpr int64_t line_bytes = 64;

// A padded copy of a dense matrix, NaN in the padding, aligned as the engine's are.
template <class T>
class Padded {
  public:
    Padded(int64_t rows, int64_t columns, const T* values = nullptr)
        : rows_(rows), columns_(columns) {
        constexpr int64_t line = line_bytes / static_cast<int64_t>(sizeof(T));
        ld_ = std::max<int64_t>(1, (columns + line - 1) / line) * line;
        memory_.assign(static_cast<size_t>(rows * ld_ + line),
                       std::numeric_limits<T>::quiet_NaN());
        const auto address = reinterpret_cast<uintptr_t>(memory_.data());
        const auto aligned = (address + line_bytes - 1) / line_bytes * line_bytes;
        data_ = memory_.data() + (aligned - address) / sizeof(T);
        for (int64_t i = 0; values != nullptr && i < rows; ++i) {
            std::copy_n(values + i * columns, columns, data_ + i * ld_);
        }
    }
    Padded(const Padded&) = delete;
    Padded& operator=(const Padded&) = delete;

    T* data() { return data_; }
    int64_t ld() const { return ld_; }
    void copy_to(T* out) const {
        for (int64_t i = 0; i < rows_; ++i) std::copy_n(data_ + i * ld_, columns_, out + i * columns_);
    }

  private:
    int64_t rows_, columns_, ld_;
    std::vector<T> memory_;
    T* data_;
};

template <class Wide>
Wide exact(Op op, Wide x) {
    switch (op) {
        case Op::exp: return std::exp(x);
        case Op::expm1: return std::expm1(x);
        case Op::log: return std::log(x);
        case Op::log1p: return std::log1p(x);
        case Op::sqrt: return std::sqrt(x);
        case Op::sin: return std::sin(x);
        case Op::cos: return std::cos(x);
        case Op::arctan: return std::atan(x);
        case Op::erf: return std::erf(x);
        case Op::tanh: return std::tanh(x);
        case Op::sigmoid: {
            const Wide e = std::exp(-std::abs(x));
            return (x < 0 ? e : Wide(1)) / (1 + e);
        }
        case Op::softplus: return std::fmax(x, Wide(0)) + std::log1p(std::exp(-std::abs(x))) +
                                  (std::isnan(x) ? x : Wide(0));
        default:
            throw std::invalid_argument("no exact form of " + std::string(about(op).name) +
                                        ": give it one in exact(), kernel_doors.cpp");
    }
}

template <class T, class Wide>
double distance(T found, Wide wanted) {
    constexpr double wrong = std::numeric_limits<double>::infinity();
    if (std::isnan(wanted) || std::isnan(found)) {
        return std::isnan(wanted) && std::isnan(found) ? 0 : wrong;
    }
    const T rounded = static_cast<T>(wanted);
    if (std::signbit(found) != std::signbit(rounded)) return wrong;
    if (found == rounded) return 0;
    if (std::isinf(found) || std::isinf(rounded)) {
        // The largest finite number and infinity are neighbours.
        return std::nextafter(found, rounded) == rounded ? 1 : wrong;
    }
    constexpr int least = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits;
    const int exponent = wanted == 0 ? least : std::ilogb(wanted) + 1 - std::numeric_limits<T>::digits;
    const Wide ulp = std::ldexp(Wide(1), std::max(exponent, least));
    return static_cast<double>(std::abs(static_cast<Wide>(found) - wanted) / ulp);
}

template <class T, class Wide>
Worst worst_of(Op op, int64_t n, const T* inputs, const T* outputs, Worst worst) {
    for (int64_t i = 0; i < n; ++i) {
        const double ulps = distance(outputs[i], exact(op, static_cast<Wide>(inputs[i])));
        if (ulps > worst.ulps) {
            worst = {ulps, static_cast<double>(inputs[i]), static_cast<double>(outputs[i])};
        }
    }
    return worst;
}

template <class Run>
double best_time(int repeats, Run run) {
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        run();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        best = std::min(best, taken.count());
    }
    return best;
}

}  // namespace

Op op_named(const std::string& name) {
    const auto* found = std::find_if(std::begin(map_operations), std::end(map_operations),
                                     [&](const OperationTraits& x) { return x.name == name; });
    if (found == std::end(map_operations)) {
        throw std::invalid_argument("no such operation: " + name);
    }
    return static_cast<Op>(found - std::begin(map_operations));
}

template <class T>
const Kernels<T>& kernels_of(const std::string& isa) {
    const Kernels<T>* kernels = nullptr;
    if (isa == "baseline") kernels = kernels_baseline<T>();
    if (isa == "avx2") kernels = kernels_avx2<T>();
    if (isa == "avx512") kernels = kernels_avx512<T>();
    if (kernels == nullptr) throw std::invalid_argument("no such instruction set here: " + isa);
    return *kernels;
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> found{"baseline"};
    if (kernels_avx2<float>() != nullptr) found.emplace_back("avx2");
    if (kernels_avx512<float>() != nullptr) found.emplace_back("avx512");
    return found;
}

template <class T>
bool kernel_map(const std::string& isa, Op op, int singles, int64_t n, const T* a, const T* b,
                const T* c, const T* numbers, T* d) {
    const MapKernel<T> kernel = kernels_of<T>(isa).map[static_cast<int>(op)].of[singles & 7];
    if (kernel != nullptr) kernel(n, a, b, c, numbers, d);
    return kernel != nullptr;
}

template <class T>
void kernel_matmul(const std::string& isa, int64_t m, int64_t n, int64_t k, const T* A,
                   const T* B, const T* bias, const T* gate, bool relu, bool transposed_a,
                   T* C) {
    Padded<T> a(transposed_a ? k : m, transposed_a ? m : k, A);
    Padded<T> b(k, n, B), c(m, n), shift(1, n, bias), gates(m, n, gate);
    const Activation activation = gate != nullptr ? Activation::gate
                                  : relu          ? Activation::relu
                                                  : Activation::identity;
    kernels_of<T>(isa).matmul({m, n, k, a.data(), a.ld(), transposed_a, b.data(), b.ld(),
                               c.data(), c.ld(), bias == nullptr ? nullptr : shift.data(),
                               activation, gate == nullptr ? nullptr : gates.data(),
                               gates.ld()});
    c.copy_to(C);
}

template <class T>
void kernel_transpose(const std::string& isa, int64_t k, int64_t n, const T* B, T* Bt) {
    Padded<T> b(k, n, B), bt(n, k);
    kernels_of<T>(isa).transpose(k, n, b.data(), b.ld(), bt.data(), bt.ld());
    bt.copy_to(Bt);
}

template <class T>
constexpr T slope_scale = T(0.25);

template <class T>
int64_t kernel_reduce(const std::string& isa, const std::string& name, int64_t m, int64_t n,
                      const T* A, const T* target, T* out) {
    const Kernels<T>& kernels = kernels_of<T>(isa);
    Padded<T> a(m, n, A);
    if (name == "sum") {
        out[0] = static_cast<T>(kernels.sum(m * n, A));
        return 1;
    }
    if (name == "sum_rows") return kernels.sum_rows(m, n, a.data(), a.ld(), out), n;
    if (name == "max_rows") return kernels.max_rows(m, n, a.data(), a.ld(), out), n;
    if (name == "sum_columns") return kernels.sum_columns(m, n, a.data(), a.ld(), out, 1), m;
    if (name == "max_columns") return kernels.max_columns(m, n, a.data(), a.ld(), out, 1), m;
    if (name == "log_sum_exp") return kernels.log_sum_exp(m, n, a.data(), a.ld(), out, 1), m;
    if (name == "sum_parts" || name == "max_parts") {
        Padded<T> result(1, n);
        auto* join = name == "sum_parts" ? kernels.sum_parts : kernels.max_parts;
        join(m, a.ld(), a.data(), a.ld(), result.data());
        result.copy_to(out);
        return n;
    }
    if (name == "softmax" || (name == "softmax_slope" && target != nullptr)) {
        Padded<T> result(m, n);
        if (name == "softmax") {
            kernels.softmax(m, n, a.data(), a.ld(), result.data(), result.ld());
        } else {
            kernels.softmax_slope(m, n, a.data(), a.ld(), target, n, slope_scale<T>,
                                  result.data(), result.ld());
        }
        result.copy_to(out);
        for (int64_t i = 0; i < m; ++i) {
            for (int64_t j = n; j < result.ld(); ++j) {
                if (result.data()[i * result.ld() + j] != 0) {
                    throw std::invalid_argument("softmax left padding that is not zero");
                }
            }
        }
        return m * n;
    }
    if (name == "cross_entropy" && target != nullptr) {
        Padded<T> t(m, n, target);
        kernels.cross_entropy(m, n, a.data(), a.ld(), t.data(), t.ld(), out, 1);
        return m;
    }
    if (name == "cross_entropy_of_class" && target != nullptr) {
        kernels.cross_entropy_of_class(m, n, a.data(), a.ld(), target, n, out, 1);
        return m;
    }
    throw std::invalid_argument("no such reduction: " + name);
}

template <class T>
void kernel_mask(const std::string& isa, uint64_t seed, uint64_t stream, uint64_t step,
                 double rate, int64_t first_row, int64_t rows, int64_t columns, T* out) {
    Padded<T> result(rows, columns);
    kernels_of<T>(isa).mask(seed, stream, step, rate, first_row, rows, columns, result.data(),
                            result.ld());
    result.copy_to(out);
}

void kernel_permutation(const std::string& isa, uint64_t seed, uint64_t stream, uint64_t step,
                        int64_t count, int64_t* order) {
    std::vector<uint64_t> scratch(static_cast<size_t>(3 * count));
    kernels_of<float>(isa).permutation(seed, stream, step, count, order, scratch.data());
}

Worst ulp_sweep(const std::string& isa, Op op, uint64_t first_bits, uint64_t last_bits,
                uint64_t stride, int threads) {
    const MapKernel<float> kernel = kernels_of<float>(isa).map[static_cast<int>(op)].of[0];
    exact(op, 0.0);
    constexpr uint64_t chunk = 4096;
    const uint64_t count = (last_bits - first_bits + stride - 1) / stride;
    std::vector<Worst> found(static_cast<size_t>(threads));
    auto work = [&](int thread) {
        std::vector<float> inputs(chunk), outputs(chunk);
        for (uint64_t start = static_cast<uint64_t>(thread) * chunk; start < count;
             start += static_cast<uint64_t>(threads) * chunk) {
            const auto n = static_cast<int64_t>(std::min(chunk, count - start));
            for (int64_t i = 0; i < n; ++i) {
                const uint64_t bits = first_bits + (start + static_cast<uint64_t>(i)) * stride;
                inputs[i] = std::bit_cast<float>(static_cast<uint32_t>(bits));
            }
            kernel(n, inputs.data(), nullptr, nullptr, nullptr, outputs.data());
            found[thread] = worst_of<float, double>(op, n, inputs.data(), outputs.data(), found[thread]);
        }
    };
    std::vector<std::thread> others;
    for (int thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
    work(0);
    for (std::thread& other : others) other.join();
    return *std::max_element(found.begin(), found.end(), [](const Worst& a, const Worst& b) {
        return a.ulps < b.ulps;
    });
}

template <class T>
Worst ulp_errors(const std::string& isa, Op op, int64_t n, const T* a) {
    std::vector<T> outputs(static_cast<size_t>(n));
    kernel_map<T>(isa, op, 0, n, a, nullptr, nullptr, nullptr, outputs.data());
    return worst_of<T, long double>(op, n, a, outputs.data(), Worst{});
}

template <class T>
double time_map(const std::string& isa, Op op, int64_t n, const T* a, const T* b, int repeats) {
    const MapKernel<T> kernel = kernels_of<T>(isa).map[static_cast<int>(op)].of[0];
    const T numbers[] = {1, 1};
    std::vector<T> out(static_cast<size_t>(n));
    return best_time(repeats, [&] { kernel(n, a, b, a, numbers, out.data()); });
}

template <class T>
double time_matmul(const std::string& isa, int64_t m, int64_t n, int64_t k, bool transposed_a,
                   int repeats) {
    const std::vector<T> ones(static_cast<size_t>(std::max({m * k, k * n, n})), T(1));
    Padded<T> a(transposed_a ? k : m, transposed_a ? m : k, ones.data());
    Padded<T> b(k, n, ones.data()), c(m, n), bias(1, n, ones.data());
    const Kernels<T>& kernels = kernels_of<T>(isa);
    const MatrixProduct<T> product{m, n, k, a.data(), a.ld(), transposed_a, b.data(), b.ld(),
                                   c.data(), c.ld(), bias.data(), Activation::relu, nullptr, 0};
    return best_time(repeats, [&] { kernels.matmul(product); });
}

#define NEURONA_INSTANCES(T)                                                                  \
    template const Kernels<T>& kernels_of<T>(const std::string&);                             \
    template bool kernel_map<T>(const std::string&, Op, int, int64_t, const T*, const T*,     \
                                const T*, const T*, T*);                                      \
    template void kernel_matmul<T>(const std::string&, int64_t, int64_t, int64_t, const T*,   \
                                   const T*, const T*, const T*, bool, bool, T*);             \
    template void kernel_transpose<T>(const std::string&, int64_t, int64_t, const T*, T*);    \
    template int64_t kernel_reduce<T>(const std::string&, const std::string&, int64_t,        \
                                      int64_t, const T*, const T*, T*);                       \
    template void kernel_mask<T>(const std::string&, uint64_t, uint64_t, uint64_t, double,    \
                                 int64_t, int64_t, int64_t, T*);                              \
    template Worst ulp_errors<T>(const std::string&, Op, int64_t, const T*);                  \
    template double time_map<T>(const std::string&, Op, int64_t, const T*, const T*, int);    \
    template double time_matmul<T>(const std::string&, int64_t, int64_t, int64_t, bool, int)

NEURONA_INSTANCES(float);
NEURONA_INSTANCES(double);

}  // namespace neurona::doors
