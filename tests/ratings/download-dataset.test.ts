import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DownloadError, downloadDataset } from '../../src/ratings/download-dataset.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { flatten, folderOf } from './reading.ts'
import { zipArchive } from './zip-archive.ts'

const archive = zipArchive({ 'ml-100k/': '', 'ml-100k/u.data': '1\t10\t3\t881250949\n' })
const sum = createHash('md5').update(archive).digest('hex')

async function siteOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A site of these files. */
function serving(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  return siteOf(({ url }, response) => {
    const content = files[url!]
    response.writeHead(content === undefined ? 404 : 200).end(content)
  })
}

test('a data set is downloaded once, checked, and can be read as it is', async () => {
  const folder = join(await folderOf({}), 'downloads')
  const requested: string[] = []
  const site = await siteOf(({ url }, response) => {
    requested.push(url!)
    if (url === '/ml-100k.zip') response.writeHead(200, { 'content-length': archive.length }).end(archive)
    else response.end(`MD5 (ml-100k.zip) = ${sum}\n`)
  })
  const progress: unknown[] = []
  const onProgress = (bytes: number, total: number | undefined) => progress.push([bytes, total])
  const path = await downloadDataset('ml-100k', { folder, site, onProgress })
  expect(path).toBe(join(folder, 'ml-100k.zip'))
  expect(progress.at(-1)).toEqual([archive.length, archive.length])
  expect(await flatten((await openRatingsSource(path)).ratings())).toHaveLength(1)
  expect(await downloadDataset('ml-100k', { folder, site })).toBe(path)
  expect(requested).toEqual(['/ml-100k.zip', '/ml-100k.zip.md5'])
  expect(await readdir(folder)).toEqual(['ml-100k.zip'])
})

test('a site without a sum is trusted', async () => {
  const folder = await folderOf({})
  const site = await serving({ '/ml-1m.zip': archive })
  expect(await readFile(await downloadDataset('ml-1m', { folder, site }))).toEqual(archive)
})

const failures: Readonly<Record<string, [RequestListener, RegExp]>> = {
  'of another sum': [
    ({ url }, response) => void response.end(url!.endsWith('.md5') ? 'f'.repeat(32) : archive),
    new RegExp(`is damaged: its MD5 sum is ${sum} instead of f{32}`),
  ],
  'that is not there': [
    (_, response) => void response.writeHead(404, 'Not Found').end('<html>'),
    /ml-100k\.zip responded with 404 Not Found/,
  ],
  'that breaks off': [
    (_, response) => {
      response
        .writeHead(200, { 'content-length': archive.length })
        .write(archive.subarray(0, 50), () => response.destroy())
    },
    /cannot be downloaded \(.+\)\. If you have that file/,
  ],
}

test.each(Object.entries(failures))(
  'an archive %s is refused and leaves nothing',
  async (_, [listener, message]) => {
    const folder = await folderOf({})
    const downloading = downloadDataset('ml-100k', { folder, site: await siteOf(listener) })
    await expect(downloading).rejects.toThrow(DownloadError)
    await expect(downloading).rejects.toThrow(message)
    expect(await readdir(folder)).toEqual([])
  },
)

test('without network the message states the reason and the remedy', async () => {
  const downloading = downloadDataset('ml-20m', { folder: await folderOf({}), site: 'http://127.0.0.1:1' })
  await expect(downloading).rejects.toThrow(DownloadError)
  await expect(downloading).rejects.toThrow(
    /127\.0\.0\.1:1\/ml-20m\.zip cannot be downloaded \(.*(ECONNREFUSED|bad port)/,
  )
})

test('a download that is interrupted leaves nothing', async () => {
  const folder = await folderOf({})
  const controller = new AbortController()
  const site = await siteOf((_, response) => void response.writeHead(200).write(archive.subarray(0, 50)))
  const onProgress = () => controller.abort(new Error('interrupted'))
  const downloading = downloadDataset('ml-100k', { folder, site, signal: controller.signal, onProgress })
  await expect(downloading).rejects.toThrow('interrupted')
  expect(await readdir(folder)).toEqual([])
})
