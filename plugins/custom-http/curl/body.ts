import type { Draft, Pair } from './draft.ts'
import { isJson } from './json-strings.ts'
import { joinData } from './url.ts'

/** The fields that say what is sent. */
export interface BodyFields {
  readonly bodyKind: 'none' | 'json' | 'text' | 'form' | 'multipart'
  readonly body?: string
  readonly form?: readonly Pair[]
  readonly partTypes?: readonly Pair[]
  readonly fileNames?: readonly Pair[]
}

interface Body extends BodyFields {
  /** A header to add for it. */
  readonly contentType: readonly Pair[]
}

const FORM_TYPE = 'application/x-www-form-urlencoded'

/**
 * Chooses the kind of body field that shows the body best and sends the same bytes. Removes headers that the step
 * sets itself.
 */
export function readBody(draft: Draft): Body {
  const { data, parts, switches } = draft
  if (parts.length > 0) return multipart(draft)
  if (data.length === 0 || switches.has('get')) return { bodyKind: 'none', contentType: [] }
  const text = joinData(data)
  const given = draft.headers.find(({ name }) => name.toLowerCase() === 'content-type')
  const type = given?.value ?? (switches.has('json') ? 'application/json' : FORM_TYPE)
  const essence = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  // A header that the step sets by itself for the kind need not be written.
  const header = (ownType: string): readonly Pair[] => {
    if (type.toLowerCase() === ownType) takeAway(draft)
    return given?.value !== undefined || type === ownType ? [] : [{ name: 'Content-Type', value: type }]
  }
  if ((essence === 'application/json' || essence.endsWith('+json')) && isJson(text)) {
    return { bodyKind: 'json', body: text, contentType: header('application/json') }
  }
  const form = essence === FORM_TYPE ? formOf(text) : undefined
  if (form !== undefined) return { bodyKind: 'form', form, contentType: header(FORM_TYPE) }
  if (text === '') return { bodyKind: 'none', contentType: header('') }
  if (given === undefined && isJson(text) && /^\s*[[{]/.test(text)) {
    draft.notes.add(
      `The body looks like JSON, and curl sends it as a form, as its header says. Change the Content-Type to application/json if the service expects that.`,
    )
  }
  return { bodyKind: 'text', body: text, contentType: header('text/plain; charset=utf-8') }
}

function multipart(draft: Draft): Body {
  if (draft.data.length > 0)
    draft.notes.add('Left out the data beside the parts of the form: curl refuses both together.')
  takeAway(draft)
  const form = draft.parts.filter(({ name }) => name !== '')
  if (form.length < draft.parts.length) draft.notes.add('Left out a part of the form without a name.')
  const { partTypes, fileNames } = draft
  return {
    ...{ bodyKind: 'multipart', form, contentType: [] },
    ...(partTypes.length > 0 && { partTypes }),
    ...(fileNames.length > 0 && { fileNames }),
  }
}

/** The step sets this header itself. For multipart it contains the boundary that the step makes. */
function takeAway({ headers }: Draft): void {
  const at = headers.findIndex(({ name }) => name.toLowerCase() === 'content-type')
  if (at !== -1) headers.splice(at, 1)
}

/** Names and values, if they express the whole text. Other text that was only sent as a form has none. */
function formOf(text: string): Pair[] | undefined {
  if (text === '') return []
  if (/^\s*[[{<]|[\r\n]/.test(text)) return undefined
  const pairs: Pair[] = []
  for (const piece of text.split('&')) {
    const [rawName = ''] = piece.split('=', 1)
    const name = decoded(rawName)
    const value = decoded(piece.slice(rawName.length + 1))
    if (!name || value === undefined || rawName.length === piece.length) return undefined
    pairs.push({ name, value })
  }
  return pairs
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
