// The kernels' doors for the tests, with NumPy arrays on both sides.
#include "bindings.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "kernel_doors.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace neurona {
namespace {

template <class T>
using Vector = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using Matrix = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Result = nb::ndarray<nb::numpy, T>;

// A new array that owns its memory; made before the kernel writes to it.
template <class T>
Result<T> make_array(std::initializer_list<size_t> shape) {
    size_t size = 1;
    for (const size_t length : shape) size *= length;
    T* data = new T[std::max<size_t>(size, 1)];
    nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
    return Result<T>(data, shape, owner);
}

void demand(bool fits, const char* what) {
    if (!fits) throw std::invalid_argument(what);
}

template <class T>
const T* data_or_null(const std::optional<Vector<T>>& a, size_t size) {
    if (!a) return nullptr;
    demand(a->size() == size, "operands of one operation have the same length");
    return a->data();
}

std::tuple<double, double, double> as_tuple(const doors::Worst& worst) {
    return {worst.ulps, worst.input, worst.output};
}

template <class T>
void bind(nb::module_& module) {
    module.def(
        "kernel_map",
        [](const std::string& isa, const std::string& name, Vector<T> a,
           std::optional<Vector<T>> b, std::optional<Vector<T>> c,
           std::optional<Vector<T>> numbers, int singles) {
            // One of a number operand's elements stands for all: the others are not read.
            auto d = make_array<T>({a.size()});
            demand(doors::kernel_map<T>(
                       isa, doors::op_named(name), singles,
                       static_cast<int64_t>(a.size()), a.data(), data_or_null(b, a.size()),
                       data_or_null(c, a.size()), data_or_null(numbers, 2), d.data()),
                   "there is no such kernel");
            return d;
        },
        "isa"_a, "name"_a, "a"_a.noconvert(), "b"_a.noconvert().none() = nb::none(),
        "c"_a.noconvert().none() = nb::none(), "numbers"_a.noconvert().none() = nb::none(),
        "singles"_a = 0);
    module.def(
        "kernel_matmul",
        [](const std::string& isa, Matrix<T> a, Matrix<T> b, std::optional<Vector<T>> bias,
           bool relu, bool transposed_a, std::optional<Matrix<T>> gate) {
            const size_t m = a.shape(transposed_a ? 1 : 0), k = a.shape(transposed_a ? 0 : 1);
            const size_t n = b.shape(1);
            demand(b.shape(0) == k, "the inner sizes of a product are equal");
            demand(!gate || (gate->shape(0) == m && gate->shape(1) == n),
                   "a gate has the shape of the product");
            const T* shift = data_or_null(bias, n);
            auto c = make_array<T>({m, n});
            doors::kernel_matmul<T>(isa, static_cast<int64_t>(m), static_cast<int64_t>(n),
                                         static_cast<int64_t>(k), a.data(), b.data(), shift,
                                         gate ? gate->data() : nullptr, relu, transposed_a,
                                         c.data());
            return c;
        },
        "isa"_a, "a"_a.noconvert(), "b"_a.noconvert(), "bias"_a.noconvert().none(), "relu"_a,
        "transposed_a"_a, "gate"_a.noconvert().none() = nb::none());
    module.def(
        "kernel_transpose",
        [](const std::string& isa, Matrix<T> b) {
            auto bt = make_array<T>({b.shape(1), b.shape(0)});
            doors::kernel_transpose<T>(isa, static_cast<int64_t>(b.shape(0)),
                                            static_cast<int64_t>(b.shape(1)), b.data(),
                                            bt.data());
            return bt;
        },
        "isa"_a, "b"_a.noconvert());
    module.def(
        "kernel_reduce",
        [](const std::string& isa, const std::string& name, Matrix<T> a,
           std::optional<Matrix<T>> target) {
            const size_t m = a.shape(0), n = a.shape(1);
            demand(!target || (target->shape(0) == m && target->shape(1) == n),
                   "the target has the shape of the logits");
            std::vector<T> out(m * n + m + n + 1);
            const int64_t count = doors::kernel_reduce<T>(
                isa, name, static_cast<int64_t>(m), static_cast<int64_t>(n), a.data(),
                target ? target->data() : nullptr, out.data());
            auto result = make_array<T>({static_cast<size_t>(count)});
            std::copy_n(out.data(), count, result.data());
            return result;
        },
        "isa"_a, "name"_a, "a"_a.noconvert(), "target"_a.noconvert().none() = nb::none());
    module.def(
        "ulp_errors",
        [](const std::string& isa, const std::string& name, Vector<T> a) {
            return as_tuple(doors::ulp_errors<T>(isa, doors::op_named(name),
                                                      static_cast<int64_t>(a.size()),
                                                      a.data()));
        },
        "isa"_a, "name"_a, "a"_a.noconvert());
}

template <class T>
Result<T> mask(const std::string& isa, uint64_t seed, uint64_t stream, uint64_t step,
               double rate, int64_t first_row, size_t rows, size_t columns) {
    auto out = make_array<T>({rows, columns});
    doors::kernel_mask<T>(isa, seed, stream, step, rate, first_row,
                               static_cast<int64_t>(rows), static_cast<int64_t>(columns),
                               out.data());
    return out;
}

nb::object mask_of(const std::string& isa, uint64_t seed, uint64_t stream, uint64_t step,
                   double rate, int64_t first_row, size_t rows, size_t columns,
                   nb::object dtype) {
    const nb::object full = nb::module_::import_("numpy").attr("dtype")(dtype);
    if (nb::cast<int>(full.attr("itemsize")) == sizeof(float)) {
        return nb::cast(mask<float>(isa, seed, stream, step, rate, first_row, rows, columns));
    }
    return nb::cast(mask<double>(isa, seed, stream, step, rate, first_row, rows, columns));
}

Result<int64_t> permutation(const std::string& isa, uint64_t seed, uint64_t stream,
                            uint64_t step, size_t count) {
    auto order = make_array<int64_t>({count});
    doors::kernel_permutation(isa, seed, stream, step, static_cast<int64_t>(count),
                                   order.data());
    return order;
}

}  // namespace

void bind_kernels(nb::module_& module) {
    bind<float>(module);
    bind<double>(module);
    module.def("instruction_sets", &doors::instruction_sets);
    module.def("kernel_mask", &mask_of);
    module.def("kernel_permutation", &permutation);
    module.def(
        "ulp_sweep",
        [](const std::string& isa, const std::string& name, uint64_t first_bits,
           uint64_t last_bits, uint64_t stride, int threads) {
            const Op op = doors::op_named(name);
            nb::gil_scoped_release release;
            return as_tuple(
                doors::ulp_sweep(isa, op, first_bits, last_bits, stride, threads));
        },
        "isa"_a, "name"_a, "first_bits"_a, "last_bits"_a, "stride"_a, "threads"_a);
}

}  // namespace neurona
