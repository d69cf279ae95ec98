// npm run build:kernels, which npm install runs too
import { compileKernels } from '../src/compute/wasm/compile-kernels.ts'

try {
  console.log(`Compiled the SIMD kernels to ${await compileKernels()}`)
} catch (error) {
  // an installation without development dependencies has no compiler, and the kernels only add speed
  console.warn(`The SIMD kernels are not compiled, so the wasm backend will be slow: ${error}`)
}
