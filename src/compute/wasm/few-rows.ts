/**
 * Up to so many rows are taken through the same kernels whatever their number and density, so that what comes of a
 * row does not depend on the rows beside it. One row alone is another matter: ONNX Runtime multiplies it by a kernel
 * of its own, which adds in another order.
 */
export const fewRows = 256
