// The map instruction made ready: which kernels run over which chunks of its operands.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels.hpp"
#include "program.hpp"

namespace neurona {

struct MapOperand {
    const Buffer* buffer;
    Spread spread;
    bool is_filled;   // a number that some kernel wants as an array
};

template <class T>
struct MapStep {
    MapKernel<T> kernel;   // null: this and the next three are one moments_step
    int singles;
    bool has_numbers;
    int to, from[3], numbers[2];
};

// A kernel with all its arguments.
template <class T>
struct MapCall {
    MapKernel<T> kernel;
    int singles;           // bit i: from[i] is one number for all elements
    int64_t count;
    const T* from[3];
    const T* numbers[2];   // of the step at hand; null where it has none
    T* to;

    void run(const Kernels<T>&) const {
        T values[2];
        if (numbers[0]) values[0] = *numbers[0], values[1] = *numbers[1];
        kernel(count, from[0], from[1], from[2], values, to);
    }
};

template <class T>
struct MomentsCall {
    int64_t count;
    const T *from, *gradient;
    T *mean, *square, *to;
    const T* numbers[7];

    void run(const Kernels<T>& kernels) const {
        T values[7];
        for (int i = 0; i < 7; ++i) values[i] = *numbers[i];
        kernels.moments_step(count, from, gradient, mean, square, values, to);
    }
};

template <class T>
struct MapPlan {
    const Buffer* shape;
    int64_t temporaries, chunk;
    bool is_flat;     // reads whole arrays of its shape, and numbers
    bool is_direct;   // nothing has to be spread over a chunk before
    std::vector<MapOperand> operands;
    std::vector<MapStep<T>> steps;

    // The steps over some elements as calls, given to `use` one after the other; `place`
    // is where the operands' and the temporaries' elements begin.
    template <class Use>
    void each_call(int64_t count, T* const* place, const Use& use) const {
        const T* none = nullptr;
        for (auto x = steps.begin(); x != steps.end(); ++x) {
            const auto number = [&](const MapStep<T>& of, int i) { return place[of.numbers[i]]; };
            if (x->kernel == nullptr) {
                const MapStep<T> &mean = x[0], &square = x[1], &root = x[2], &last = x[3];
                use(MomentsCall<T>{count, place[last.from[0]], place[mean.from[1]],
                                   place[mean.to], place[square.to], place[last.to],
                                   {number(mean, 0), number(mean, 1), number(square, 0),
                                    number(square, 1), number(root, 0), number(root, 1),
                                    number(last, 0)}});
                x += 3;
                continue;
            }
            use(MapCall<T>{x->kernel, x->singles, count,
                           {place[x->from[0]], place[x->from[1]], place[x->from[2]]},
                           {x->has_numbers ? number(*x, 0) : none,
                            x->has_numbers ? number(*x, 1) : none},
                           place[x->to]});
        }
    }
};

template <class T>
MapPlan<T> plan_map(const Kernels<T>& kernels, const std::vector<Buffer>& buffers,
                    const Instruction& instruction);

}  // namespace neurona
