#include "kernel_parts.hpp"

#include "softmax.hpp"

namespace neurona {
namespace NEURONA_ISA {

template <class T>
void put_softmax(Kernels<T>& table) {
    table.softmax = softmax<T>;
    table.log_sum_exp = log_sum_exp<T>;
    table.cross_entropy = cross_entropy<false, T>;
    table.cross_entropy_of_class = cross_entropy<true, T>;
    table.softmax_slope = softmax_slope<T>;
}

}  // namespace NEURONA_ISA

NEURONA_PART(put_softmax);

}  // namespace neurona
