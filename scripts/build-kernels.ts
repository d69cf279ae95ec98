// Compiles the SIMD kernels; the installation does this.
import { compileKernels } from '../src/compute/wasm/compile-kernels.ts'

try {
  console.log(`Compiled the SIMD kernels to ${await compileKernels()}`)
} catch (error) {
  // an installation without development packages has no compiler: the kernels it lacks are only a matter of speed
  console.warn(`The SIMD kernels are not compiled, so the wasm backend will be slow: ${error}`)
}
