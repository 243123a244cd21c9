// An engine that is made and run while memory is refused.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "dispatch.hpp"
#include "engine.hpp"
#include "engine_arguments.hpp"
#include "refused_memory.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace neurona {
namespace {

using Leaf = std::tuple<int64_t, std::vector<double>>;
using Rows = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

template <class T>
struct Trial {
    const Kernels<T>& kernels;
    const ProgramArguments& program;
    std::vector<std::pair<int64_t, std::vector<T>>> leaves;
    std::vector<std::vector<T>> inputs;   // whole rows of each
    RunRequest run;
    int threads;

    std::unique_ptr<Engine<T>> make() const {
        const ProgramArguments& p = program;
        return std::make_unique<Engine<T>>(kernels, p.buffers, p.phases, p.arena, p.workspace,
                                           p.map_places, p.scalars, p.most_rows,
                                           p.lasting_phase);
    }

    // What a run leaves in all its leaves; `engine` is made unless it is there.
    void go(std::unique_ptr<Engine<T>>& engine, std::vector<T>& result) const {
        if (!engine) engine = make();
        for (const auto& [buffer, values] : leaves) engine->write(buffer, values.data());
        for (size_t i = 0; i < inputs.size(); ++i) {
            const auto columns = static_cast<int64_t>(inputs[i].size()) / run.rows;
            engine->set_input(static_cast<int64_t>(i),
                              {inputs[i].data(), run.rows, columns, {}});
        }
        engine->plan().check_run(run, engine->inputs(), program.scalars, 1, threads);
        std::fill_n(run.sums, run.sum_count, 0.0);
        engine->run(run, threads);
        T* to = result.data();
        for (const auto& [buffer, values] : leaves) {
            engine->read(buffer, to);
            to += values.size();
        }
    }
};

// Memory that was asked for, runs that ended for want of it, runs with other bits than
// those of one thread, and blocks that were lost.
using Findings = std::tuple<int64_t, int64_t, int64_t, int64_t>;

template <class T>
Findings refuse_each(const Trial<T>& trial) {
    size_t size = 0;
    for (const auto& leaf : trial.leaves) size += leaf.second.size();
    std::vector<T> wanted(size), found(size);
    {
        std::unique_ptr<Engine<T>> engine;
        Trial<T> alone = trial;
        alone.threads = 1;
        alone.go(engine, wanted);
    }
    int64_t failed = 0, different = 0;
    const auto compare = [&] {
        different += std::memcmp(wanted.data(), found.data(), size * sizeof(T)) != 0;
    };
    for (int64_t which = 0;; ++which) {
        const int64_t before = refused_memory::blocks();
        std::unique_ptr<Engine<T>> engine;
        refused_memory::begin(which);
        try {
            trial.go(engine, found);
            compare();
        } catch (const std::bad_alloc&) {
            ++failed;
        }
        const int64_t asked = refused_memory::end();
        // The same engine, where there is one, does what it did not get to.
        trial.go(engine, found);
        compare();
        engine.reset();
        const int64_t lost = refused_memory::blocks() - before;
        // Threads of the first runs stay.
        if (asked <= which || (which > 0 && lost != 0)) return {which, failed, different, lost};
    }
}

template <class T>
Findings refuse_each_allocation(
    const std::string& isa, Table buffers, const Phases& phases, int64_t arena,
    int64_t workspace, int64_t map_places, int64_t most_rows, int64_t lasting_phase,
    const std::vector<Leaf>& leaves, const std::vector<Rows>& inputs,
    const std::vector<int64_t>& order, int64_t batch, Rows scalars, int64_t sum_count,
    int threads) {
    RunRequest run{};
    run.order = order.data();
    run.rows = run.epoch_rows = static_cast<int64_t>(order.size());
    run.batch = batch;
    run.steps = (run.rows + batch - 1) / batch;
    run.scalars = scalars.data();
    run.first_step = 1;
    std::vector<double> sums(static_cast<size_t>(sum_count));
    run.sums = sums.data();
    run.sum_count = sum_count;
    const ProgramArguments program{
        buffers_of(buffers), phases_of(phases), arena, workspace, map_places,
        static_cast<int64_t>(scalars.shape(1)), most_rows, lasting_phase};
    const auto& kernels = isa.empty() ? chosen_kernels<T>() : kernels_named<T>(isa);
    Trial<T> trial{kernels, program, {}, {}, run, threads};
    for (const Rows& rows : inputs) {
        trial.inputs.emplace_back(rows.data(), rows.data() + rows.size());
    }
    for (const auto& [buffer, values] : leaves) {
        trial.leaves.emplace_back(buffer, std::vector<T>(values.begin(), values.end()));
    }
    return refuse_each(trial);
}

}  // namespace

void bind_memory_trial(nb::module_& module) {
    const auto bind = [&](const char* name, auto* function) {
        module.def(name, function, "isa"_a, "buffers"_a, "phases"_a, "arena"_a, "workspace"_a,
                   "map_places"_a, "most_rows"_a, "lasting_phase"_a, "leaves"_a, "inputs"_a,
                   "order"_a, "batch"_a, "scalars"_a, "sum_count"_a, "threads"_a);
    };
    bind("refuse_each_allocation_32", &refuse_each_allocation<float>);
    bind("refuse_each_allocation_64", &refuse_each_allocation<double>);
}

}  // namespace neurona
