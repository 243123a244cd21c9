#include "kernel_parts.hpp"

#include "map_functions.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_functions(Kernels<T>& table) {
#define NEURONA_PUT(name, ...) table.map[static_cast<int>(Op::name)] = map_kernels<Op::name, T>();
    NEURONA_FUNCTIONS(NEURONA_PUT)
#define NEURONA_PUT_LOOP(name, arrays, numbers, singles, ...) \
    table.map[static_cast<int>(Op::name)] = {{__VA_ARGS__}};
    NEURONA_LOOPS(NEURONA_PUT_LOOP)
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_functions);

}  // namespace neurona
