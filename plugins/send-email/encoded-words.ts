const WORD = /=\?([A-Za-z0-9-]{1,40})(?:\*[A-Za-z-]{1,20})?\?([BbQq])\?([!->@-~]{0,200})\?=/g

/** Decodes the encoded words of a display name (RFC 2047), which would be sent encoded twice. What is none stays. */
export function decodeWords(text: string): string {
  return text
    .replace(/(\?=)\s{1,10}(=\?)/g, '$1$2')
    .replace(WORD, (all, charset: string, kind: string, body: string) => {
      try {
        const bytes = kind.toUpperCase() === 'B' ? Buffer.from(body, 'base64') : quotedBytes(body)
        return new TextDecoder(charset).decode(bytes)
      } catch {
        return all
      }
    })
}

function quotedBytes(text: string): Buffer {
  const plain = text
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(plain, 'latin1')
}
