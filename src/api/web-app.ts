import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, posix } from 'node:path'
import { acceptedCoding } from './accepted-coding.ts'

/**
 * The policy for our pages: they may load only our own files. @param nonce of the page; without it, only style
 * sheets from files are allowed.
 */
export function contentSecurityPolicy(nonce?: string): string {
  const style = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`
  return [
    "default-src 'self'",
    `style-src ${style}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join('; ')
}

/** The pages of the docs have no script, and send nothing. */
const DOCS_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/** Serves the built web app. A path that is no file is a route of the app and gets its page. */
export async function handleWebApp(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('Not found.\n', { status: 404 })
  }
  // The path is normalised, so that no other spelling delivers the page as a plain file, with the placeholder of
  // the nonce and cached for ever.
  const path = posix.normalize(decodePath(new URL(request.url).pathname))
  if (path === '/docs' || path.startsWith('/docs/')) return respondWithDocs(folder, request, path)
  const file = path === '/index.html' ? undefined : await readAsset(folder, path)
  if (file) return respondWithFile(folder, request, file, path)
  // The ids of automations and runs contain a dot, as file names do.
  const isPage = extname(path) === '' || path === '/index.html' || path.startsWith('/w/')
  const page = isPage ? await readAsset(folder, '/index.html') : undefined
  if (page) return respondWithPage(request, page.toString())
  const text = isPage ? 'The web app is not built. Run `npm run build`.\n' : 'Not found.\n'
  return new Response(text, { status: 404 })
}

/** `/docs/errors` is the page `docs/errors.html`. A page that there is not is no page of the app. */
async function respondWithDocs(folder: string, request: Request, path: string): Promise<Response> {
  const name = path.replace(/\/$/, '')
  const asset = extname(name) === '' ? `${name === '/docs' ? '/docs/index' : name}.html` : name
  const file = await readAsset(folder, asset)
  if (!file) return new Response('The docs have no such page.\n', { status: 404 })
  const response = await respondWithFile(folder, request, file, asset)
  response.headers.set('content-security-policy', DOCS_POLICY)
  return response
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Stops path traversal: a path that leaves the folder after normalising is no asset. */
async function readAsset(folder: string, path: string): Promise<Buffer | undefined> {
  const file = normalize(join(folder, path))
  if (!file.startsWith(join(folder, '/')) || path.includes('\0')) return undefined
  try {
    return await readFile(file)
  } catch {
    return undefined
  }
}

/**
 * The page with its own nonce (Content Security Policy Level 3, section 2.3.1). Libraries that make style sheets
 * while the app runs mark them with it. Injected markup cannot know the nonce, so its styles and scripts do not
 * run.
 */
function respondWithPage(request: Request, page: string): Response {
  const nonce = randomBytes(16).toString('base64')
  const text = page.replaceAll('{{nonce}}', nonce)
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    'cache-control': 'no-cache',
    'content-security-policy': contentSecurityPolicy(nonce),
  }
  return new Response(request.method === 'HEAD' ? null : text, { headers })
}

/** The endings of compressed files by their content encoding (RFC 9110, section 8.4.1; RFC 7932). */
const ENDINGS = { br: '.br', gzip: '.gz' }
// The shorter one first.
const ENCODINGS = ['br', 'gzip'] as const

/**
 * The file beside an asset that the client likes best. The build writes these; an asset contains no secret, so that its
 * compressed length tells nothing (BREACH).
 */
async function readCompressed(folder: string, { headers }: Request, path: string) {
  let left: readonly (keyof typeof ENDINGS)[] = ENCODINGS
  for (;;) {
    const encoding = acceptedCoding(headers.get('accept-encoding'), left)
    if (!encoding) return undefined
    const file = await readAsset(folder, `${path}${ENDINGS[encoding]}`)
    if (file) return { file, encoding }
    left = left.filter((it) => it !== encoding)
  }
}

async function respondWithFile(
  folder: string,
  request: Request,
  file: Buffer,
  path: string,
): Promise<Response> {
  const isAsset = path.startsWith('/assets/')
  const compressed = isAsset ? await readCompressed(folder, request, path) : undefined
  const body = compressed?.file ?? file
  const headers = {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': String(body.length),
    'cache-control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(isAsset && { vary: 'accept-encoding' }),
    ...(compressed && { 'content-encoding': compressed.encoding }),
  }
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers })
}
