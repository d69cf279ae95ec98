// The first file of the thread: Node loads it by itself, whatever has loaded its parent.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
