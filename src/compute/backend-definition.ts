export interface Device {
  /** For messages. */
  readonly description: string
  readonly gpu: boolean
  /** What it lacks for full speed, for messages; absent if nothing. */
  readonly slowedBy?: readonly string[]
}

export interface Backend {
  readonly name: string
  /** On CPUs it is slower than `wasm`, so it is selected without being named only where it finds a GPU. */
  readonly forGpus: boolean
  /**
   * Makes it the current backend of tfjs, with all operations.
   *
   * @throws Error with what is missing and how to install it.
   */
  open(options: { readonly named: boolean }): Promise<Device>
}
