#include "kernel_parts.hpp"

#include "gather.hpp"
#include "philox.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_moves(Kernels<T>& table) {
    table.gather_rows = gather_rows<T>;
    table.mask = mask<T>;
    table.permutation = permutation;
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_moves);

}  // namespace neurona
