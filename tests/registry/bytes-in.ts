import type { StoredBytes } from '../../src/registry/artifact-store.ts'

/** All bytes in memory. */
export async function bytesIn({ chunks }: StoredBytes): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}
