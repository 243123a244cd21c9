#include "kernel_parts.hpp"

#include "reductions.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_reductions(Kernels<T>& table) {
    table.sum = sum<T>;
    table.sum_rows = reduce_rows<Addition, T>;
    table.max_rows = reduce_rows<Largest, T>;
    table.sum_columns = reduce_columns<Addition, T>;
    table.max_columns = reduce_columns<Largest, T>;
    table.sum_parts = join_parts<Addition, T>;
    table.max_parts = join_parts<Largest, T>;
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_reductions);

}  // namespace neurona
