// The training loop on tfjs' WebAssembly backend as it comes: no kernel of ours, no ONNX Runtime.
import { createInterface } from 'node:readline'
import * as tf from '@tensorflow/tfjs'
import { version_wasm as version } from '@tensorflow/tfjs-backend-wasm'
import { registerOperations } from '../../src/compute/register-operations.ts'
import { createTask } from './task.ts'
import { trainingBlocks } from './training-steps.ts'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { model, shape } = JSON.parse((await lines.next()).value!)
tf.enableProdMode()
registerOperations('wasm')
await tf.setBackend('wasm')
const { full, block, batchSize } = createTask(model, shape)
const steps = trainingBlocks({ ...full, examples: block }, batchSize)
console.log(JSON.stringify({ version }))
while (!(await lines.next()).done) {
  const { total } = await steps.next()
  console.log(JSON.stringify([total]))
}
