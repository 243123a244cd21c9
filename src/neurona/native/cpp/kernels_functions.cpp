#include "kernel_parts.hpp"

#include "map_functions.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_functions(Kernels<T>& table) {
    put_operations<true>(table);
    table.map[static_cast<int>(Op::sin)] = {{wave<false, T>}};
    table.map[static_cast<int>(Op::cos)] = {{wave<true, T>}};
    table.map[static_cast<int>(Op::power)] = {{power<T>}};
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_functions);

}  // namespace neurona
