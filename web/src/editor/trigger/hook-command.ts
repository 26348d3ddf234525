import { type Piece, shellWord } from '../../../../plugins/custom-http/curl/index.ts'
import { variableOf } from '../../../../plugins/custom-http/curl/shell-text.ts'
import { formatOf, type SignatureFormat } from '../../../../src/hook-signature/format.ts'
import type { HookSignature } from '../draft/draft.ts'

const BODY = '{"hello":"world"}'

/**
 * Lines for a POSIX shell with curl and openssl that send a request to a hook, signed as it asks. The key is a variable of
 * the secret's name, which the person sets; its value is nowhere.
 */
export function hookCommand(
  url: string,
  signature: HookSignature | null,
): { command: string; variables: readonly string[] } {
  const plain = ['-H', shellWord(['Content-Type: application/json'])]
  if (!signature) {
    const command = `curl ${shellWord([url])} ${plain.join(' ')} \\\n  --data-raw ${shellWord([BODY])}`
    return { command, variables: [] }
  }
  const { secret, style, format } = signature
  const found = formatOf({ secret, style, ...(format && { format }) })
  const name = variableOf(secret || 'SECRET')
  const lines = [
    `body=${shellWord([BODY])}`,
    ...(found.timestamp ? ['timestamp=$(date +%s)'] : []),
    ...(found.idHeader === null ? [] : ['id=msg_$(openssl rand -hex 12)']),
    signing(found, name),
    `curl ${shellWord([url])} ${plain.join(' ')} \\`,
    ...headersOf(found).map((pieces) => `  -H ${shellWord(pieces)} \\`),
    '  --data-raw "$body"',
  ]
  return { command: lines.join('\n'), variables: [name] }
}

/** RFC 2104, by openssl. Its output is taken as bytes, because its versions write text in different ways. */
function signing({ signed, algorithm, encoding, key }: SignatureFormat, secret: string): string {
  const keyed =
    key === 'text'
      ? `-hmac "$${secret}"`
      : `-mac HMAC -macopt "hexkey:$(printf %s "\${${secret}#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"`
  const text = encoding === 'base64' ? 'openssl base64 -A' : "od -An -v -tx1 | tr -d ' \\n'"
  const what = shellWord(piecesOf(signed))
  return `signature=$(printf %s ${what} |\n  openssl dgst -${algorithm} ${keyed} -binary | ${text})`
}

/** What is signed, with variables for its parts. */
function piecesOf(signed: string): Piece[] {
  const parts = signed.split(/\{(body|timestamp|id)\}/)
  return parts.map((it, at) => (at % 2 === 1 ? { variable: it } : it))
}

function headersOf({ shownHeader, prefix, timestamp, idHeader }: SignatureFormat): Piece[][] {
  const inPart: Piece[] =
    timestamp && 'prefix' in timestamp ? [timestamp.prefix, { variable: 'timestamp' }, ','] : []
  return [
    ...(timestamp && 'header' in timestamp ? [[`${timestamp.header}: `, { variable: 'timestamp' }]] : []),
    ...(idHeader === null ? [] : [[`${idHeader}: `, { variable: 'id' }]]),
    [`${shownHeader}: `, ...inPart, prefix, { variable: 'signature' }],
  ]
}
