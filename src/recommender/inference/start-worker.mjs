// The entry point of the thread. It is JavaScript because Node loads it without the loader of the parent thread.
//
// TensorFlow.js is loaded first: once tsx is registered, Node keeps the source maps of all that is loaded, and those of
// TensorFlow.js take 40 MB.
import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
