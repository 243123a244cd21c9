#include "kernel_parts.hpp"

#include "matmul.hpp"
#include "transpose.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_products(Kernels<T>& table) {
    table.matmul = matmul<T>;
    table.product_kernel = product_kernel<T>;
    table.transpose = transpose<T>;
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_products);

}  // namespace neurona
