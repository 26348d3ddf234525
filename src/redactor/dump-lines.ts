import type { Decoder } from './decoders.ts'

/** A line of `xxd`, `hexdump` or `od`, perhaps the first of a string: an offset, then columns. */
const LINE = /(?:^[ \t]{0,16}|(?<=["'`]))[0-9a-fA-F]{4,16}(:?)([ \t][^\r\n]{1,200})(?:\r?\n|$)/gm
/** Groups of digits, and after two spaces or a bar the same bytes as text. */
const GROUPS = /^[ \t]*((?:[0-9a-fA-F]{2,8} {1,2})*[0-9a-fA-F]{2,8})(?:[ \t]{2}.*|[ \t]*[|"'`].*|[ \t]*)$/
const escapes = new Map(
  Object.entries({
    '\\0': '\0',
    '\\a': '\x07',
    '\\b': '\b',
    '\\t': '\t',
    '\\n': '\n',
    '\\v': '\v',
    '\\f': '\f',
    '\\r': '\r',
  }),
)

/** The bytes of a dump with columns, without offsets and without the text beside them. */
export const dumpLines: Decoder = (view) =>
  view.decode(LINE, ([, colon, columns = '']) => numbers(columns, colon !== '') ?? characters(columns))

/** Without a colon after the offset, groups of more than a byte are numbers of a little-endian machine. */
function numbers(columns: string, colon: boolean): string | undefined {
  const groups = GROUPS.exec(columns)?.[1]?.split(/ +/) ?? []
  const [first = ''] = groups
  const octal =
    first.length % 3 === 0 && groups.every((it) => it.length === first.length && /^[0-7]+$/.test(it))
  if (!octal && groups.some((it) => it.length % 2 > 0)) return
  const bytes = groups.flatMap((it) => {
    const size = octal ? it.length / 3 : it.length / 2
    const hex = octal
      ? Number.parseInt(it, 8)
          .toString(16)
          .padStart(size * 2, '0')
      : it
    const group = [...Buffer.from(hex.slice(-size * 2), 'hex')]
    return colon ? group : group.reverse()
  })
  return bytes.length === 0 ? undefined : Buffer.from(bytes).toString('latin1')
}

/** `od -c`: four columns for each byte. */
function characters(columns: string): string | undefined {
  const cells = columns.match(/.{4}/g) ?? []
  if (cells.length * 4 !== columns.length) return
  const read = cells.map((it) => {
    if (/^ {3}[ -~]$/.test(it)) return it.slice(3)
    if (/^ [0-3][0-7]{2}$/.test(it)) return String.fromCharCode(Number.parseInt(it.trim(), 8))
    return escapes.get(it.trim())
  })
  return read.every((it) => it !== undefined) ? read.join('') : undefined
}
