// The parts of WebAssembly's interface that are used here; TypeScript has them only among those of browsers.
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer
  }
  function instantiate(
    binary: Uint8Array,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ): Promise<{ readonly instance: { readonly exports: object } }>
}
