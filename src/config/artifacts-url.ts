// Where artifacts are: a folder, or a bucket of S3 or a compatible store.
import { fileURLToPath } from 'node:url'

export type ArtifactsLocation = { readonly folder: string } | S3Location

export interface S3Location {
  readonly bucket: string
  /** Empty, or folders that end with a slash. */
  readonly prefix: string
  /** Of a store other than AWS. */
  readonly endpoint?: string
}

/** Whether a text is like `s3://bucket/folder` or `file:///folder`. */
export function isArtifactsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, host, port, pathname, search, hash, username } = new URL(text)
  if (search || hash || username || port) return false
  if (protocol === 's3:' ? host === '' : protocol !== 'file:' || host !== '' || pathname === '/') return false
  try {
    parseArtifactsUrl(text, undefined)
    return true
  } catch {
    // a percent sign that encodes nothing, or an encoded slash
    return false
  }
}

/** @param endpoint of a store other than AWS */
export function parseArtifactsUrl(text: string, endpoint: string | undefined): ArtifactsLocation {
  const url = new URL(text)
  if (url.protocol === 'file:') return { folder: fileURLToPath(url) }
  const folders = decodeURIComponent(url.pathname).split('/').filter(Boolean)
  const prefix = folders.map((folder) => `${folder}/`).join('')
  return { bucket: url.host, prefix, ...(endpoint && { endpoint }) }
}
