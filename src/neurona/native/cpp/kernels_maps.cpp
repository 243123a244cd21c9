#include "kernel_parts.hpp"

#include "map.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_maps(Kernels<T>& table) {
#define NEURONA_PUT(name, ...) table.map[static_cast<int>(Op::name)] = map_kernels<Op::name, T>();
    NEURONA_SIMPLE_OPERATIONS(NEURONA_PUT)
    table.moments_step = moments_step<T>;
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_maps);

}  // namespace neurona
