#include "instructions.hpp"

namespace neurona {

template <class T>
InstructionFunction<T> function_of(Code code) {
#define NEURONA_FUNCTION(code, function) function<T>,
    static constexpr InstructionFunction<T> functions[] = {NEURONA_CODES(NEURONA_FUNCTION)};
    return functions[static_cast<size_t>(code)];
}

template InstructionFunction<float> function_of<float>(Code);
template InstructionFunction<double> function_of<double>(Code);

}  // namespace neurona
