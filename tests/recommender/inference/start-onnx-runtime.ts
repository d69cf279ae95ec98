// Starts ONNX Runtime in the main thread or a worker thread, as the argument says, and prints the device.
import { useBackend } from '../../../src/compute/backend.ts'
import { startInferenceThreads } from '../../../src/recommender/inference/inference-threads.ts'

if (process.argv[2] === 'main') {
  process.stdout.write((await useBackend('wasm')).device.description)
} else {
  const threads = await startInferenceThreads({ backend: 'wasm' })
  process.stdout.write(threads.backend.device.description)
  await threads.close()
}
