// The table of one instruction set, put together by the sources that hold its kernels:
// each is compiled by itself, so that an edit of one does not wait for all.
#pragma once

#include "kernels.hpp"
#include "simd.hpp"

namespace neurona::NEURONA_ISA {

template <class T>
void put_maps(Kernels<T>& table);
template <class T>
void put_functions(Kernels<T>& table);
template <class T>
void put_products(Kernels<T>& table);
template <class T>
void put_reductions(Kernels<T>& table);
template <class T>
void put_softmax(Kernels<T>& table);
template <class T>
void put_moves(Kernels<T>& table);

}  // namespace neurona::NEURONA_ISA

#define NEURONA_PART(name)                                          \
    template void NEURONA_ISA::name<float>(Kernels<float>&);        \
    template void NEURONA_ISA::name<double>(Kernels<double>&)
