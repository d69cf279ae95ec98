// Kernels on another module's memory: every tensor comes as the address of its first byte, row-major.
export { adam } from './adam'
export { columnSums } from './column-sums'
export { gather } from './gather'
export { multinomialNll, multinomialNllGradient } from './multinomial'
export { sampled } from './sampled'
export { sparseDense } from './sparse-dense'
export { tanh } from './tanh'
export { transposeSparse } from './transpose-sparse'
