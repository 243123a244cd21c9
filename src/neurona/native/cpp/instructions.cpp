#include "instructions.hpp"

#include <iterator>

namespace neurona {

template <class T>
InstructionFunction<T> function_of(Code code) {
    // In the order of the codes.
    static constexpr InstructionFunction<T> functions[] = {
        gather_input<T>,  multiply<T>,     multiply<T>,    transpose<T>,
        map<T>,           sum_rows<T>,     max_rows<T>,    sum_columns<T>,
        max_columns<T>,   combine_sum<T>,  combine_max<T>, softmax<T>,
        log_sum_exp<T>,   cross_entropy<T>, one_hot<T>,    gather<T>,
        scatter_add<T>,   random_mask<T>,  copy_columns<T>, copy_rows<T>,
        fill<T>,          reshape<T>,      cross_entropy_of_class<T>, softmax_slope<T>,
        accumulate<T>};
    static_assert(std::size(functions) == static_cast<size_t>(Code::count));
    return functions[static_cast<size_t>(code)];
}

template InstructionFunction<float> function_of<float>(Code);
template InstructionFunction<double> function_of<double>(Code);

}  // namespace neurona
