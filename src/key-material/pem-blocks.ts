import { fault } from './key-fault.ts'

/** One block of PEM (RFC 7468), as OpenSSL wants it. */
export interface PemBlock {
  readonly label: string
  readonly der: Buffer
  readonly pem: string
  /** Encrypted as of old, by header lines (RFC 1421). */
  readonly isEncrypted: boolean
}

/** Word processors make one dash of two. */
const BOUNDARY = /[-–—]{1,10}[ \t]?(BEGIN|END) ([A-Z0-9][A-Z0-9 ]{0,40}?)[ \t]?[-–—]{1,5}/g

export const hasPem = (text: string): boolean => /[-–—][ \t]?BEGIN(?: |\+|%20)[A-Z0-9]/.test(text)

/**
 * The blocks of PEM in a text that people copied: line breaks as `\n`, as blanks or as `%0A`; indented, quoted, in one line;
 * with "Bag Attributes" between the blocks and header lines in them.
 *
 * @throws KeyFault for a block without end or with other characters than base64's.
 */
export function readPemBlocks(given: string): PemBlock[] {
  const text = withLineBreaks(given)
  const blocks: PemBlock[] = []
  let open: { label: string; from: number } | undefined
  for (const { 1: kind, 2: label = '', 0: all, index } of text.matchAll(BOUNDARY)) {
    if (kind === 'BEGIN') {
      if (open !== undefined) throw fault('noEnd')
      open = { label, from: index + all.length }
    } else if (open !== undefined) {
      if (open.label !== label) throw fault('damaged')
      blocks.push(blockOf(label, text.slice(open.from, index)))
      open = undefined
    }
  }
  if (open !== undefined || blocks.length === 0) throw fault('noEnd')
  return blocks
}

/** Undoes what a shell, JSON, YAML or a URL has made of line breaks. */
function withLineBreaks(text: string): string {
  const plain = /%0A|BEGIN(?:%20|\+)/i.test(text) ? decodedUrl(text) : text
  return plain
    .replace(/\\{1,4}r?(?:\\{1,4})?n|\\{1,4}r|\\u000[aAdD]/g, '\n')
    .replace(/\\t/g, ' ')
    .replaceAll('\\/', '/')
}

function decodedUrl(text: string): string {
  try {
    // A form writes blanks as +, which stand in the boundaries alone: base64 has its own.
    const blanks = text.replace(/(BEGIN|END)\+([A-Z0-9+]{1,40})/g, (all) => all.replaceAll('+', ' '))
    return decodeURIComponent(blanks)
  } catch {
    return text
  }
}

const PROC_TYPE = /Proc-Type:\s*4\s*,\s*ENCRYPTED/
/** The initialization vector is as long as a block of the cipher. Without line breaks base64 follows it at once. */
const DEK_INFO =
  /DEK-Info:\s*(?:((?:AES|ARIA|CAMELLIA)-[A-Za-z0-9-]{1,40})\s*,\s*([0-9A-Fa-f]{32})|([A-Za-z0-9-]{1,40})\s*,\s*([0-9A-Fa-f]{16}))/i

function blockOf(label: string, content: string): PemBlock {
  const isEncrypted = PROC_TYPE.test(content)
  const [dek, aes, ofAes, old = '', ofOld = ''] = DEK_INFO.exec(content) ?? []
  const [cipher, iv] = [aes ?? old, ofAes ?? ofOld]
  if (isEncrypted && dek === undefined) throw fault('damaged')
  const body = content
    .replace(PROC_TYPE, '')
    .replace(dek ?? '', '')
    // Header lines (RFC 1421, section 4.6), and a comment.
    .replace(/^[ \t]*(?:[A-Za-z][A-Za-z0-9 -]{0,60}:|#).*$/gm, '')
    // Strings of a program, one for each line.
    .replace(/["'`][ \t]{0,99}[+,.&][ \t]{0,99}(?=[\r\n])/g, '')
    .replace(/[\s"'`>|\u00a0\u200b\ufeff\u2028\\]+/g, '')
  const base64 = body.replaceAll('-', '+').replaceAll('_', '/')
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw fault('damaged')
  const headers = isEncrypted
    ? `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher.toUpperCase()},${iv.toUpperCase()}\n\n`
    : ''
  return { label, der: Buffer.from(base64, 'base64'), pem: toPem(label, base64, headers), isEncrypted }
}

/** PEM with lines of 64 characters (RFC 7468, section 2). */
export function toPem(label: string, base64: string, headers = ''): string {
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${headers}${lines.join('\n')}\n-----END ${label}-----\n`
}
