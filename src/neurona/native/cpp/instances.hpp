// Compile instruction functions for both precisions.
#pragma once

#define NEURONA_INSTRUCTION(name)                                    \
    template void name<float>(const Instruction&, const Turn<float>&); \
    template void name<double>(const Instruction&, const Turn<double>&)
