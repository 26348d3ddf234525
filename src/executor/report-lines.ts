import type { Redactor } from '../redactor/index.ts'
import type { LogLine } from '../store/entities/index.ts'

type Mask = Redactor['text']

// What is longer is cut (characters), once its values are masked.
const LONGEST_SHOWN = 2000

// Escape sequences of terminals (ECMA-48): CSI, and those that carry a text, such as a title or a link.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g
// Control characters besides tab and new line; characters that turn the direction of text, or have no width.
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** What lines are joined with, to find what is spread over them: nothing, and what an encoder puts between lines. */
const BETWEEN = ['', '\n']

/**
 * Lines as they may be stored and shown: no value in one of them, none that is spread over lines that follow each other, and
 * nothing that a terminal would obey or that hides or turns text.
 */
export function redactLines(lines: readonly LogLine[], mask: Mask): LogLine[] {
  // Of a run with a value that can be guessed nothing is shown: one line says so.
  const hidden = mask('')
  if (hidden !== '') return lines.slice(0, 1).map((it) => ({ ...it, text: hidden }))
  const masked = withoutValues(lines, mask)
  const plain = masked.map((it) => ({ ...it, text: plainText(it.text) }))
  // A value that had such characters between its own stands there whole only now.
  const isSame = plain.every(({ text }, index) => text === masked[index]?.text)
  const clean = isSame ? plain : withoutValues(plain, mask)
  return clean.map((it) => ({ ...it, text: shortened(it.text) }))
}

const plainText = (text: string): string =>
  text.replace(ESCAPES, '').replaceAll('\r\n', '\n').replace(UNSEEN, '').toWellFormed()

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…` : text
}

function withoutValues(lines: readonly LogLine[], mask: Mask): LogLine[] {
  let found = lines.map((it) => ({ ...it, text: mask(it.text) }))
  for (const between of BETWEEN) found = withoutSpread(found, between, mask)
  return found
}

/** Puts the lines over which a value is spread together into one, with its mark. */
function withoutSpread(lines: LogLine[], between: string, mask: Mask): LogLine[] {
  const all = lines.map(({ text }) => text).join(between)
  const masked = mask(all)
  if (masked === all) return lines
  const [begin, end] = changed(all, masked)
  const starts: number[] = []
  let length = 0
  for (const { text } of lines) {
    starts.push(length)
    length += text.length + between.length
  }
  const first = Math.max(
    0,
    starts.findLastIndex((it) => it <= begin),
  )
  const last = Math.max(
    first,
    starts.findLastIndex((it) => it < end),
  )
  const from = starts[first] ?? 0
  const left = all.length - ((starts[last] ?? 0) + (lines[last]?.text.length ?? 0))
  const text = masked.slice(from, Math.max(from, masked.length - left))
  const joined = lines.slice(first, first + 1).map((it) => ({ ...it, text }))
  return [...lines.slice(0, first), ...joined, ...lines.slice(last + 1)]
}

/** Where two texts differ, as places in the first. */
function changed(before: string, after: string): [begin: number, end: number] {
  const most = Math.min(before.length, after.length)
  let begin = 0
  while (begin < most && before[begin] === after[begin]) begin++
  let rest = 0
  while (rest < most - begin && before[before.length - 1 - rest] === after[after.length - 1 - rest]) rest++
  return [begin, before.length - rest]
}
