#include "kernel_parts.hpp"

#include "map.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_maps(Kernels<T>& table) {
    put_operations<false>(table);
    table.moments_step = moments_step<T>;
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_maps);

}  // namespace neurona
