// The engine as Python sees it.
#include "engine_binding.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <bit>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "dispatch.hpp"
#include "engine.hpp"
#include "engine_arguments.hpp"
#include "stop_flag.hpp"

namespace nb = nanobind;

namespace neurona {
namespace {

using Order = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Scalars = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Sums = nb::ndarray<double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Orders = nb::ndarray<int64_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Rows = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using NewRows = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Values = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
template <class T>
using Result = nb::ndarray<T, nb::c_contig, nb::device::cpu>;

// Whether no number is NaN or infinite: looked at as bits, which vectorizes.
template <class T>
bool all_finite(const T* values, size_t count) {
    using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    constexpr Bits exponent = sizeof(T) == 4 ? Bits(0x7F800000u) : Bits(0x7FF0000000000000ull);
    Bits found = 0;
    for (size_t i = 0; i < count; ++i) {
        found |= static_cast<Bits>((std::bit_cast<Bits>(values[i]) & exponent) == exponent);
    }
    return found == 0;
}

// Lines of `orders` become the random orders of steps that follow each other.
void permutations(uint64_t seed, uint64_t stream, uint64_t first_step, Orders orders) {
    const auto count = static_cast<int64_t>(orders.shape(1));
    const auto& kernels = chosen_kernels<float>();
    nb::gil_scoped_release release;
    std::vector<uint64_t> scratch(static_cast<size_t>(3 * count));
    for (size_t i = 0; i < orders.shape(0); ++i) {
        kernels.permutation(seed, stream, first_step + i, count, orders.data() + i * count,
                            scratch.data());
    }
}

template <class T>
void bind(nb::module_& module, const char* name) {
    nb::class_<Engine<T>>(module, name)
        .def(
            "__init__",
            [](Engine<T>* self, const std::string& isa, Table table,
               const Phases& phases, int64_t arena,
               int64_t workspace, int64_t map_places, int64_t scalars, int64_t most_rows,
               int64_t lasting_phase) {
                const auto& kernels = isa.empty() ? chosen_kernels<T>() : kernels_named<T>(isa);
                new (self) Engine<T>(kernels, buffers_of(table), phases_of(phases),
                                     arena, workspace, map_places, scalars, most_rows,
                                     lasting_phase);
            },
            nb::arg("isa"), nb::arg("buffers"), nb::arg("phases"), nb::arg("arena"),
            nb::arg("workspace"), nb::arg("map_places"), nb::arg("scalars"),
            nb::arg("most_rows"), nb::arg("lasting_phase"))
        .def("write",
             [](Engine<T>& self, int64_t buffer, Values<T> values) {
                 self.plan().check_size(buffer, values.size());
                 self.write(buffer, values.data());
             })
        .def("read",
             [](const Engine<T>& self, int64_t buffer, Result<T> values) {
                 self.plan().check_size(buffer, values.size());
                 self.read(buffer, values.data());
             })
        .def("read_rows",
             [](const Engine<T>& self, int64_t buffer, int64_t rows, Result<T> values) {
                 self.plan().check_rows(buffer, rows, values.size());
                 self.read_rows(buffer, rows, values.data());
             })
        .def(
            "set_input",
            [](Engine<T>& self, int64_t input,
               Rows<T> values) {
                self.set_input(input, {values.data(), static_cast<int64_t>(values.shape(0)),
                                       static_cast<int64_t>(values.shape(1)),
                                       std::make_shared<Rows<T>>(values)});
            })
        .def("forget_inputs", [](Engine<T>& self) { self.forget_inputs(); })
        .def(
            "run",
            [](Engine<T>& self, Order order, int64_t batch, int64_t epoch_rows,
               int64_t skipped, Scalars scalars, int64_t seed, int64_t first_step, Sums sums,
               int threads, const AtomicStop* stop, bool hears_signals) {
                RunRequest run{};
                run.order = order.data();
                run.rows = static_cast<int64_t>(order.size());
                run.batch = batch;
                run.epoch_rows = epoch_rows;
                run.skipped = skipped;
                run.scalars = scalars.data();
                run.steps = static_cast<int64_t>(scalars.shape(0));
                run.seed = seed;
                run.first_step = first_step;
                run.sums = sums.data();
                run.sum_count = static_cast<int64_t>(sums.shape(1));
                self.plan().check_run(run, self.inputs(),
                                      static_cast<int64_t>(scalars.shape(1)),
                                      static_cast<int64_t>(sums.shape(0)), threads);
                const auto is_stopped = [stop] { return stop != nullptr && stop->is_set(); };
                bool raised = false;
                const std::function<bool()> asked = [&] {
                    if (is_stopped()) return true;
                    if (!hears_signals) return false;
                    // Python handles signals only when its main thread lets it.
                    nb::gil_scoped_acquire hold;
                    raised = PyErr_CheckSignals() != 0;
                    return raised || is_stopped();
                };
                int64_t done = 0;
                {
                    nb::gil_scoped_release release;
                    done = self.run(run, threads, std::cref(asked));
                }
                if (raised) throw nb::python_error();
                return done;
            },
            nb::arg("order"), nb::arg("batch"), nb::arg("epoch_rows"), nb::arg("skipped"),
            nb::arg("scalars"), nb::arg("seed"), nb::arg("first_step"), nb::arg("sums"),
            nb::arg("threads"), nb::arg("stop").none() = nb::none(),
            nb::arg("hears_signals") = false)
        .def(
            "predict",
            // Writes leaves that lie one after the other, checks and runs all rows; false,
            // with nothing done, where one of their numbers is not finite.
            [](Engine<T>& self, Table leaves,
               nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu> values,
               Rows<T> rows, Scalars scalars, int64_t result, NewRows<T> out, int threads) {
                const auto columns = static_cast<int64_t>(rows.shape(1));
                self.plan().check_predict(columns, result, static_cast<int64_t>(out.shape(1)),
                                   static_cast<int64_t>(scalars.size()), threads);
                if (out.shape(0) != rows.shape(0)) {
                    throw std::invalid_argument("there are not as many results as rows");
                }
                for (size_t i = 0; i < leaves.shape(0); ++i) {
                    self.plan().check_size(leaves(i, 0), static_cast<size_t>(leaves(i, 2)));
                    if (leaves(i, 1) < 0 ||
                        leaves(i, 1) + leaves(i, 2) > static_cast<int64_t>(values.size())) {
                        throw std::invalid_argument("the values do not fit the buffers");
                    }
                }
                nb::gil_scoped_release release;
                if (!all_finite(rows.data(), rows.size())) return false;
                for (size_t i = 0; i < leaves.shape(0); ++i) {
                    self.write(leaves(i, 0), values.data() + leaves(i, 1));
                }
                self.predict(rows.data(), static_cast<int64_t>(rows.shape(0)), columns, result,
                             out.data(), scalars.data(), threads);
                return true;
            },
            nb::arg("leaves"), nb::arg("values"), nb::arg("rows"), nb::arg("scalars"),
            nb::arg("result"), nb::arg("out"), nb::arg("threads"));
}

}  // namespace

void bind_engines(nb::module_& module) {
    // execute.py says it in the user's language.
    nb::register_exception_translator([](const std::exception_ptr& error, void*) {
        try {
            std::rethrow_exception(error);
        } catch (const StrayIndex& x) {
            const auto told = nb::make_tuple(x.row, x.column, x.index, x.size);
            PyErr_SetObject(PyExc_IndexError, told.ptr());
        }
    });
    nb::class_<AtomicStop>(module, "StopFlag")
        .def(nb::init<>())
        .def("set", &AtomicStop::set)
        .def("clear", &AtomicStop::clear)
        .def_prop_ro("is_set", &AtomicStop::is_set);
    bind<float>(module, "Engine32");
    bind<double>(module, "Engine64");
    module.def("permutations", &permutations, nb::arg("seed"), nb::arg("stream"),
               nb::arg("first_step"), nb::arg("orders"));
}

}  // namespace neurona
