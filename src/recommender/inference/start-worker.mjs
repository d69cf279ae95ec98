// The entry point of the thread. It is JavaScript because Node loads it without the loader of the parent thread.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
