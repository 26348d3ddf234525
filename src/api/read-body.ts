import type { IncomingMessage } from 'node:http'

/** The whole body; `undefined` when the connection breaks before it has come. */
export function readBytes(req: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    // It tells nothing any more of what has happened to it.
    if (req.destroyed) return resolve(undefined)
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.once('end', () => resolve(req.complete ? Buffer.concat(chunks) : undefined))
    req.on('error', () => resolve(undefined))
    req.once('close', () => resolve(undefined))
  })
}

/** The same as text. */
export const readBody = async (req: IncomingMessage): Promise<string | undefined> =>
  (await readBytes(req))?.toString()
