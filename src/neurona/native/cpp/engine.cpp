#include "engine.hpp"

#include <algorithm>

namespace neurona {

template <class T>
void Engine<T>::write(int64_t buffer, const T* values) {
    const Buffer& b = plan_.buffers.at(buffer);
    for (int64_t row = 0; row < b.rows; ++row) {
        std::copy_n(values + row * b.columns, b.columns, begin_of(b) + row * b.ld);
    }
}

template <class T>
void Engine<T>::read(int64_t buffer, T* values) const {
    read_rows(buffer, plan_.buffers.at(buffer).rows, values);
}

template <class T>
void Engine<T>::read_rows(int64_t buffer, int64_t rows, T* values) const {
    const Buffer& b = plan_.buffers.at(buffer);
    for (int64_t row = 0; row < rows; ++row) {
        std::copy_n(begin_of(b) + row * b.ld, b.columns, values + row * b.columns);
    }
}

template <class T>
void Engine<T>::set_input(int64_t input, InputRows value) {
    if (static_cast<size_t>(input) >= inputs_.size()) inputs_.resize(input + 1);
    inputs_[input] = std::move(value);
}

template <class T>
void Engine<T>::predict(const T* rows, int64_t count, int64_t columns, int64_t result, T* out,
                        const double* scalars, int threads) {
    const int64_t most = std::min(count, plan_.most_rows);
    while (static_cast<int64_t>(natural_order_.size()) < most) {
        natural_order_.push_back(static_cast<int64_t>(natural_order_.size()));
    }
    for (int64_t first = 0; first < count; first += plan_.most_rows) {
        RunRequest run{};
        run.order = natural_order_.data();
        run.rows = run.batch = run.epoch_rows = std::min(count - first, plan_.most_rows);
        run.scalars = scalars;
        run.steps = 1;
        const InputRows input{rows + first * columns, run.rows, columns, {}};
        try {
            // Rows that fit one block are one thread's whatever the number.
            runner_.run(run, &input, blocks_of(run.rows) == 1 ? 1 : threads, {});
        } catch (StrayIndex& wrong) {
            wrong.row += first;
            throw;
        }
        read_rows(result, run.rows, out + first * plan_.buffers[result].columns);
    }
}

template class Engine<float>;
template class Engine<double>;

}  // namespace neurona
