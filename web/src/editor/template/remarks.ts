import { parseJson } from '../../../../src/exact-json.ts'
import { vendorOf } from '../../../../src/secret/vendors.ts'
import { type Piece, piecesOf } from './pieces.ts'

/** What a text has to be in the end. */
export type TextForm = 'url' | 'json' | undefined

/** What a person is told of a text while it is written, before it is saved. It holds nothing of the text. */
export function remarksOn(text: string, form: TextForm): string[] {
  const pieces = piecesOf(text)
  // One that is begun has a problem of its own.
  if (text.trim() === '' || pieces.some(({ kind }) => kind === 'broken')) return []
  const ofForm =
    form === 'url' ? remarkOnUrl(text, pieces) : form === 'json' ? remarkOnJson(text, pieces) : undefined
  return [ofForm, remarkOnKeys(without(text, pieces, ' '))].filter((it) => it !== undefined)
}

const NO_URL = 'This is no URL yet: it begins with https:// or http://, and a host.'

function remarkOnUrl(text: string, pieces: readonly Piece[]): string | undefined {
  const [first] = pieces
  // What an expression begins is known in a run.
  if (first && text.slice(0, first.start).trim() === '') return undefined
  const url = URL.parse(without(text, pieces, 'x').trim())
  return url && /^https?:$/.test(url.protocol) && url.hostname !== '' ? undefined : NO_URL
}

/** `null` is JSON inside a text and in the place of a value, so that it can stand for any expression. */
function remarkOnJson(text: string, pieces: readonly Piece[]): string | undefined {
  try {
    parseJson(without(text, pieces, 'null'))
    return undefined
  } catch {
    return 'This is not JSON yet. Check quotes, commas and brackets.'
  }
}

// No service has shorter or longer ones.
const KEY_LENGTH = { min: 12, max: 500 }

function remarkOnKeys(text: string): string | undefined {
  const words = text.split(/[\s"'&?=,;<>(){}]+/)
  const vendor = words
    .filter(({ length }) => length >= KEY_LENGTH.min && length <= KEY_LENGTH.max)
    .map(vendorOf)
    .find((it) => it !== undefined)
  return (
    vendor &&
    `This looks like a key of ${vendor.name}, and everybody in the workspace can read it here. Add it as a secret instead.`
  )
}

function without(text: string, pieces: readonly Piece[], stand: string): string {
  let at = 0
  let rest = ''
  for (const { start, end } of pieces) {
    rest += text.slice(at, start) + stand
    at = end
  }
  return rest + text.slice(at)
}
