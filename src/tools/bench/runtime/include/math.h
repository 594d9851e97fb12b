/* For kernels of others on targets without a C library: what processors do in one instruction. */
#ifndef MATH_H
#define MATH_H
#define sqrt __builtin_sqrt
#define sqrtf __builtin_sqrtf
#define fabs __builtin_fabs
#define fabsf __builtin_fabsf
#endif
