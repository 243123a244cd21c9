// What a plan refuses to read or run.
#include <stdexcept>

#include "plan.hpp"

namespace neurona {

template <class T>
void Plan<T>::check_size(int64_t buffer, size_t elements) const {
    const Buffer& b = buffers.at(buffer);
    if (b.batched() || b.place != Place::global ||
        elements != static_cast<size_t>(b.rows * b.columns)) {
        throw std::invalid_argument("the values do not fit the buffer");
    }
}

template <class T>
void Plan<T>::check_rows(int64_t buffer, int64_t rows, size_t elements) const {
    const Buffer& b = buffers.at(buffer);
    if (!b.batched() || b.place != Place::global || rows < 0 || rows > most_rows ||
        elements != static_cast<size_t>(rows * b.columns)) {
        throw std::invalid_argument("the values do not fit the buffer");
    }
}

template <class T>
void Plan<T>::check_run(const RunRequest& run, const std::vector<InputRows>& inputs,
                        int64_t scalars, int64_t epochs, int threads) const {
    bool fits = threads >= 1 && run.batch >= 1 && run.batch <= most_rows &&
                scalars == this->scalars && run.steps >= 0 && run.skipped >= 0;
    if (fits && run.steps > 0) {
        fits = run.skipped % run.batch == 0 && run.skipped < run.epoch_rows;
        const BatchRows last = fits ? batch_of(run, run.steps - 1) : BatchRows{};
        fits = fits && last.first + last.rows == run.rows && last.epoch < epochs;
    } else {
        fits = fits && run.rows == 0;
    }
    if (!fits) {
        throw std::invalid_argument("the steps, rows and scalars of a run do not fit");
    }
    for (const auto& [input, columns] : read) {
        if (static_cast<size_t>(input) >= inputs.size() || inputs[input].columns != columns) {
            throw std::invalid_argument("the data of an input were not given");
        }
    }
    for (const InputRows& input : inputs) {
        for (int64_t i = 0; i < run.rows; ++i) {
            if (run.order[i] < 0 || run.order[i] >= input.rows) {
                throw std::invalid_argument("a row is asked for that the data do not have");
            }
        }
    }
}

template <class T>
void Plan<T>::check_predict(int64_t columns, int64_t result, int64_t result_columns,
                            int64_t scalars, int threads) const {
    bool fits = threads >= 1 && scalars == this->scalars;
    for (const auto& phase : phases) {
        for (const Instruction& instruction : phase.whole) {
            if (instruction.code == Code::accumulate) fits = false;
        }
    }
    for (const auto& [input, wanted] : read) fits = fits && input == 0 && wanted == columns;
    const Buffer& out = buffers.at(result);
    if (!fits || !out.batched() || out.place != Place::global ||
        out.columns != result_columns) {
        throw std::invalid_argument("the rows do not fit the program");
    }
}

template void Plan<float>::check_size(int64_t, size_t) const;
template void Plan<double>::check_size(int64_t, size_t) const;
template void Plan<float>::check_rows(int64_t, int64_t, size_t) const;
template void Plan<double>::check_rows(int64_t, int64_t, size_t) const;
template void Plan<float>::check_run(const RunRequest&, const std::vector<InputRows>&, int64_t,
                                     int64_t, int) const;
template void Plan<double>::check_run(const RunRequest&, const std::vector<InputRows>&, int64_t,
                                      int64_t, int) const;
template void Plan<float>::check_predict(int64_t, int64_t, int64_t, int64_t, int) const;
template void Plan<double>::check_predict(int64_t, int64_t, int64_t, int64_t, int) const;

}  // namespace neurona
