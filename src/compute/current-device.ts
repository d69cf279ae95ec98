// Whether the current backend computes on a GPU, for defaults that depend on it.
let gpu = false

export function isOnGpu(): boolean {
  return gpu
}

/** For the selection of the backend. */
export function setOnGpu(isGpu: boolean): void {
  gpu = isGpu
}
